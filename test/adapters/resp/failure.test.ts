import { inspect } from 'node:util';
import { expect } from 'chai';
import { checkAlive, readFailure, writeFailure, failureReason } from '../../../src/adapters/resp/failure';
import { CacheError } from '../../../src/domain/cache-error';

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
const refused = 'CACHE_WRITE_REFUSED';
const unavailable = 'CACHE_TIER_UNAVAILABLE';

/** The reply of the server, its meaning for a write, and whether it is a sign of life as an answer to a PING. */
const replies: readonly [message: string, write: string, alive: boolean][] = [
  ["OOM command not allowed when used memory > 'maxmemory'.", refused, true],
  ["READONLY You can't write against a read only replica.", refused, true],
  ['MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.', refused, true],
  ['NOREPLICAS Not enough good replicas to write.', refused, true],
  ["NOPERM this user has no permissions to run the 'set' command", refused, true],
  ['ERR string exceeds maximum allowed size (proto-max-bulk-len)', refused, false],
  ['EXECABORT Transaction discarded because of previous errors.', refused, false],
  ['LOADING Redis is loading the dataset in memory', unavailable, false],
  ['NOAUTH Authentication required.', unavailable, false],
  ['WRONGPASS invalid username-password pair or user is disabled.', unavailable, false],
  ['CLUSTERDOWN The cluster is down', unavailable, false],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", unavailable, false],
  ['BUSY Redis is busy running a script.', unavailable, false],
  ['TRYAGAIN Multiple keys request during rehashing of slot', unavailable, false],
  ['MOVED 3999 127.0.0.1:6381', unavailable, false],
  ['SOMETHINGNEW that is unknown yet', unavailable, false],
  ['connect ECONNREFUSED 127.0.0.1:6379', unavailable, false],
];

describe('An error reply of a Redis server', () => {
  for (const [message, write, alive] of replies) {
    const word = message.split(' ')[0];

    it(`makes a write ${write} when it is ${word}`, () => {
      expect(writeFailure('redis', reply(message)).code).to.equal(write);
    });

    it(`makes a read CACHE_TIER_UNAVAILABLE when it is ${word}`, () => {
      expect(readFailure('redis', reply(message)).code).to.equal(unavailable);
    });

    it(`is ${alive ? 'a' : 'no'} sign of life when ${word} answers a PING`, async () => {
      const [outcome] = await Promise.allSettled([checkAlive('redis', () => Promise.reject(reply(message)))]);

      expect(outcome.status).to.equal(alive ? 'fulfilled' : 'rejected');
    });
  }

  it('is a sign of life when it answers the PING', async () => {
    await checkAlive('redis', () => Promise.resolve('PONG'));
  });

  it('names the driver and the reason in the error', () => {
    expect(writeFailure('sessions', reply('OOM command not allowed')).message).to.equal('sessions: the server refused the write (OOM)');
    expect(readFailure('sessions', reply('LOADING')).message).to.equal('sessions: no answer from the server (LOADING)');
  });

  it('is not kept where the client attached the command to it', () => {
    const command = { name: 'set', args: ['secret'] };
    const broken = Object.assign(new Error('write EPIPE'), { syscall: 'write', code: 'EPIPE', command });

    for (const error of [Object.assign(reply('LOADING Redis is loading'), { command }), broken]) {
      expect(inspect(writeFailure('redis', error), { depth: 9, showHidden: true })).not.to.include('secret');
    }
  });

  it('is kept as the cause where it is a system error', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect', code: 'ECONNREFUSED' });

    expect(readFailure('redis', error).cause).to.equal(error);
  });

  it('is rethrown where it already is a CacheError', () => {
    const error = new CacheError('CACHE_CLOSED', 'closed');

    expect([readFailure('redis', error), writeFailure('redis', error)]).to.deep.equal([error, error]);
  });
});

const withCode = (message: string, code: string): Error => Object.assign(new Error(message), { code });

describe('The reason of a failure', () => {
  const reasons: readonly [error: unknown, reason: string][] = [
    [new Error("OOM command not allowed when used memory > 'maxmemory'."), 'OOM'],
    [new Error('WRONGPASS invalid username-password pair or user is disabled.'), 'WRONGPASS'],
    [new Error("ERR unknown command 'FOO', with args beginning with: 'secret'"), 'ERR'],
    [new Error('ERR max number of clients reached'), 'ERR max number of clients reached'],
    [withCode('connect ECONNREFUSED 10.0.0.1:6379', 'ECONNREFUSED'), 'ECONNREFUSED'],
    [withCode('', 'ECONNREFUSED'), 'ECONNREFUSED'],
    [new Error("Socket timeout. Expecting data, but didn't receive any in 1500ms."), 'Socket timeout'],
    [
      new Error("Stream isn't writeable and enableOfflineQueue options is false"),
      "Stream isn't writeable and enableOfflineQueue options is false",
    ],
    [new Error('Command queue state error. If you can reproduce this, please report it. Last reply: secret'), 'Command queue state error'],
    [new Error('Unexpected reply "secret"'), 'Unexpected reply'],
    [new Error('Last reply: secret'), 'Last reply'],
    [new Error(`x${'y'.repeat(200)}`), `x${'y'.repeat(79)}`],
    [new TypeError(''), 'TypeError'],
    ['secret', 'unknown error'],
    [undefined, 'unknown error'],
  ];

  for (const [error, reason] of reasons) {
    it(`is ${reason.slice(0, 40)} for ${String(error).slice(0, 60)}`, () => {
      expect(failureReason(error)).to.equal(reason);
    });
  }
});
