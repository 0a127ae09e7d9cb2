/** Of a bound: without what floating point adds, since it becomes a label. */
export function toSeconds(boundMs: number): number {
  return Number((boundMs / 1_000).toPrecision(3));
}
