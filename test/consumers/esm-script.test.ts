import { Consumer } from './support/consumer';
import { nodeVersions } from './support/node-versions';

describe('a plain script', () => {
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install('esm-script');
  });

  for (const version of nodeVersions) {
    it(`imports by name and caches on Node ${version}`, async () => {
      await consumer.run(version, 'script.test.mjs');
    });
  }
});
