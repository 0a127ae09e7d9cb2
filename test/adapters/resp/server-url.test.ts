import { inspect } from 'node:util';
import { expect } from 'chai';
import { valkey } from '../../../src/adapters/keyv/valkey';
import { nodeRedis } from '../../../src/adapters/node-redis';
import { redis } from '../../../src/adapters/redis';
import { urlProblem } from '../../../src/adapters/resp/server-url';
import { CacheError } from '../../../src/domain/cache-error';

/** Each part of a password that must not appear is `hush`. */
const mistyped: readonly [mistake: string, afterScheme: string][] = [
  ['an unset port', 'user:hush@localhost:undefined'],
  ['an unset port and a database', ':hush@localhost:undefined/2'],
  ['an unset host and port', ':hush@undefined:NaN'],
  ['a port that is too large', ':hush@localhost:123456'],
  ['/ in the password', ':hush/hush@localhost:6379'],
  ['/ after digits in the password', 'user:12/hush@localhost'],
  ['/ at the beginning of the password', 'user:/hush@localhost'],
  ['# in the password', 'user:hush#hush@localhost'],
  ['# after digits in the password', 'user:12#hush@localhost'],
  ['? in the password', 'user:hush?hush@localhost'],
  ['? after digits in the password', 'user:12?hush@localhost'],
  ['a backslash in the password', 'user:12\\hush@localhost'],
  ['a space in the password', ':hush hush@localhost'],
  ['a line break at the end', ':hush@localhost\n'],
  ['% in the password', ':hush%hush@localhost'],
  ['a password in the place of the database', 'localhost/hush'],
  ['a host in brackets that is no address', ':hush@[localhost]:6379'],
];

const makers: readonly [name: string, make: (rest: string) => unknown][] = [
  ['redis(redis://…)', (rest) => redis(`redis://${rest}`)],
  ['redis(rediss://…)', (rest) => redis(`rediss://${rest}`)],
  ['redis(…)', (rest) => redis(rest)],
  ['redis({ cluster: [redis://…] })', (rest) => redis({ cluster: [`redis://${rest}`] })],
  ['redis({ cluster: [{ host }, …] })', (rest) => redis({ cluster: [{ host: 'localhost' }, rest] })],
  ['nodeRedis(redis://…)', (rest) => nodeRedis(`redis://${rest}`)],
  ['nodeRedis(rediss://…)', (rest) => nodeRedis(`rediss://${rest}`)],
  ['valkey(valkey://…)', (rest) => valkey(`valkey://${rest}`)],
  ['valkey({ uri: valkeys://… })', (rest) => valkey({ uri: `valkeys://${rest}` })],
];

describe('A mistyped URL', () => {
  let warnings: string[];
  const onWarning = (warning: Error): void => void warnings.push(inspect(warning));

  beforeEach(() => {
    warnings = [];
    process.on('warning', onWarning);
  });
  afterEach(() => {
    process.off('warning', onWarning);
  });

  const outcomeOf = (make: () => unknown): unknown => {
    try {
      make();
      return 'accepted';
    } catch (error) {
      return error;
    }
  };

  for (const [name, make] of makers) {
    for (const [mistake, rest] of mistyped) {
      it(`is refused by ${name} and appears neither in the error nor in a warning: ${mistake}`, async () => {
        const outcome = outcomeOf(() => make(rest));
        await new Promise((resolve) => setImmediate(resolve));

        expect(outcome).to.be.instanceOf(CacheError).with.property('code', 'CACHE_OPTION_INVALID');
        expect(inspect(outcome, { showHidden: true }).replace(/server-url\.test/g, '')).not.to.include('hush');
        expect(warnings).to.deep.equal([]);
      });
    }
  }

  it('differs from the URLs that clients can read', () => {
    const readable = [
      ...['redis://localhost', 'redis://localhost:6379', 'redis://localhost/', 'redis://localhost:6379/15', 'rediss://h?family=6'],
      ...[
        'redis://:p@h',
        'redis://user:p%2F%3F%23%40%25@h:1/0',
        'redis://user@h',
        'redis://[::1]:6379',
        'redis://:p@ss@h',
        'redis://:a:b@h',
      ],
    ];

    expect(readable.map((url) => urlProblem(url))).to.deep.equal(readable.map(() => undefined));
  });
});
