import { expect } from 'chai';
import { messageText, parseMessage } from '../../../src/adapters/bus/message-text';
import type { InvalidationMessage } from '../../../src/ports/invalidation-bus';

const message: InvalidationMessage = { version: 1, node: 'n', sequence: 1, namespace: 'shop', keys: ['a'] };
const kib = 1024;

describe('The text of an invalidation', () => {
  it('is read as it was written, whatever the version', () => {
    for (const each of [message, { ...message, version: 7 }, { ...message, keys: 'everything' as const }, { ...message, keys: [] }]) {
      expect(parseMessage(messageText(each))).to.deep.equal(each);
    }
  });

  it('is written without the unknown fields of a message', () => {
    expect(messageText({ ...message, value: 'a-secret' } as InvalidationMessage)).not.to.include('a-secret');
  });

  it('is nothing but its known fields once it is read, and changes no prototype', () => {
    const text = `{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"extra":1,${messageText(message).slice(1)}`;

    const parsed = parseMessage(text);

    expect(Object.keys(parsed ?? {}).sort()).to.deep.equal(Object.keys(message).sort());
    expect(Object.getPrototypeOf(parsed)).to.equal(Object.prototype);
    expect([({} as { admin?: unknown }).admin, (parsed as { admin?: unknown } | undefined)?.admin]).to.deep.equal([undefined, undefined]);
  });

  it('is refused with a number that is no sequence number', () => {
    for (const number of [0, -1, 1.5, 2 ** 53, '1', null]) {
      for (const field of ['sequence', 'version']) {
        expect(parseMessage(JSON.stringify({ ...message, [field]: number })), `${field} ${String(number)}`).to.equal(undefined);
      }
    }
  });

  it('may have 64 KiB, counted as bytes', () => {
    const around = messageText({ ...message, keys: [''] }).length;
    const longest = 'k'.repeat(64 * kib - around);

    expect(parseMessage(messageText({ ...message, keys: [longest] }))).not.to.equal(undefined);
    expect(parseMessage(messageText({ ...message, keys: [`${longest}k`] }))).to.equal(undefined);
    expect(parseMessage(messageText({ ...message, keys: ['€'.repeat(22 * kib)] }))).to.equal(undefined);
  });

  it('is not even parsed when it is too long', () => {
    const parse = JSON.parse;
    let parsed = 0;
    JSON.parse = (...args: Parameters<typeof parse>): unknown => ((parsed += 1), parse(...args));
    try {
      parseMessage(' '.repeat(10_000_000));
    } finally {
      JSON.parse = parse;
    }

    expect(parsed).to.equal(0);
  });
});
