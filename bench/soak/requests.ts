/** The kinds of requests about a key. */
export type RequestKind = 'get' | 'wrap' | 'intercept' | 'set' | 'del';

export interface Request {
  readonly kind: RequestKind;
  readonly key: number;
  /** The version in the database at the request; a `set` sends it along. */
  readonly version: number;
}

/** How it is asked over HTTP. */
export function callOf({ key, kind, version }: Request): readonly ['GET' | 'PUT' | 'DELETE', string] {
  const path = `/keys/${key}`;
  switch (kind) {
    case 'get':
      return ['GET', path];
    case 'wrap':
      return ['GET', `${path}/wrapped`];
    case 'intercept':
      return ['GET', `${path}/intercepted`];
    case 'set':
      return ['PUT', `${path}/${version}`];
    case 'del':
      return ['DELETE', path];
  }
}
