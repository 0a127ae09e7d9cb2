import { expect } from 'chai';
import { ConnectionProbe, type ConnectionSignals } from '../../../src/adapters/probe/connection-probe';
import type { Health } from '../../../src/ports/health-probe';
import { FakeClock } from '../../../src/testing/fake-clock';

type PingAnswer = { readonly answer: () => void; readonly refuse: (reason: string) => void };

/** A client that the test controls: it sends the events, and answers the PINGs by hand. */
function setUp({ readyAtStart = false, traffic }: { readyAtStart?: boolean; traffic?: () => number } = {}) {
  const clock = new FakeClock();
  const pings: PingAnswer[] = [];
  const changes: Health[] = [];
  let listening = 0;
  let signals: ConnectionSignals | undefined;
  const probe = new ConnectionProbe({
    clock,
    ...(traffic && { traffic }),
    ping: () =>
      new Promise((resolve, reject) => {
        pings.push({ answer: () => resolve('PONG'), refuse: (reason) => reject(new Error(reason)) });
      }),
    watch: (given) => {
      signals = given;
      listening += 1;
      if (readyAtStart) given.ready();
      return () => (listening -= 1);
    },
  });
  probe.onChange((health) => changes.push(health));
  const client = (): ConnectionSignals => signals ?? expect.fail('the client is not watched');
  const answer = async (index = pings.length - 1): Promise<void> => {
    pings[index]?.answer();
    await settled();
  };
  const refuse = async (reason: string): Promise<void> => {
    pings.at(-1)?.refuse(reason);
    await settled();
  };
  const comeUp = async (): Promise<void> => {
    client().ready();
    await answer();
  };
  const relapse = async (): Promise<void> => {
    client().lost();
    await comeUp();
  };
  return { probe, clock, pings, changes, client, answer, refuse, comeUp, relapse, listening: () => listening };
}

/** Lets every promise that can settle do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ConnectionProbe', () => {
  describe('at the start', () => {
    it('is down, with a reason, before it was started', () => {
      const { probe } = setUp();

      expect([probe.health, probe.reason]).to.deep.equal(['down', 'not started']);
    });

    it('stays down when the client is ready, until the PING is answered', async () => {
      const { probe, client, answer } = setUp();
      probe.start();

      client().ready();
      const whenReady = probe.health;
      await answer();

      expect([whenReady, probe.health, probe.reason]).to.deep.equal(['down', 'up', undefined]);
    });

    it('sends a PING at once when the client is ready already', async () => {
      const { probe, answer } = setUp({ readyAtStart: true });

      probe.start();
      await answer();

      expect(probe.health).to.equal('up');
    });

    it('watches once, however often it is started', () => {
      const { probe, listening } = setUp();

      probe.start();
      probe.start();

      expect(listening()).to.equal(1);
    });
  });

  // Observed events of ioredis, as signals: `!` failed, `x` lost, `r` ready, `p` PING answered, `e` PING refused
  const orders: readonly {
    readonly story: string;
    readonly order: string;
    readonly health: Health;
    readonly reason: string | undefined;
  }[] = [
    { story: 'normal', order: 'rp', health: 'up', reason: undefined },
    { story: 'not running', order: '!xx!xx', health: 'down', reason: 'refused 2' },
    { story: 'killed, with an error first', order: 'rp!xx', health: 'down', reason: 'refused 1' },
    { story: 'killed, without any error', order: 'rpxx', health: 'down', reason: 'connection lost' },
    { story: 'killed, then refused', order: 'rpxx!xx', health: 'down', reason: 'refused 1' },
    { story: 'frozen before it is ready', order: '', health: 'down', reason: 'not connected yet' },
    { story: 'frozen after it was ready', order: 'r', health: 'down', reason: 'not connected yet' },
    { story: 'loading, unauthorised or full: connect, then error and close', order: '!xx!xx', health: 'down', reason: 'refused 2' },
    { story: 'ready although loading: the PING says so', order: 're', health: 'down', reason: 'PING refused' },
    { story: 'disconnected by hand', order: 'rpxx', health: 'down', reason: 'connection lost' },
    { story: 'ready twice', order: 'rpr', health: 'up', reason: undefined },
  ];

  describe('at events of the client', () => {
    for (const { story, order, health, reason } of orders) {
      it(`is ${health} when ${story}`, async () => {
        const { probe, client, answer, refuse } = setUp();
        let refusals = 0;
        probe.start();

        for (const step of order) {
          if (step === 'r') client().ready();
          if (step === '!') client().failed(`refused ${(refusals += 1)}`);
          if (step === 'x') client().lost();
          if (step === 'p') await answer();
          if (step === 'e') await refuse('PING refused');
        }

        expect([probe.health, probe.reason]).to.deep.equal([health, reason]);
      });
    }

    it('goes down at once and notifies once', async () => {
      const { probe, client, changes, comeUp } = setUp();
      probe.start();
      await comeUp();

      client().failed('ECONNRESET');
      client().lost();

      expect(changes).to.deep.equal(['up', 'down']);
    });

    it('sends a PING after an error that did not end the connection', async () => {
      const { probe, clock, client, comeUp, answer } = setUp();
      probe.start();
      await comeUp();
      client().failed('something odd');

      await clock.advance(1_000);
      await answer();
      await clock.advance(250);

      expect(probe.health).to.equal('up');
    });

    it('sends no PING after an error of a client that was never ready', async () => {
      const { probe, clock, pings, client } = setUp();
      probe.start();

      client().failed('unreachable');
      await clock.advance(60_000);

      expect([pings.length, probe.reason]).to.deep.equal([0, 'unreachable']);
    });

    it('ignores the answer of a connection that was lost meanwhile', async () => {
      const { probe, client, answer } = setUp();
      probe.start();
      client().ready();

      client().lost();
      await answer();

      expect(probe.health).to.equal('down');
    });
  });

  describe('with PINGs', () => {
    it('sends a PING every 5 s while all is well', async () => {
      const { probe, clock, pings, answer, comeUp } = setUp();
      probe.start();
      await comeUp();

      await clock.advance(4_999);
      const early = pings.length;
      await clock.advance(1);
      await answer();

      expect([early, pings.length, probe.health]).to.deep.equal([1, 2, 'up']);
    });

    it('sends none while other answers come in', async () => {
      let answers = 0;
      const { probe, clock, pings, comeUp } = setUp({ traffic: () => answers });
      probe.start();
      await comeUp();

      answers += 1;
      await clock.advance(5_000);
      const whileBusy = pings.length;
      await clock.advance(5_000);

      expect([whileBusy, pings.length]).to.deep.equal([1, 2]);
    });

    it('goes down when a PING gets no answer for 1 s, though no event was fired', async () => {
      const { probe, clock, comeUp } = setUp();
      probe.start();
      await comeUp();

      await clock.advance(5_000 + 999);
      const inTime = probe.health;
      await clock.advance(1);

      expect([inTime, probe.health, probe.reason]).to.deep.equal(['up', 'down', 'no answer to PING within 1000 ms']);
    });

    it('never has two PINGs in flight', async () => {
      const { probe, clock, pings, client } = setUp();
      probe.start();
      client().ready();

      await clock.advance(30_000);

      expect(pings.length).to.equal(1);
    });

    it('sends another PING when an overdue one was answered, and counts only the new answer', async () => {
      const { probe, clock, pings, client, answer } = setUp();
      probe.start();
      client().ready();
      await clock.advance(3_000);

      await answer(0);
      const afterTheLateAnswer = probe.health;
      await answer(1);

      expect([afterTheLateAnswer, pings.length, probe.health]).to.deep.equal(['down', 2, 'up']);
    });

    it('replaces a PING that never settles', async () => {
      const { probe, clock, client, answer } = setUp();
      probe.start();
      client().ready();

      await clock.advance(1_000 + 30_000);
      await answer();

      expect(probe.health).to.equal('up');
    });

    it('sends the next PING 1 s after a refusal', async () => {
      const { probe, clock, pings, client, refuse, answer } = setUp();
      probe.start();
      client().ready();
      await refuse('LOADING');

      await clock.advance(1_000);
      await answer();

      expect([pings.length, probe.health]).to.deep.equal([2, 'up']);
    });

    it('treats a ping that throws as refused', async () => {
      const clock = new FakeClock();
      const probe = new ConnectionProbe({
        clock,
        ping: () => {
          throw new Error('no client');
        },
        watch: (signals) => {
          signals.ready();
          return () => undefined;
        },
      });

      probe.start();
      await settled();

      expect([probe.health, probe.reason]).to.deep.equal(['down', 'no client']);
    });
  });

  describe('while it flaps', () => {
    it('waits until the connection has held for 250 ms after an outage', async () => {
      const { probe, clock, comeUp, relapse } = setUp();
      probe.start();
      await comeUp();
      await relapse();

      await clock.advance(249);
      const early = probe.health;
      await clock.advance(1);

      expect([early, probe.health]).to.deep.equal(['down', 'up']);
    });

    it('waits twice as long after each relapse, 5 s at most', async () => {
      const { probe, clock, comeUp, relapse } = setUp();
      const waits: number[] = [];
      probe.start();
      await comeUp();

      for (let i = 0; i < 7; i += 1) {
        await relapse();
        let waited = 0;
        for (; probe.health === 'down'; waited += 50) await clock.advance(50);
        waits.push(waited);
      }

      expect(waits).to.deep.equal([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    });

    it('forgets earlier outages after a quiet minute', async () => {
      const { probe, clock, pings, answer, comeUp, relapse } = setUp();
      probe.start();
      await comeUp();
      for (let i = 0; i < 3; i += 1) {
        await relapse();
        await clock.advance(1_000);
      }
      while (clock.elapsed() < 65_000) {
        const asked = pings.length;
        await clock.advance(500);
        if (pings.length > asked) await answer();
      }

      await relapse();
      await clock.advance(250);

      expect(probe.health).to.equal('up');
    });

    it('stays down, and notifies no listener, while the connection never holds', async () => {
      const { probe, clock, changes, comeUp, relapse } = setUp();
      probe.start();
      await comeUp();

      for (let i = 0; i < 20; i += 1) {
        await relapse();
        await clock.advance(150);
      }

      expect(changes).to.deep.equal(['up', 'down']);
    });

    it('starts the wait again when a PING is not answered in between', async () => {
      const { probe, clock, client, comeUp, answer } = setUp();
      probe.start();
      await comeUp();
      client().lost();
      client().ready();

      await clock.advance(900);
      await answer();
      client().lost('again');
      await clock.advance(10_000);

      expect([probe.health, probe.reason]).to.deep.equal(['down', 'again']);
    });
  });

  describe('stopped', () => {
    it('leaves no timer and no listener, in every state', async () => {
      const endings: [string, (on: ReturnType<typeof setUp>) => void | Promise<void>][] = [
        ['waiting', () => undefined],
        ['asking', ({ client }) => client().ready()],
        ['up', ({ comeUp }) => comeUp()],
        ['lost', ({ client }) => client().lost()],
        ['settling', async ({ comeUp, relapse }) => (await comeUp(), relapse())],
        ['overdue', ({ client, clock }) => (client().ready(), clock.advance(1_000))],
      ];

      for (const [name, bring] of endings) {
        const on = setUp();
        on.probe.start();
        await bring(on);
        on.probe.stop();
        expect([name, on.clock.waiting, on.listening(), on.probe.health]).to.deep.equal([name, 0, 0, 'down']);
      }
    });

    it('notifies no listener any more', async () => {
      const { probe, client, changes, comeUp } = setUp();
      probe.start();
      await comeUp();
      const late = client();

      probe.stop();
      late.failed('late');
      late.lost('late');
      late.ready();

      expect([changes, probe.reason]).to.deep.equal([['up'], 'stopped']);
    });

    it('ignores a PING of the run before', async () => {
      const { probe, clock, client, answer } = setUp();
      probe.start();
      client().ready();
      const late = client();

      probe.stop();
      probe.start();
      await answer(0);
      late.ready();

      expect([probe.health, clock.waiting]).to.deep.equal(['down', 0]);
    });

    it('can be started again, and needs no settling then', async () => {
      const { probe, comeUp, relapse } = setUp();
      probe.start();
      await comeUp();
      await relapse();

      probe.stop();
      probe.start();
      await comeUp();

      expect(probe.health).to.equal('up');
    });

    it('can be stopped twice, or before it was started', () => {
      const { probe, listening } = setUp();

      probe.stop();
      probe.start();
      probe.stop();
      probe.stop();

      expect(listening()).to.equal(0);
    });
  });

  describe('its listeners', () => {
    it('are independent: one that throws does not stop the others', async () => {
      const { probe, comeUp } = setUp();
      const changes: Health[] = [];
      probe.onChange(() => {
        throw new Error('a listener of the user');
      });
      probe.onChange((health) => changes.push(health));
      probe.start();

      await comeUp();

      expect(changes).to.deep.equal(['up']);
    });

    it('are called after the health has changed', async () => {
      const { probe, comeUp } = setUp();
      const seen: Health[] = [];
      probe.onChange(() => seen.push(probe.health));
      probe.start();

      await comeUp();

      expect(seen).to.deep.equal(['up']);
    });

    it('are not called after they were removed, also when the same function was added twice', async () => {
      const { probe, comeUp } = setUp();
      let calls = 0;
      const listener = (): number => (calls += 1);
      const off = probe.onChange(listener);
      probe.onChange(listener);
      probe.start();

      off();
      off();
      await comeUp();

      expect(calls).to.equal(1);
    });

    it('do not get an outdated health when one of them stops the probe', async () => {
      const { probe, comeUp } = setUp();
      const changes: Health[] = [];
      probe.onChange(() => probe.stop());
      probe.onChange((health) => changes.push(health));
      probe.start();

      await comeUp();

      expect(changes).to.deep.equal([]);
    });
  });
});
