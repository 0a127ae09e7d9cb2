import type { CacheHealth } from '../../domain/lifecycle';

/** The result of a health check, and details for the operator. */
export interface HealthVerdict {
  readonly status: 'up' | 'degraded' | 'down';
  readonly details: Readonly<Record<string, unknown>>;
}

/** @param required - whether L2 has to be up */
export function judge({ status, l2 }: CacheHealth, required: boolean): HealthVerdict {
  if (status === 'closed') return down('the cache is closed');
  if (l2 === undefined) return required ? down('L2 is required, and the cache has none') : { status, details: {} };
  // JSON has no Infinity.
  const details = { ...l2, pending: l2.pending === Infinity ? 'everything' : l2.pending };
  return { status: required && l2.state !== 'up' ? 'down' : status, details };
}

export function down(reason: string): HealthVerdict {
  return { status: 'down', details: { reason } };
}
