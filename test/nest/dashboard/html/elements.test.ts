import { expect } from 'chai';
import type { TierHealth } from '../../../../src/domain/l2/remote-tier';
import { healthMark } from '../../../../src/nest/dashboard/html/elements';
import { textOf } from '../visitor';

const well: TierHealth = { state: 'up', since: 0, reason: undefined, driver: 'redis', pending: 0, breaker: 'closed', bus: 'up' };

describe('healthMark', () => {
  const said: readonly (readonly [Parameters<typeof healthMark>[0], string])[] = [
    [{ status: 'up', l2: well }, '● both tiers up'],
    [{ status: 'up', l2: { ...well, bus: undefined } }, '● both tiers up'],
    [{ status: 'up', l2: undefined }, '● one tier'],
    [{ status: 'degraded', l2: { ...well, state: 'down', reason: 'gone', bus: 'down' } }, '■ L2 down'],
    [{ status: 'degraded', l2: { ...well, state: 'recovering' } }, '◐ L2 recovering'],
    [{ status: 'degraded', l2: { ...well, reason: 'READONLY' } }, '◐ L2 refuses writes'],
    [{ status: 'degraded', l2: { ...well, reason: 'READONLY', bus: 'down' } }, '◐ L2 refuses writes, bus down'],
    [{ status: 'degraded', l2: { ...well, bus: 'down' } }, '◐ bus down'],
    [{ status: 'closed', l2: well }, '○ closed'],
  ];
  for (const [health, words] of said) {
    it(`says ${words}`, () => {
      expect(textOf(healthMark(health).toString())).to.equal(words);
    });
  }
});
