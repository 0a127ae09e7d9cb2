import { expect } from 'chai';
import { Redis } from 'ioredis';
import { redis } from '../../src/adapters/redis';
import { createCache } from '../../src/create-cache';
import type { Cache } from '../../src/domain/cache';
import { silent } from '../../src/ports/logger';
import { until } from '../adapters/redis/until';
import { generatedPart } from '../support/generated-part';
import { TestServer } from '../support/servers';

/** Two processes with a bus. */
interface Pair {
  readonly one: Cache;
  readonly other: Cache;
}

interface Row {
  readonly call: string;
  /** Not counted. */
  readonly before?: (pair: Pair) => Promise<unknown>;
  readonly run: (pair: Pair) => Promise<unknown>;
}

const tagged = { tags: ['users', 'org:7'] };

const below = (cache: Cache): Cache => cache.namespace('below', { sharedTags: true });

const rows: readonly Row[] = [
  { call: 'a read that L1 answers', before: ({ one }) => one.set('a', 1, tagged), run: ({ one }) => one.get('a') },
  {
    call: 'a read that L2 answers, of an entry without tags',
    before: ({ one }) => one.set('a', 1),
    run: ({ other }) => other.get('a'),
  },
  {
    call: '… of an entry with tags, if no tag of the namespace was invalidated since it was stored',
    before: ({ one }) => one.set('a', 1, tagged),
    run: ({ other }) => other.get('a'),
  },
  {
    call: '… if another tag was',
    before: ({ one }) => one.set('a', 1, tagged).then(() => one.delByTag('prices')),
    run: ({ other }) => other.get('a'),
  },
  {
    call: '… the next read of an entry with these tags, while the bus is up',
    before: async ({ one, other }) => {
      await Promise.all([one.set('a', 1, tagged), one.set('b', 2, tagged)]);
      await one.delByTag('prices');
      await other.get('a');
    },
    run: ({ other }) => other.get('b'),
  },
  { call: '`set` without tags', run: ({ one }) => one.set('a', 1) },
  { call: '`set` with tags, the first time that this process uses one of them', run: ({ one }) => one.set('a', 1, tagged) },
  { call: '… later', before: ({ one }) => one.set('b', 1, tagged), run: ({ one }) => one.set('a', 1, tagged) },
  {
    call: '`wrap` that loads a value without tags',
    run: ({ one }) => one.wrap('a', () => 1),
  },
  {
    call: '`wrap` that loads a value with tags, not the first time',
    before: ({ one }) => one.set('b', 1, tagged),
    run: ({ one }) => one.wrap('a', () => 1, tagged),
  },
  { call: '`delByTag` with two tags, of one entry or a million', run: ({ one }) => one.delByTag('users', 'org:7') },
  { call: '`clear`, of one entry or a million', run: ({ one }) => one.clear() },
  {
    call: 'with `sharedTags`, below: a read that L2 answers',
    before: ({ one }) => below(one).set('a', 1),
    run: ({ other }) => below(other).get('a'),
  },
  { call: '… `clear` of the namespace alone', run: ({ one }) => below(one).clear() },
  { call: '`del`', run: ({ one }) => one.del('a') },
  { call: '`expire`', run: ({ one }) => one.expire('a') },
];

const page = generatedPart('docs/tags.md', 'test/integration/tag-commands.test.ts');

describe('the commands that tags cost', function () {
  this.timeout(20_000);
  let server: TestServer;
  let watcher: Redis;

  before(async () => {
    server = await TestServer.start('redis');
    watcher = new Redis(server.url);
    await watcher.ping();
  });

  after(async () => {
    watcher.disconnect();
    await server.stop();
  });

  it('are those of docs/tags.md', async () => {
    // From now on the server has the scripts.
    await commandsOf({ call: '`wrap` and `clear`', run: ({ one }) => one.wrap('a', () => 1).then(() => one.clear()) });
    const lines: string[] = [];
    for (const row of rows) lines.push(`| ${row.call} | ${await commandsOf(row)} |`);
    const table = ['| Call | Commands |', '| --- | --- |', ...lines].join('\n');
    if (process.env['UPDATE_DOCS'] === '1') page.write(table);

    expect(page.read(), 'run it with UPDATE_DOCS=1').to.equal(table);
  });

  async function commandsOf({ before: prepare, run }: Row): Promise<string> {
    const monitor = await watcher.monitor();
    const commands: string[][] = [];
    monitor.on('monitor', (_time: string, command: string[], source: string) => {
      if (source !== 'lua') commands.push(command);
    });
    const make = (): Cache => createCache({ secondary: redis(server.url), namespace: 'shop', logger: silent });
    const pair = { one: make(), other: make() };
    try {
      await watcher.flushall();
      await Promise.all([pair.one.start(), pair.other.start()]);
      await pair.one.set('first', 1); // the state of the namespace exists
      await prepare?.(pair);
      await settle(commands);
      const prepared = commands.length;
      await run(pair);
      await settle(commands);
      return summaryOf(commands.slice(prepared));
    } finally {
      monitor.disconnect();
      await Promise.all([pair.one.close(), pair.other.close()]);
    }
  }

  /** Until the monitor has shown all that was sent, also in the background, which follows within some turns. */
  async function settle(commands: readonly string[][]): Promise<void> {
    for (let i = 0; i < 5; i += 1) await watcher.echo('settle');
    const end = `end ${String(commands.length)}`;
    await watcher.echo(end);
    await until('the monitor has shown everything', () => commands.some(([, text]) => text === end));
  }
});

const ignored: ReadonlySet<string> = new Set(['ECHO', 'PING']);

function summaryOf(commands: readonly string[][]): string {
  const named = commands.map(([name = '', ...args]) => ({ name: name.toUpperCase(), keys: args.length }));
  const counted = named.filter(({ name }) => !ignored.has(name));
  return counted.map(({ keys, name }) => (name === 'MGET' ? `\`MGET\` (${String(keys)})` : `\`${name}\``)).join(', ') || 'none';
}
