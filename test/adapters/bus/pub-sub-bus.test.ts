import { expect } from 'chai';
import { Subscribers } from '../../../src/adapters/bus/pub-sub-bus';
import { messageText } from '../../../src/adapters/bus/message-text';

const text = (sequence: number) => messageText({ version: 1, node: 'n', sequence, namespace: 'shop', keys: 'everything' });

describe('The subscribers of a bus', () => {
  const setUp = () => {
    const subscribers = new Subscribers();
    const received: string[] = [];
    const add = (name: string) =>
      subscribers.add({ onMessage: ({ sequence }) => received.push(`${name} ${sequence}`), onGap: () => received.push(`${name} gap`) });
    return { subscribers, received, add };
  };

  it('get a gap when the subscription is made again, but not the first time', () => {
    const { subscribers, received, add } = setUp();
    add('a');

    subscribers.onSubscribed();
    subscribers.receive(text(1));
    subscribers.onSubscribed();

    expect(received).to.deep.equal(['a 1', 'a gap']);
  });

  it('get a gap also when they were added after the first subscription', () => {
    const { subscribers, received, add } = setUp();

    subscribers.onSubscribed();
    add('a');
    subscribers.onSubscribed();

    expect(received).to.deep.equal(['a gap']);
  });

  it('get no gap for a time without any subscriber', () => {
    const { subscribers, received, add } = setUp();
    const remove = add('a');
    subscribers.onSubscribed();

    remove();
    add('b');
    subscribers.onSubscribed();

    expect([received, subscribers.isEmpty]).to.deep.equal([[], false]);
  });

  it('go on when one throws, or is removed while it is notified', () => {
    const { subscribers, received, add } = setUp();
    subscribers.add({
      onMessage: () => {
        throw new Error('from a listener');
      },
      onGap: () => undefined,
    });
    const remove = subscribers.add({ onMessage: () => remove(), onGap: () => received.push('left gap') });
    add('c');

    subscribers.receive(text(1));
    subscribers.receive('noise');

    expect(received).to.deep.equal(['c 1', 'c gap']);
  });
});
