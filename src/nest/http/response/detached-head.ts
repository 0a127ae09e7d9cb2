import type { ServerResponse } from 'node:http';
import type { HeaderValue, ResponseHead } from './response-headers';

/**
 * Replaces the head of a sent response by one in memory. A handler that runs again in the background may then set headers, which Node would refuse
 * after sending, and they can be read afterwards.
 * @param onSend - called if something is sent through the response again
 */
export function detachHead(node: ServerResponse, initial: ResponseHead['headers'], onSend: () => void): void {
  const head = new Map<string, HeaderValue>();
  const set = (name: string, value: HeaderValue | undefined): ServerResponse => {
    if (value !== undefined) head.set(name.toLowerCase(), value);
    return node;
  };
  const ignore = (): ServerResponse => {
    onSend();
    return node;
  };
  for (const [name, value] of Object.entries(initial)) set(name, value);
  Object.assign(node, {
    setHeader: set,
    setHeaders: (headers: Iterable<readonly [string, HeaderValue]>) => {
      for (const [name, value] of headers) set(name, value);
      return node;
    },
    appendHeader: (name: string, value: string | readonly string[]) =>
      set(name, [head.get(name.toLowerCase()) ?? [], value].flat().map(String)),
    getHeader: (name: string) => head.get(name.toLowerCase()),
    getHeaders: () => Object.fromEntries(head),
    getHeaderNames: () => [...head.keys()],
    hasHeader: (name: string) => head.has(name.toLowerCase()),
    removeHeader: (name: string) => head.delete(name.toLowerCase()),
    writeHead: ignore,
    write: ignore,
    end: ignore,
  });
}
