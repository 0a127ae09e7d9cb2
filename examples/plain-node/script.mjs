import Keyv from 'keyv';
import { createCache } from 'tiercel';
import { redis } from 'tiercel/redis';

const { REDIS_URL } = process.env;
const cache = createCache({ secondary: REDIS_URL ? redis(REDIS_URL) : new Keyv(), namespace: 'plain-node', ttl: '1m' });
await cache.clear(); // an earlier run may have left something in the server

function square(n) {
  console.log(`  computing ${n}²`);
  return n * n;
}
const cachedSquare = cache.memoize(square, { key: (n) => `square:${n}` });

console.log('together', await Promise.all([cachedSquare(12), cachedSquare(12), cachedSquare(12)]));
console.log('again   ', await cachedSquare(12), cache.peek('square:12'));
console.log('set     ', await cache.set('user:1', { name: 'Ada', born: new Date('1815-12-10') }, '10m'));
console.log('get     ', await cache.get('user:1'));
console.log('del     ', await cache.del('user:1'), await cache.get('user:1'));
console.log('health  ', cache.health().status, cache.health().l2.driver);
await cache.close();
