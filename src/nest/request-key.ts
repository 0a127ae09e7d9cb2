/**
 * Names a request: method, path, and the query in sorted order, so that `?a=1&b=2` and `?b=2&a=1` are one entry. Repeated parameters keep
 * their order; the host is left out, since the client chooses it.
 */
export function requestKey(method: string, url: string): string {
  const [path = '', ...query] = url.split('?');
  const parameters = new URLSearchParams(query.join('?'));
  parameters.sort();
  return query.length === 0 ? `${method}:${path}` : `${method}:${path}?${parameters.toString()}`;
}

/** Keeps the entries of one group of users apart from those of another, and from those that are everybody's. */
export function scopedKey(key: string, scope: string | undefined): string {
  if (scope !== undefined) return `@${encodeURIComponent(scope)}:${key}`;
  return key.startsWith('@') ? `@${key}` : key;
}
