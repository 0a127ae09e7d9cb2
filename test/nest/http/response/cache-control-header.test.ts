import { expect } from 'chai';
import type { CacheEntry } from '../../../../src/domain/reading/read-result';
import {
  directivesOf,
  forbidsStale,
  statedLifetimeMs,
  writeAge,
  writeCacheControl,
} from '../../../../src/nest/http/response/cache-control-header';
import type { HeaderValue, ResponseHead } from '../../../../src/nest/http/response/response-headers';
import type { RouteConfig } from '../../../../src/nest/http/route/route-config';

const headOf = (headers: ResponseHead['headers']): ResponseHead => ({ status: 200, headers });

function openResponse(headers: Record<string, HeaderValue> = {}) {
  const response = {
    headers,
    header: (name: string) => headers[name.toLowerCase()],
    setHeader: (name: string, value: HeaderValue) => void (headers[name.toLowerCase()] = value),
  };
  return response;
}

describe('Cache-Control', () => {
  it('is read by directives, in any case, quoted or not; of one that stands twice, the smaller number counts', () => {
    expect([...directivesOf('Public, max-age=60,S-MaxAge = "30" , private="x-a, y", no-store')]).to.deep.equal([
      ['public', ''],
      ['max-age', '60'],
      ['s-maxage', '30'],
      ['private', 'x-a, y'],
      ['no-store', ''],
    ]);
    for (const text of ['max-age=5, max-age=60', 'max-age=60, max-age=5']) expect(directivesOf(text).get('max-age'), text).to.equal('5');
    expect(directivesOf('max-age=5, max-age=text').get('max-age')).to.equal('text');
    expect([...directivesOf(undefined)]).to.deep.equal([]);
    expect(directivesOf(['max-age=1', 'public'] as never).has('public')).to.equal(true);
  });

  it('states a lifetime, that of shared caches first, less the age', () => {
    expect(statedLifetimeMs(headOf({ 'cache-control': 'max-age=60, s-maxage=30' }))).to.equal(30_000);
    expect(statedLifetimeMs(headOf({ 'cache-control': 'max-age=60', age: ' 10 ' }))).to.equal(50_000);
    expect(statedLifetimeMs(headOf({ 'cache-control': 'max-age=60', age: '10s' }))).to.equal(60_000);
    expect(statedLifetimeMs(headOf({ 'cache-control': 'max-age=a60' }))).to.equal(0);
    expect(statedLifetimeMs(headOf({}))).to.equal(undefined);
  });

  it('states none, and then Expires does, from Date on', () => {
    const [date, expires] = ['Tue, 01 Jan 2030 00:00:00 GMT', 'Tue, 01 Jan 2030 00:01:00 GMT'];

    expect(statedLifetimeMs(headOf({ date, expires }))).to.equal(60_000);
    expect(statedLifetimeMs(headOf({ date, expires: '0' }))).to.equal(0);
    expect(statedLifetimeMs(headOf({ date, expires: '2030' }))).to.equal(0);
    expect(statedLifetimeMs(headOf({ date, expires, 'cache-control': 'max-age=1' }))).to.equal(1_000);
  });

  it('forbids stale answers with one of two directives', () => {
    const all = ['must-revalidate', 'proxy-revalidate', 'no-cache', undefined];

    expect(all.map((value) => forbidsStale(headOf({ 'cache-control': value })))).to.deep.equal([true, true, false, false]);
  });

  it('is written for the whole life, at most a year, and not over that of the handler', () => {
    const written = (scope: RouteConfig['scope'], headers: Record<string, HeaderValue> = {}, ttlMs = 55_900) => {
      const response = openResponse(headers);
      writeCacheControl(response, { scope } as RouteConfig, { ageMs: 4_200, ttlMs } as CacheEntry<unknown>);
      return response.headers['cache-control'];
    };

    expect(written('public')).to.equal('public, max-age=60');
    expect(written('public', { age: '7' })).to.equal('public, max-age=67');
    expect(written('public', {}, Infinity)).to.equal('public, max-age=31536000');
    expect([written('user'), written(undefined)]).to.deep.equal(['private, no-cache', 'no-cache']);
    expect(written('public', { 'cache-control': 'no-store' })).to.equal('no-store');
  });

  it('goes with an Age that counts that of the handler', () => {
    const response = openResponse({ age: '7' });

    writeAge(response, { ageMs: 4_999 });

    expect(response.headers['age']).to.equal('11');
  });
});
