import { expect } from 'chai';

import { PrometheusText } from '../../../src/adapters/prometheus/prometheus-text';
import type { Clock } from '../../../src/ports/clock';
import { FakeClock } from '../../../src/testing';
import { caches } from '../../builders/caches';

/** A clock on which a millisecond passes with each look at it. */
function slowClock(): Clock {
  const clock = new FakeClock();
  let ms = 0;
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    precise: () => ++ms,
    schedule: (afterMs, task) => clock.schedule(afterMs, task),
  };
}

describe('PrometheusText', () => {
  const build = caches();

  /** As many namespaces as are exported, and more. */
  async function textOfMany(): Promise<PrometheusText> {
    const text = new PrometheusText('a test', slowClock());
    const { cache } = build({});
    for (let number = 0; number < 120; number++) await cache.namespace(`n${number}`).wrap('a', () => number);
    cache.observe(text);
    return text;
  }

  /** The turns that the event loop gets until the work is done. */
  async function turnsDuring(work: Promise<unknown>): Promise<number> {
    const state = { turns: 0, isDone: false };
    const count = (): void => {
      state.turns++;
      if (!state.isDone) setImmediate(count);
    };
    setImmediate(count);
    await work;
    state.isDone = true;
    return state.turns;
  }

  it('gives the event loop turns while it renders many namespaces', async () => {
    const text = await textOfMany();

    expect(await turnsDuring(text.renderInTurns())).to.be.greaterThan(20);
  });

  it('renders the same text in turns and in one go, with each comment once', async () => {
    const text = await textOfMany();

    const rendered = await text.renderInTurns();

    const withoutTime = (lines: string): string => lines.replace(/^cache_hit_rate.*$/gm, '');
    expect(withoutTime(rendered)).to.equal(withoutTime(text.render()));
    const comments = rendered.match(/^# .*$/gm) ?? [];
    expect(new Set(comments).size).to.equal(comments.length);
    expect(rendered.match(/^cache_misses_total\{/gm)).to.have.length(100);
  });

  it('renders once for scrapes that overlap', async () => {
    const text = await textOfMany();

    const [first, second] = [text.renderInTurns(), text.renderInTurns()];

    expect(first).to.equal(second);
    await first;
    const later = text.renderInTurns();
    expect(later).to.not.equal(first);
    await later;
  });

  it('renders a comment where there is no cache', async () => {
    expect(await new PrometheusText('a test', slowClock()).renderInTurns()).to.equal('# no registered metrics');
  });
});
