import { expect } from 'chai';
import { Audience } from '../../../src/adapters/bus/audience';
import { messageText } from '../../../src/adapters/bus/message-text';

const text = (sequence: number) => messageText({ version: 1, node: 'n', sequence, namespace: 'shop', keys: 'everything' });

describe('The audience of a bus', () => {
  const setUp = () => {
    const audience = new Audience();
    const told: string[] = [];
    const join = (who: string) =>
      audience.join({ onMessage: ({ sequence }) => told.push(`${who} ${sequence}`), onGap: () => told.push(`${who} gap`) });
    return { audience, told, join };
  };

  it('is told of a gap when the subscription stands again, and not when it stands for the first time', () => {
    const { audience, told, join } = setUp();
    join('a');

    audience.tuneIn();
    audience.hear(text(1));
    audience.tuneIn();

    expect(told).to.deep.equal(['a 1', 'a gap']);
  });

  it('is told of a gap also when it came after the subscription stood', () => {
    const { audience, told, join } = setUp();

    audience.tuneIn();
    join('a');
    audience.tuneIn();

    expect(told).to.deep.equal(['a gap']);
  });

  it('has missed nothing when all had left', () => {
    const { audience, told, join } = setUp();
    const leave = join('a');
    audience.tuneIn();

    leave();
    join('b');
    audience.tuneIn();

    expect([told, audience.isEmpty]).to.deep.equal([[], false]);
  });

  it('goes on when somebody throws, or leaves while he is told', () => {
    const { audience, told, join } = setUp();
    audience.join({
      onMessage: () => {
        throw new Error('from a listener');
      },
      onGap: () => undefined,
    });
    const leave = audience.join({ onMessage: () => leave(), onGap: () => told.push('left gap') });
    join('c');

    audience.hear(text(1));
    audience.hear('noise');

    expect(told).to.deep.equal(['c 1', 'c gap']);
  });
});
