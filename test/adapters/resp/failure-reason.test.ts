import { expect } from 'chai';
import { failureReason } from '../../../src/adapters/resp/failure';

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
