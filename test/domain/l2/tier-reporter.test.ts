import { expect } from 'chai';

import { noFacts } from '../../../src/domain/events/happening';
import { TierReporter } from '../../../src/domain/l2/tier-reporter';
import { FakeClock, RecordingLogger } from '../../../src/testing';

describe('The debug lines about single calls', () => {
  it('are at most one a second of each kind, and say how many were left out', async () => {
    const clock = new FakeClock();
    const logger = new RecordingLogger();
    const reporter = new TierReporter('redis', { record: () => undefined }, [], logger, clock);

    for (let i = 0; i < 500; i++) {
      reporter.report('skip', noFacts);
      reporter.report('failure', { error: new Error('no answer') });
      await clock.advance(4);
    }

    const skipped = 'L2 (redis) is offline: a call was answered without it';
    const failed = 'a call to L2 (redis) failed: no answer';
    expect(logger.lines.map(({ message }) => message)).to.deep.equal([
      ...[skipped, failed],
      ...[skipped, failed].map((line) => `${line} (and 249 times more since the last such line)`),
    ]);
    expect([reporter.counts.skip.total, reporter.counts.failure.total]).to.deep.equal([500, 500]);
  });
});
