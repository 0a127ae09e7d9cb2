import { expect } from 'chai';
import { parseOptions } from '../../../src/domain/options/option-checks';
import { HttpDefaults, httpCachingOptions } from '../../../src/nest/http/http-defaults';

const parsed = (given: unknown) => parseOptions('http', httpCachingOptions, given);
const statusOf = () => 404;

describe('The option http of a registration', () => {
  it('has a default for each of its options', () => {
    expect(parsed({})).to.deep.equal({ scope: 'detected', hosts: 'any', sendTags: false, statusOf: undefined });
    expect(new HttpDefaults()).to.deep.include({ scope: 'detected', hosts: 'any', sendTags: false, statusOf: undefined });
  });

  it('is kept as it is given', () => {
    const given = { scope: 'explicit', hosts: ['shop.example', 'localhost:3000'], sendTags: 'cache-tag', statusOf };
    expect(parsed(given)).to.deep.equal(given);
    for (const hosts of ['any', 'ignored']) expect(parsed({ hosts })).to.deep.include({ hosts });
  });

  it('is refused with other hosts and with a status that is no function', () => {
    for (const hosts of ['all', '', [], ['shop.example', 'a b'], ['a b', 'shop.example'], [7], {}, 'shop.example']) {
      expect(() => parsed({ hosts }), JSON.stringify(hosts)).to.throw(/hosts/);
    }
    expect(() => parsed({ statusOf: 404 })).to.throw(/statusOf/);
  });
});

describe('HttpDefaults', () => {
  it('compares hosts in lower case', () => {
    expect(new HttpDefaults({ hosts: ['Shop.Example', 'LOCALHOST:3000'] }).hosts).to.deep.equal(['shop.example', 'localhost:3000']);
    expect(new HttpDefaults({ hosts: 'ignored' }).hosts).to.equal('ignored');
  });
});
