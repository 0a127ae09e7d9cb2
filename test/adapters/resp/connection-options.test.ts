import { inspect } from 'node:util';
import { expect } from 'chai';
import { stub } from 'sinon';
import { valkey } from '../../../src/adapters/keyv/valkey';
import { nodeRedis } from '../../../src/adapters/node-redis';
import { redis } from '../../../src/adapters/redis';
import { urlProblem, warnAboutTlsOptions } from '../../../src/adapters/resp/connection-options';
import { CacheError } from '../../../src/domain/cache-error';
import { mistyped } from './mistyped-urls';

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
        expect(inspect(outcome, { showHidden: true })).not.to.include('hush');
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

describe('warnAboutTlsOptions', () => {
  function warningsOf(options: object): string[] {
    const emit = stub(process, 'emitWarning');
    try {
      warnAboutTlsOptions('redis()', options);
      return emit.args.map(([message]) => String(message));
    } finally {
      emit.restore();
    }
  }

  it('is silent where the server is checked, and without TLS', () => {
    for (const options of [{}, { tls: {} }, { tls: { rejectUnauthorized: true }, sentinelTLS: { ca: '' } }, { tls: undefined }]) {
      expect(warningsOf(options)).to.deep.equal([]);
    }
  });

  it('names each option that disables a check', () => {
    const careless = { rejectUnauthorized: false, checkServerIdentity: () => undefined };

    const warnings = warningsOf({ tls: careless, sentinelTLS: careless });

    expect(warnings.map((warning) => warning.split(' ')[1])).to.deep.equal([
      'tls.rejectUnauthorized',
      'tls.checkServerIdentity',
      'sentinelTLS.rejectUnauthorized',
      'sentinelTLS.checkServerIdentity',
    ]);
  });
});
