import { expect } from 'chai';
import { isMarked, readRow, updatedRow } from '../../../src/domain/entry/row';

const now = 1_700_000_000_000;

describe('a row of L2', () => {
  it('is marked where a lease or the time of its expiry stands in front of the payload', () => {
    expect(['t2!a,1,0;', 't2!,0,5;payload', 't2$payload', 't2', '', '!t2'].map(isMarked)).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('is read as lease, end, time of expiry and payload', () => {
    expect(readRow('t2!own-1,123,45;the;payload')).to.deep.equal({ lease: 'own-1', endsAt: 123, expiredAt: 45, payload: 'the;payload' });
  });

  for (const text of ['payload', '', 't2!a', 't2!a b,1,0;', 't2!a,12345678901234567,0;', 't2!a,-1,0;', ' t2!a,1,0;']) {
    it(`is a payload alone in any other form: '${text}'`, () => {
      expect(readRow(text)).to.deep.equal({ lease: '', endsAt: 0, expiredAt: 0, payload: text });
    });
  }

  const leaseOf = (text: string | undefined, payload?: string) =>
    updatedRow(text, { change: 'lease', lease: 'own', leaseMs: 10_000, payload }, now);

  for (const [endsIn, outcome] of [
    [1, 'held'],
    [60_000, 'held'],
    [0, 'done'],
    [-1, 'done'],
    [60_001, 'done'],
  ] as const) {
    it(`with a lease that ends in ${endsIn} ms, answers '${outcome}' to another process`, () => {
      const { reply } = leaseOf(`t2!other,${now + endsIn},0;`);
      expect(reply).to.deep.equal(outcome === 'held' ? { outcome, lease: 'other', leftMs: endsIn } : { outcome });
    });
  }

  it('is not held by a lease without a name, and takes no update of one', () => {
    expect(leaseOf(`t2!,${now + 5_000},0;`).reply).to.deep.equal({ outcome: 'done' });
    for (const text of [undefined, 'payload', `t2!,${now + 5_000},0;payload`])
      expect(updatedRow(text, { change: 'replace', lease: '', payload: 'new', ttlMs: 1 }, now)).to.deep.equal({
        reply: { outcome: 'changed' },
      });
  });

  it('lives as long as its lease without a payload, and otherwise at least as long', () => {
    const text = `t2!own,${now + 10_000},0;`;
    expect(leaseOf(undefined)).to.deep.equal({ reply: { outcome: 'done' }, text, ttlMs: 10_000 });
    expect(leaseOf('old', 'old')).to.deep.equal({ reply: { outcome: 'done' }, text: `${text}old`, atLeastMs: 10_000 });
  });

  it('keeps the time at which it was expired first', () => {
    const expired = (text: string, at: number): string | undefined => updatedRow(text, { change: 'expire' }, at).text;
    expect(expired('old', now + 0.9)).to.equal(`t2!,0,${now};old`);
    expect(expired(`t2!,0,${now};old`, now + 5_000)).to.equal(`t2!,0,${now};old`);
    // 0 would say that it was not expired.
    expect(expired('old', 0)).to.equal('t2!,0,1;old');
  });
});
