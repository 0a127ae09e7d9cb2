import { expect } from 'chai';
import { hasSanitizerFailed, infoMethod, safeLogger, safeMetrics, safeSanitizer } from '../../../src/domain/options/safe-parts';
import { CacheError } from '../../../src/domain/cache-error';
import { RecordingLogger } from '../../../src/testing';

const fail = (): never => {
  throw new Error('not our fault');
};

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

describe('safeSanitizer', () => {
  const sanitize = (name: unknown, logger = new RecordingLogger()): string =>
    safeSanitizer({ sanitize: () => (typeof name === 'function' ? (name as () => string)() : name) as string }, logger).sanitize('k');

  it('gives names as they are, also with a reserved mark further back', () => {
    for (const name of ['a', '%', 'a%response:', 'a%namespace:b', '%response', 'ä 🙂']) expect(sanitize(name)).to.equal(name);
  });

  const wrong: readonly (readonly [name: unknown, message: string])[] = [
    [fail, 'threw'],
    [5, 'gave no string, but number'],
    [null, 'gave no string, but null'],
    [undefined, 'gave no string, but undefined'],
    [Promise.resolve('a'), 'gave no string, but a promise'],
    ['', 'gave an empty string'],
    ['%response:a', 'gave a name that begins with %response:, which is reserved'],
    ['%namespace:a', 'gave a name that begins with %namespace:, which is reserved'],
    ['a\nb', 'left control characters or half of a character'],
    ['a\ud800', 'left control characters or half of a character'],
  ];
  for (const [name, message] of wrong) {
    it(`fails where the sanitizer ${message}`, () => {
      const logger = new RecordingLogger();
      const error = errorOf(() => sanitize(name, logger));

      expect(hasSanitizerFailed(error)).to.equal(true);
      expect(error).to.have.property('message', `key: the key sanitizer ${message}`);
      expect(logger.messages('error')).to.deep.equal([`the key sanitizer ${message} (logged once)`]);
    });
  }

  it('keeps the cause of a failure, and passes on an error that refuses the key', () => {
    const refusal = new CacheError('CACHE_KEY_INVALID', 'no such key');
    const refuse = (): never => {
      throw refusal;
    };

    expect(errorOf(() => sanitize(fail))).to.have.nested.property('cause.message', 'not our fault');
    expect(errorOf(() => sanitize(refuse))).to.equal(refusal);
    expect(hasSanitizerFailed(refusal)).to.equal(false);
  });
});

describe('safeLogger', () => {
  it('writes information with log where there is no info', () => {
    const log = (): void => undefined;
    expect([{ log }, { info: log, log }, { info: 5, log }, { log: 5 }, {}, undefined].map(infoMethod)).to.deep.equal([
      'log',
      'info',
      'log',
      'info',
      'info',
      'info',
    ]);
  });

  it('survives a logger that throws, rejects or lacks a method', async () => {
    const logger = safeLogger(
      { debug: fail, info: fail, warn: () => Promise.reject(new Error('lost')), error: undefined } as never,
      'debug',
    );

    expect(() => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]('a line');
    }).to.not.throw();
    await new Promise(setImmediate);
  });
});

describe('safeMetrics', () => {
  it('survives a sink that throws with every event, and logs it once', () => {
    const logger = new RecordingLogger();
    const sink = safeMetrics({ record: fail }, logger);

    for (let i = 0; i < 3; i++) sink.record({ name: 'miss' });

    expect(logger.messages('error')).to.deep.equal(['the metrics sink threw (logged once)']);
  });
});
