import { expect } from 'chai';

import { noMetrics } from '../../../src/ports/metrics-sink';
import { CacheEmitter } from '../../../src/domain/events/cache-events';
import { PendingInvalidations } from '../../../src/domain/consistency/pending-invalidations';
import { noRemoteTier } from '../../../src/domain/l2/remote-tier';
import { Reporter } from '../../../src/domain/events/reporter';
import { LastMinute } from '../../../src/domain/stats/last-minute';
import { TierReporter } from '../../../src/domain/l2/tier-reporter';
import { metricsSource } from '../../../src/domain/stats/observers';
import { FakeClock, FakeLocalStore, RecordingLogger } from '../../../src/testing';

describe('metricsSource', () => {
  /** Two namespaces of one cache: the outermost, which reports L2, and another. */
  function family() {
    const clock = new FakeClock();
    const logger = new RecordingLogger();
    const numbers = new TierReporter('fake', noMetrics, [], logger, clock);
    const source = (reportsL2: boolean) => {
      const reporter = new Reporter(noMetrics, new CacheEmitter(logger), logger, clock);
      const parts = {
        memory: new FakeLocalStore(clock),
        pending: new PendingInvalidations(10),
        lastMinute: new LastMinute(clock),
        leases: { held: 0 },
      };
      return { reporter, ...metricsSource('any', { ...parts, reporter, logger, reportsL2, remote: { ...noRemoteTier, numbers } }) };
    };
    return { numbers, outermost: source(true), other: source(false) };
  }

  it('reports the durations of its own namespace, and those of L2 for the outermost alone', () => {
    const { numbers, other, outermost } = family();
    const heard: unknown[] = [];
    outermost.onDuration((name, ms) => heard.push(['outermost', name, ms]));
    other.onDuration((name, ms) => heard.push(['other', name, ms]));

    numbers.durations.add('busLag', 3);
    other.reporter.durations.add('l2Get', 5);

    expect(heard).to.deep.equal([
      ['outermost', 'busLag', 3],
      ['other', 'l2Get', 5],
    ]);
  });

  it('reports none of them after it is stopped', () => {
    const { numbers, outermost } = family();
    const heard: unknown[] = [];
    const stop = outermost.onDuration((name) => heard.push(name));

    stop();
    numbers.durations.add('busLag', 3);
    outermost.reporter.durations.add('l2Get', 5);

    expect(heard).to.deep.equal([]);
  });
});
