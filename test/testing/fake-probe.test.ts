import { expect } from 'chai';
import { FakeClock, FakeProbe, healthProbeContract } from '../../src/testing';

healthProbeContract('FakeProbe', () => {
  const probe = new FakeProbe();
  const clock = new FakeClock();
  return {
    probe,
    elapse: (ms) => clock.advance(ms),
    goAway: () => {
      probe.down();
    },
    comeBack: () => {
      probe.up();
    },
  };
});

describe('FakeProbe', () => {
  it('has the reason that the test gave', () => {
    const probe = new FakeProbe();
    probe.start();

    probe.down('cable cut');

    expect(probe).to.include({ health: 'down', reason: 'cable cut' });
  });
});
