import { expect } from 'chai';
import { Listeners } from '../../../src/domain/shared/listeners';

describe('Listeners', () => {
  it('calls a listener that was added twice twice, and removes it one by one', () => {
    const listeners = new Listeners<[number]>();
    const heard: number[] = [];
    const listener = (event: number): void => void heard.push(event);
    const remove = listeners.add(listener);
    listeners.add(listener);

    listeners.notify(1);
    remove();
    remove();
    listeners.notify(2);

    expect([heard, listeners.size]).to.deep.equal([[1, 1, 2], 1]);
  });

  for (const notify of ['notify', 'notifySafely'] as const) {
    it(`does not call one that an earlier one has removed, nor one that was added meanwhile: ${notify}`, () => {
      const listeners = new Listeners<[]>();
      const called: string[] = [];
      listeners.add(() => {
        removeSecond();
        listeners.add(() => called.push('added'));
      });
      const removeSecond = listeners.add(() => called.push('second'));
      listeners.add(() => called.push('third'));

      listeners[notify]();

      expect(called).to.deep.equal(['third']);
    });
  }

  it('passes an error on, or keeps it from the caller and the other listeners', () => {
    const listeners = new Listeners<[]>();
    let called = 0;
    listeners.add(() => {
      throw new Error('of a listener');
    });
    listeners.add(() => (called += 1));

    expect(() => listeners.notify()).to.throw('of a listener');
    listeners.notifySafely();

    expect(called).to.equal(1);
  });
});
