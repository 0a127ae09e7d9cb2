/** @param url - of this instance */
export function guide(url: string): string {
  return `Addresses to open at ${url}:

  curl '${url}/cities?search=par'                         the ten largest cities whose name begins so
  curl '${url}/cities/near?lat=48.85&lon=2.35&km=50'      the twenty nearest
  curl  ${url}/cities/2988507                             one city
  curl  ${url}/countries                                  all countries
  curl  ${url}/countries/FR/stats                         statistics that cost PostgreSQL some work
  curl  ${url}/health                                     the health of the cache
  curl  ${url}/metrics                                    the numbers of the cache, for Prometheus
        ${url}/cache                                      the same in a browser, as they change
  curl -X PATCH ${url}/cities/2988507 -H 'content-type: application/json' -d '{"population": 2200000}'
`;
}
