import type { ExecutionContext } from '@nestjs/common';
import { expect } from 'chai';
import { payloadHash } from '../../../../src/nest/http/key/payload-hash';

interface Given {
  readonly body?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
}

type Inputs = Parameters<typeof payloadHash>[1];

const nothing: Inputs = { params: false, query: [] };
const everything: Inputs = { params: true, query: 'all' };

const hashOf = (request: Given, inputs: Inputs = nothing): string | undefined =>
  payloadHash({ getType: () => 'http', getArgByIndex: () => request } as unknown as ExecutionContext, inputs);

describe('payloadHash', () => {
  for (const body of [undefined, null, '', {}, Object.create(null) as object, Buffer.alloc(0), new Uint8Array()]) {
    it(`is absent for an empty payload: ${body === '' ? 'a text' : Object.prototype.toString.call(body)}`, () => {
      expect(hashOf({ body })).to.equal(undefined);
      expect(hashOf({ body, params: {}, query: {} }, everything)).to.equal(undefined);
    });
  }

  it('differs for payloads that differ, and is a text without separators', () => {
    const bodies = [0, false, 'a', [], [1], { a: 1 }, { a: 2 }, Buffer.from('a'), Buffer.from('b')];
    const hashes = bodies.map((body) => hashOf({ body }));
    expect(new Set(hashes).size).to.equal(bodies.length);
    for (const hash of hashes) expect(hash).to.match(/^[\w-]{43}$/);
  });

  it('holds the parts of the URL that the route declares, and no others', () => {
    const one = { body: 1, params: { id: '1' }, query: { page: '1', sort: 'a' } };
    const other = { body: 1, params: { id: '2' }, query: { page: '2', sort: 'a' } };
    const differs = (inputs: Inputs): boolean => hashOf(one, inputs) !== hashOf(other, inputs);

    expect([nothing, { params: false, query: ['sort'] } as const, { params: false, query: ['none'] } as const].map(differs)).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(
      [{ params: true, query: [] }, { params: false, query: ['page'] }, { params: false, query: 'all' } as const].map(differs),
    ).to.deep.equal([true, true, true]);
  });

  it('takes an absent parameter of the query for none', () => {
    expect(hashOf({ query: { page: '1' } }, { params: false, query: ['page', 'sort'] })).to.equal(
      hashOf({ query: { page: '1' } }, { params: false, query: ['page'] }),
    );
    expect(hashOf({ query: { sort: '1' } }, { params: false, query: ['page'] })).to.equal(undefined);
    expect(hashOf({ query: { page: '1' } }, everything)).to.not.equal(hashOf({ params: { page: '1' } }, everything));
  });
});
