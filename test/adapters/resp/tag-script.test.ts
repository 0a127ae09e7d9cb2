import { expect } from 'chai';
import { TagScript } from '../../../src/adapters/resp/tag-script';
import { testKey } from '../../../src/testing/test-key';
import { rejectionOf } from '../../builders/rejection-of';

const update = { state: testKey('state'), tags: [testKey('tag')], change: 'remove', tagTtlMs: 1_000 } as const;

/** A server that answers each script with the next of these, or rejects it with the error. */
function scriptWith(...answers: readonly unknown[]) {
  const sent: string[] = [];
  const script = new TagScript((text) => {
    const answer = answers[sent.length];
    sent.push(text);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return { script, sent };
}

describe('TagScript', () => {
  for (const refusal of ["NOPERM this user has no permissions to run the 'eval' command", "ERR unknown command 'EVAL'"]) {
    it(`answers undefined after '${refusal}', and does not ask again`, async () => {
      const { script, sent } = scriptWith(new Error(refusal));

      expect([await script.update(update), await script.update(update), sent.length]).to.deep.equal([undefined, undefined, 1]);
    });
  }

  const writeRefusals = [
    "READONLY You can't write",
    'ERR Error running script (call to f_1): @user_script:3: -READONLY no writes',
    'MISCONF no disk',
  ];
  for (const refusal of writeRefusals) {
    it(`rejects with '${refusal}', and asks again the next time`, async () => {
      const { script, sent } = scriptWith(new Error(refusal), ['2,1', null]);

      expect(await rejectionOf(script.update(update))).to.have.property('message', refusal);
      expect([await script.update(update), sent.length]).to.deep.equal([['2,1', undefined], 2]);
    });
  }

  it('asks a full server to make an exception for an invalidation, and not for a new tag', async () => {
    const full = new Error("OOM command not allowed when used memory > 'maxmemory'.");
    const { script, sent } = scriptWith(full, ['2,1', '2,0'], full);

    expect(await script.update(update)).to.deep.equal(['2,1', '2,0']);
    expect(sent[1]).to.match(/^#!lua flags=allow-oom\n/);
    expect(await rejectionOf(script.update({ ...update, change: 'none' }))).to.equal(full);
  });

  it('rejects an answer that is no list', async () => {
    expect(await rejectionOf(scriptWith('OK').script.update(update)))
      .to.have.property('message')
      .that.includes('list');
  });
});
