import { expect } from 'chai';
import { RecentMap } from '../../../src/domain/shared/recent-map';

function valuesOf(map: RecentMap<string | undefined, number>, ...keys: (string | undefined)[]): (number | undefined)[] {
  return keys.map((key) => map.get(key));
}

describe('RecentMap', () => {
  it('forgets the key that was set the longest time ago', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);

    expect([valuesOf(map, 'a', 'b', 'c'), map.size]).to.deep.equal([[undefined, 2, 3], 2]);
  });

  it('counts a key from the last time that it was set, not from the first one or from a read', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.get('b');
    map.set('c', 4);

    expect(valuesOf(map, 'a', 'b', 'c')).to.deep.equal([3, undefined, 4]);
  });

  it('has room again after a delete, and forgets undefined like any other key', () => {
    const map = new RecentMap<string | undefined, number>(2);
    map.set(undefined, 1);
    map.set('b', 2);
    map.delete('b');
    map.set('c', 3);
    expect(valuesOf(map, undefined, 'b', 'c')).to.deep.equal([1, undefined, 3]);

    map.set('d', 4);

    expect([valuesOf(map, undefined, 'c', 'd'), map.size]).to.deep.equal([[undefined, 3, 4], 2]);
  });
});
