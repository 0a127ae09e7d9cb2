import { expect } from 'chai';
import { Consumer } from './support/consumer';
import { nodeVersions, outerNodeVersions } from './support/node-versions';

describe('a CommonJS application on Nest 11', () => {
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install('commonjs-nest-11');
  });

  it('compiles where subpaths are found through typesVersions alone', async () => {
    await consumer.compile();
  });

  for (const version of nodeVersions) {
    it(`caches over HTTP on Node ${version}`, async () => {
      const printed = await consumer.run(version, 'dist/main.js');

      expect(printed).to.match(/^cold tiercel; fwd=miss; stored {"product":"tea","cents":1250}$/m);
      expect(printed).to.match(/^warm tiercel; hit; ttl=\d+ {"product":"tea","cents":1250}$/m);
    });
  }

  for (const version of outerNodeVersions) {
    it(`is tested with Jest on Node ${version}`, async () => {
      await consumer.run(version, 'node_modules/jest/bin/jest.js');
    });
  }
});
