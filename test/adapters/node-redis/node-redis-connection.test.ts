import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { NodeRedisConnection } from '../../../src/adapters/node-redis/node-redis-connection';
import { FakeClock } from '../../../src/testing';

/** A cluster that learns of a node after it was destroyed, as one does whose `CLUSTER SLOTS` is answered then. */
class LateCluster extends EventEmitter {
  isOpen = false;
  readonly slots = [];
  masters: { readonly client: { isOpen: boolean; destroy(): void } }[] = [];

  async connect(): Promise<void> {
    this.isOpen = true;
  }

  destroy(): void {
    this.isOpen = false;
  }

  learnOfNode(): void {
    const client = { isOpen: true, destroy: () => void (client.isOpen = false) };
    this.masters.push({ client });
  }
}

describe('The connection of node-redis to a cluster', () => {
  async function closed(clock: FakeClock): Promise<LateCluster> {
    const cluster = new LateCluster();
    const connection = NodeRedisConnection.use(cluster, clock);
    await Promise.resolve();
    await connection?.leave();
    return cluster;
  }

  const isOpen = ({ masters }: LateCluster): boolean[] => masters.map(({ client }) => client.isOpen);

  it('destroys nodes that the cluster learns of after it was destroyed', async () => {
    const clock = new FakeClock();
    const cluster = await closed(clock);

    cluster.learnOfNode();
    await clock.advance(1_000);

    expect(isOpen(cluster)).to.deep.equal([false]);
  });

  it('leaves the nodes alone once the application has connected the cluster again', async () => {
    const clock = new FakeClock();
    const cluster = await closed(clock);

    await cluster.connect();
    cluster.learnOfNode();
    await clock.advance(60_000);

    expect(isOpen(cluster)).to.deep.equal([true]);
  });
});
