import { Consumer } from './support/consumer';
import { nodeVersions } from './support/node-versions';

describe('a project with the library alone', () => {
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install('without-peers');
  });

  it('compiles, with every library type checked and typed keys held to their schema', async () => {
    await consumer.compile();
  });

  for (const version of nodeVersions) {
    it(`names the missing package on Node ${version}`, async () => {
      await consumer.run(version, 'missing.test.mjs');
    });
  }
});
