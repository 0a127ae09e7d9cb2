import { expect } from 'chai';
import { noTags, TagNames } from '../../../src/domain/entry/tag-names';
import { testKey } from '../../../src/testing/suite-tools';

describe('TagNames', () => {
  /** Names that are counted. */
  function counted() {
    const made: string[] = [];
    const names = new TagNames({
      tag: (given) => {
        made.push(given);
        return testKey(`name of ${given}`);
      },
    });
    return { made, names };
  }

  it('names each tag once', () => {
    const { made, names } = counted();

    expect(names.of(['a', 'b'])).to.deep.equal({ given: ['a', 'b'], names: ['name of a', 'name of b'] });
    expect(names.of(['b'])).to.deep.equal({ given: ['b'], names: ['name of b'] });
    expect(made).to.deep.equal(['a', 'b']);
  });

  it('has one object for no tags', () => {
    expect(counted().names.of([])).to.equal(noTags);
  });

  it('remembers 10 000 names, and begins again with the next one', () => {
    const { made, names } = counted();
    const all = Array.from({ length: 10_000 }, (_, i) => String(i));
    names.of(all);
    names.of(all);
    expect(made).to.have.lengthOf(10_000);

    names.of(['one more']);
    expect(names.of(['one more', '0'])).to.deep.equal({ given: ['one more', '0'], names: ['name of one more', 'name of 0'] });

    expect(made.slice(10_000)).to.deep.equal(['one more', '0']);
  });
});
