import { expect } from 'chai';
import { ServerScripts } from '../../../src/adapters/resp/server-scripts';
import { testKey } from '../../../src/testing/suite-tools';
import { rejectionOf } from '../../builders/rejection-of';

const update = { state: testKey('state'), tags: [testKey('tag')], change: 'remove', atLeast: 0, tagTtlMs: 1_000 } as const;
const lease = { change: 'lease', lease: 'a', leaseMs: 1_000, payload: undefined } as const;

/** A server that answers each script with the next of these, or rejects it with the error. */
function scriptsWith(...answers: readonly unknown[]) {
  const sent: string[] = [];
  const texts: string[] = [];
  const scripts = new ServerScripts((command, script) => {
    const answer = answers[sent.length];
    sent.push(command);
    texts.push(script);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return { scripts, sent, texts };
}

const unknown = new Error('NOSCRIPT No matching script. Please use EVAL.');

describe('ServerScripts', () => {
  it('sends the text of a script only where the server does not have it', async () => {
    const { scripts, sent, texts } = scriptsWith(unknown, ['done'], ['changed'], unknown, ['held', 'b', '7']);
    const replies = [];
    for (let i = 0; i < 3; i += 1) replies.push(await scripts.updateRow('key', lease));

    expect(replies).to.deep.equal([{ outcome: 'done' }, { outcome: 'changed' }, { outcome: 'held', lease: 'b', leftMs: 7 }]);
    expect(sent).to.deep.equal(['EVALSHA', 'EVAL', 'EVALSHA', 'EVALSHA', 'EVAL']);
    expect(texts[0]).to.match(/^[0-9a-f]{40}$/);
  });

  it('sends texts alone to a server that allows EVAL and forbids EVALSHA', async () => {
    const { scripts, sent } = scriptsWith(new Error('NOPERM no evalsha'), ['done'], ['done'], ['2,1']);
    await scripts.updateRow('key', lease);
    await scripts.updateRow('key', lease);

    expect(await scripts.updateTags(update)).to.deep.equal(['2,1']);
    expect(sent).to.deep.equal(['EVALSHA', 'EVAL', 'EVAL', 'EVAL']);
  });

  for (const refusal of ["NOPERM this user has no permissions to run the 'eval' command", "ERR unknown command 'EVAL'"]) {
    it(`answers undefined after '${refusal}', and does not ask again`, async () => {
      const { scripts, sent } = scriptsWith(new Error(refusal), new Error(refusal));

      expect([await scripts.updateTags(update), await scripts.updateTags(update), await scripts.updateRow('key', lease)]).to.deep.equal([
        undefined,
        undefined,
        undefined,
      ]);
      expect(sent).to.deep.equal(['EVALSHA', 'EVAL']);
    });
  }

  const writeRefusals = [
    "READONLY You can't write",
    'ERR Error running script (call to f_1): @user_script:3: -READONLY no writes',
    'MISCONF no disk',
  ];
  for (const refusal of writeRefusals) {
    it(`rejects with '${refusal}', and asks again the next time`, async () => {
      const { scripts, sent } = scriptsWith(new Error(refusal), ['2,1', null], new Error(refusal), ['done']);

      expect(await rejectionOf(scripts.updateTags(update))).to.have.property('message', refusal);
      expect(await scripts.updateTags(update)).to.deep.equal(['2,1', undefined]);
      expect(await rejectionOf(scripts.updateRow('key', lease))).to.have.property('message', refusal);
      expect(await scripts.updateRow('key', lease)).to.deep.equal({ outcome: 'done' });
      expect(sent).to.have.length(4);
    });
  }

  it('asks a full server to make an exception for an invalidation, and not for a new tag or a lease', async () => {
    const full = new Error("OOM command not allowed when used memory > 'maxmemory'.");
    const { scripts, sent, texts } = scriptsWith(full, unknown, ['2,1', '2,0'], full, full);

    expect(await scripts.updateTags(update)).to.deep.equal(['2,1', '2,0']);
    expect(texts[2]).to.match(/^#!lua flags=allow-oom\n/);
    expect(await rejectionOf(scripts.updateTags({ ...update, change: 'none' }))).to.equal(full);
    expect(await rejectionOf(scripts.updateRow('key', lease))).to.equal(full);
    expect(sent).to.deep.equal(['EVALSHA', 'EVALSHA', 'EVAL', 'EVALSHA', 'EVALSHA']);
  });

  it('rejects an answer that is not that of the script', async () => {
    expect(await rejectionOf(scriptsWith('OK').scripts.updateTags(update)))
      .to.have.property('message')
      .that.includes('list');
    for (const answer of ['OK', [], ['done!'], null]) {
      expect(await rejectionOf(scriptsWith(answer).scripts.updateRow('key', lease)))
        .to.have.property('message')
        .that.includes('the server did not answer');
    }
  });
});
