import { PassThrough, Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { expect } from 'chai';
import { whyBodyNotStorable } from '../../../../src/nest/http/response/storability';

describe('whyBodyNotStorable', () => {
  const generator = function* () {
    yield 1;
  };
  const streams: Readonly<Record<string, unknown>> = {
    'a stream of Node.js': Readable.from(['a']),
    'a stream that is written': new PassThrough(),
    'a web stream': new ReadableStream(),
    'a web response': new Response('a'),
    'a file': new StreamableFile(Buffer.from('a')),
    'an iterator': generator(),
    'an asynchronous iterable': { [Symbol.asyncIterator]: () => generator() },
  };
  for (const [name, body] of Object.entries(streams)) {
    it(`names ${name} a stream, which can be read once`, () => {
      expect(whyBodyNotStorable(body)).to.equal('stream');
    });
  }

  it('names a missing value', () => {
    expect(whyBodyNotStorable(undefined)).to.equal('no-value');
  });

  for (const body of [null, '', 'pipe', 0, false, {}, [], { pipe: 'water', next: 5 }, new Map(), Buffer.from('a'), () => 1]) {
    it(`has nothing against ${typeof body === 'function' ? 'a function' : JSON.stringify(body)}`, () => {
      expect(whyBodyNotStorable(body)).to.equal(undefined);
    });
  }
});
