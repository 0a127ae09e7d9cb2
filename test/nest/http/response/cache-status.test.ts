import { expect } from 'chai';
import type { CacheEntry } from '../../../../src/domain/reading/read-result';
import { bypassStatus, notStoredStatus, sharedAnswerStatus } from '../../../../src/nest/http/response/cache-status';

const entry = { value: 1, from: 'l1', isStale: false, ageMs: 0, ttlMs: 12_345, tags: [] } as unknown as CacheEntry<unknown>;
const loaded = (outcome: string) => ({ ...entry, from: 'loader', outcome }) as CacheEntry<unknown>;
const [answered, ran, renewed] = [
  { ran: false, sawStale: false },
  { ran: true, sawStale: false },
  { ran: true, sawStale: true },
];

describe('The status of a response', () => {
  it('is a hit for a stored one, with its whole seconds', () => {
    expect(sharedAnswerStatus(entry, answered)).to.deep.equal({ isHit: true, text: 'hit; ttl=12' });
    expect(sharedAnswerStatus({ ...entry, ttlMs: Infinity }, answered)).to.deep.equal({ isHit: true, text: 'hit' });
    expect(sharedAnswerStatus({ ...entry, isStale: true }, answered)).to.deep.equal({ isHit: true, text: 'hit; ttl=0; detail=stale' });
    expect(sharedAnswerStatus(entry, ran)).to.deep.equal({ isHit: true, text: 'fwd=stale; detail=not-renewed' });
  });

  it('is a miss for one that the handler has just made, for this call or for another', () => {
    expect(sharedAnswerStatus(loaded('stored'), ran)).to.deep.equal({ isHit: false, text: 'fwd=miss; stored' });
    expect(sharedAnswerStatus(loaded('stored'), renewed)).to.deep.equal({ isHit: false, text: 'fwd=stale; stored' });
    expect(sharedAnswerStatus(loaded('stored'), answered)).to.deep.equal({ isHit: false, text: 'fwd=miss; collapsed' });
    expect(sharedAnswerStatus(loaded('fenced'), ran)).to.deep.equal({ isHit: false, text: 'fwd=miss; detail=invalidated' });
    expect(sharedAnswerStatus(loaded('skipped'), renewed)).to.deep.equal({ isHit: false, text: 'fwd=stale; detail=closed' });
  });

  it('is a miss for one that is not stored, or has bypassed the cache', () => {
    expect(notStoredStatus('status', ran)).to.deep.equal({ isHit: false, text: 'fwd=miss; detail=status' });
    expect(bypassStatus('credentials')).to.deep.equal({ isHit: false, text: 'fwd=bypass; detail=credentials' });
  });
});
