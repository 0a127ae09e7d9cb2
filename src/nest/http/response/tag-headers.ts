import type { ExecutionContext } from '@nestjs/common';
import { concatMap, type Observable } from 'rxjs';
import type { RouteTags, TagHeader } from '../route/route-tags';
import type { HttpExchange } from './http-exchange';
import type { HeaderValue } from './response-headers';

const separators: Readonly<Record<TagHeader, string>> = { 'Surrogate-Key': ' ', 'Cache-Tag': ',' };

/** Characters of one header: proxies refuse responses whose headers are larger than 8 or 16 KiB. */
const maxLength = 8_000;

/** Names the tags of a response in its headers, after the names that its handler wrote there. Names that do not fit are left out. */
export function writeTags(exchange: HttpExchange, route: RouteTags, tags: readonly string[]): void {
  if (tags.length === 0) return;
  const names = tags.map(encoded);
  for (const header of route.headers) {
    const all = new Set([...namesIn(exchange.header(header), separators[header]), ...names]);
    const sent = fitting(all, separators[header]);
    exchange.setHeader(header, sent.join(separators[header]));
    if (sent.length < all.size) route.warnOfLongHeader(header, all.size - sent.length, all.size);
  }
}

/** Names the tags of a response that the cache does not keep, because other caches may. */
export function withTags(
  answer: Observable<unknown>,
  tags: RouteTags | undefined,
  { context, exchange }: { readonly context: ExecutionContext; readonly exchange: HttpExchange | undefined },
): Observable<unknown> {
  if (tags === undefined || tags.headers.length === 0 || exchange === undefined) return answer;
  return answer.pipe(
    concatMap(async (body) => {
      const names = await tags.of(body, context);
      if (names !== undefined && !exchange.isAnswered) writeTags(exchange, tags, names);
      return body;
    }),
  );
}

function namesIn(value: HeaderValue | undefined, separator: string): readonly string[] {
  return value === undefined
    ? []
    : String(value)
        .split(separator)
        .map((name) => name.trim());
}

function fitting(names: Iterable<string>, separator: string): readonly string[] {
  const sent: string[] = [];
  let length = 0;
  for (const name of names) {
    const longer = length + separator.length + name.length;
    if (longer > maxLength) continue;
    sent.push(name);
    length = longer;
  }
  return sent;
}

/** Keeps the visible characters of ASCII, besides the comma and the percent sign. UTF-8 has no lone surrogates: `encodeURIComponent` throws for them. */
function encoded(tag: string): string {
  return tag.replace(/[^!-~]+|[,%]/g, (text) => encodeURIComponent(Buffer.from(text).toString()));
}
