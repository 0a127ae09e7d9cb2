/** Selects the chosen jobs and caches. */
export function chosen(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${['job=~"$job"', 'cache=~"$cache"', ...matchers].join(', ')}}`;
}

/** Selects all caches of the chosen jobs: metrics of L2 are exported under the outermost namespace alone, which may not be chosen. */
export function shared(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${['job=~"$job"', ...matchers].join(', ')}}`;
}

/** Per second. */
export function rate(metric: string, ...matchers: readonly string[]): string {
  return rateOf(chosen(metric, ...matchers));
}

/** Per second. */
export function rateOf(selected: string): string {
  return `rate(${selected}[$__rate_interval])`;
}

/** Since the previous point of the graph. */
export function increaseOf(selected: string): string {
  return `increase(${selected}[$__rate_interval])`;
}

/** @param by - the labels that stay */
export function sum(expression: string, by = ''): string {
  return by === '' ? `sum(${expression})` : `sum by (${by}) (${expression})`;
}

/** @param histogram - without its `_bucket` */
export function percentile(percent: number, histogram: string, by = ''): string {
  return percentileOf(percent, chosen(`${histogram}_bucket`), by);
}

/** @param buckets - of a histogram */
export function percentileOf(percent: number, buckets: string, by = ''): string {
  return `histogram_quantile(${percent / 100}, ${sum(rateOf(buckets), by === '' ? 'le' : `${by}, le`)})`;
}

export function reads(by?: string): string {
  return `${sum(rate('cache_hits_total'), by)} + ${sum(rate('cache_misses_total'), by)}`;
}

/** Absent where nothing is loaded. */
export function failedLoads(): string {
  return `${sum(rate('cache_loads_total', 'outcome="failed"'))} / (${sum(rate('cache_loads_total'))} > 0)`;
}

/** Absent where nothing is read. */
export function hitRate(by?: string): string {
  return `${sum(rate('cache_hits_total'), by)} / (${reads(by)} > 0)`;
}
