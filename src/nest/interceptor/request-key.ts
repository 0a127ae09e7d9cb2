/**
 * Names a request: method, path, and the query in sorted order, so that `?a=1&b=2` and `?b=2&a=1` are one entry. Repeated parameters keep
 * their order; the host is left out, since the client chooses it.
 */
export function requestKey(method: string, url: string): string {
  const mark = url.indexOf('?');
  if (mark === -1) return `${method}:${url}`;
  const parameters = new URLSearchParams(url.slice(mark + 1));
  parameters.sort();
  return `${method}:${url.slice(0, mark)}?${parameters.toString()}`;
}
