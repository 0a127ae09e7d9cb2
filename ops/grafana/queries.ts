/** Of the jobs and caches that were chosen. */
export function chosen(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${['job=~"$job"', 'cache=~"$cache"', ...matchers].join(', ')}}`;
}

/** A second. */
export function rate(metric: string, ...matchers: readonly string[]): string {
  return `rate(${chosen(metric, ...matchers)}[$__rate_interval])`;
}

/** Since the point of the graph before. */
export function increase(metric: string, ...matchers: readonly string[]): string {
  return `increase(${chosen(metric, ...matchers)}[$__rate_interval])`;
}

/** @param by - the labels that stay */
export function sum(expression: string, by = ''): string {
  return by === '' ? `sum(${expression})` : `sum by (${by}) (${expression})`;
}

/** @param histogram - without its `_bucket` */
export function percentile(percent: number, histogram: string, by = ''): string {
  return `histogram_quantile(${percent / 100}, ${sum(rate(`${histogram}_bucket`), by === '' ? 'le' : `${by}, le`)})`;
}

export function reads(by?: string): string {
  return `${sum(rate('cache_hits_total'), by)} + ${sum(rate('cache_misses_total'), by)}`;
}

/** Nothing where nothing is read. */
export function hitRate(by?: string): string {
  return `${sum(rate('cache_hits_total'), by)} / (${reads(by)} > 0)`;
}
