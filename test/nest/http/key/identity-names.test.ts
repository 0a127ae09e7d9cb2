import { expect } from 'chai';
import { NameVerdicts } from '../../../../src/nest/http/key/identity-names';

describe('NameVerdicts', () => {
  let judged: string[] = [];
  let verdicts: NameVerdicts;

  beforeEach(() => {
    judged = [];
    verdicts = new NameVerdicts((name) => {
      judged.push(name);
      return name.startsWith('x-');
    });
  });

  it('judges each name once, in lower case', () => {
    const found = ['X-User', 'accept', 'X-User', 'accept'].map((name) => verdicts.of(name));

    expect(found).to.deep.equal([true, false, true, false]);
    expect(judged).to.deep.equal(['x-user', 'accept']);
  });

  it('remembers no long names, and a limited number of others', () => {
    const long = `x-${'a'.repeat(100)}`;
    for (const name of [long, long]) expect(verdicts.of(name)).to.equal(true);
    for (let index = 0; index < 5_000; index++) verdicts.of(`x-${index}`);
    const before = judged.length;

    expect([verdicts.of('x-4999'), verdicts.of('x-0')]).to.deep.equal([true, true]);
    expect([before, judged.length]).to.deep.equal([5_002, 5_003]);
  });
});
