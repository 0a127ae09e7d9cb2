/** The kinds of requests about a key. */
export type ReadKind = 'get' | 'wrap' | 'intercept';
export type ChangeKind = 'set' | 'del' | 'delByTag' | 'clear';

/** A key, and the version that the database came to. */
export interface Changed {
  readonly key: number;
  readonly version: number;
}

export interface Read {
  readonly kind: ReadKind;
  readonly key: number;
}

export interface Change {
  readonly kind: ChangeKind;
  /** The key, or the number of the tag. */
  readonly key: number;
  /** The keys whose entries it is about. */
  readonly changed: readonly Changed[];
}

export type Request = Read | Change;

/** Each key has one tag, and each tag the keys of one of the thirds that `traffic.ts` speaks of. */
const tags = 6;
export const tagOf = (key: number): number => key % tags;

/** How it is asked over HTTP. */
export function callOf(request: Request): readonly ['GET' | 'PUT' | 'DELETE', string] {
  const path = `/keys/${request.key}`;
  switch (request.kind) {
    case 'get':
      return ['GET', path];
    case 'wrap':
      return ['GET', `${path}/wrapped`];
    case 'intercept':
      return ['GET', `${path}/intercepted`];
    case 'set':
      return ['PUT', `${path}/${request.changed[0]!.version}`];
    case 'del':
      return ['DELETE', path];
    case 'delByTag':
      return ['DELETE', `/tags/${request.key}`];
    case 'clear':
      return ['DELETE', '/everything'];
  }
}
