import { Consumer } from './support/consumer';
import { nodeVersions } from './support/node-versions';

describe('an application of ES modules on Nest 12', () => {
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install('esm-nest-12');
  });

  it('compiles, with every library type checked', async () => {
    await consumer.compile();
  });

  for (const version of nodeVersions) {
    it(`caches over HTTP on Node ${version}`, async () => {
      await consumer.run(version, 'dist/prices.test.js');
    });
  }
});
