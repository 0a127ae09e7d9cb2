/** Names without a bracket, a dot or an escape: each is a parameter of its own, whatever makes objects of a query. */
const plainNames = /^(?:[\w~-]+(?:=[^&]*)?(?:&|$))+$/;

/**
 * Names a request: method, path, and the query in sorted order, so that `?a=1&b=2` and `?b=2&a=1` are one entry. Repeated parameters keep
 * their order. Nothing is decoded, since who decodes once more or less, or reads `a[]` and `a` as one list, would take two requests for one. The
 * host is left out, since the client chooses it.
 */
export function requestKey(method: string, url: string): string {
  const mark = url.indexOf('?');
  const query = mark === -1 ? '' : url.slice(mark + 1);
  return query.includes('&') && plainNames.test(query) ? `${method}:${url.slice(0, mark)}?${sorted(query)}` : `${method}:${url}`;
}

function sorted(query: string): string {
  const parameters = query.split('&').map((text) => ({ text, name: text.split('=', 1)[0] ?? '' }));
  return parameters
    .sort((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)))
    .map(({ text }) => text)
    .join('&');
}
