import assert from 'node:assert/strict';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store } from '../../ports/store';
import { readRow } from '../../domain/entry/row';
import { type Test, freshKeys } from '../suite-tools';
import type { StoreHarness } from './store-harness';

/** For a store without leases nothing is tested. */
export function rowUpdateTests(test: Test<StoreHarness>): void {
  const withRows = (title: string, body: (rows: Rows, harness: StoreHarness) => Promise<void>): void => {
    test(title, async (harness) => {
      const { store } = harness;
      if (store.updateRow !== undefined) await body(new Rows(store, freshKeys()('row')), harness);
    });
  };

  withRows('leases a key that holds nothing, and stores a payload in place of the lease', async (rows) => {
    assert.equal(await rows.lease('a'), 'done');
    const { lease, payload } = readRow(await rows.text());
    assert.deepEqual([lease, payload], ['a', '']);

    assert.equal(await rows.replace('a', 'payload'), 'done');
    assert.equal(await rows.text(), 'payload');
    assert.equal(await rows.replace('a', 'again'), 'changed');
    assert.equal(await rows.text(), 'payload');
  });

  withRows('puts a lease in front of the payload that the caller has read, and of no other', async (rows) => {
    await rows.store.set(rows.key, 'old', 60_000);

    assert.equal(await rows.lease('a', 'other'), 'changed');
    assert.equal(await rows.lease('a'), 'changed');
    assert.equal(await rows.text(), 'old');
    assert.equal(await rows.lease('a', 'old'), 'done');
    assert.deepEqual(readRow(await rows.text()), {
      lease: 'a',
      expiredAt: 0,
      payload: 'old',
      endsAt: rows.endsAt(await rows.text()),
    });
    assert.equal(await rows.replace('a', 'new'), 'done');
    assert.equal(await rows.text(), 'new');
  });

  withRows('leases a key that the caller has read and another process has deleted', async (rows) => {
    assert.equal(await rows.lease('a', 'deleted since'), 'done');
    assert.equal(await rows.replace('a', 'new'), 'done');
  });

  withRows('gives the lease to one of many callers, and its name to the others', async (rows) => {
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => rows.reply(`lease-${i}`, undefined)));
    const [winner, ...others] = replies
      .map((reply, i) => ({ reply, lease: `lease-${i}` }))
      .sort((one) => (one.reply?.outcome === 'done' ? -1 : 1));

    assert.equal(winner?.reply?.outcome, 'done');
    for (const { reply } of others) {
      assert.ok(
        reply?.outcome === 'held' && reply.lease === winner.lease && reply.leftMs > 0 && reply.leftMs <= 10_000,
        JSON.stringify(reply),
      );
    }
  });

  withRows('stores nothing after the lease was deleted, overwritten or released', async (rows) => {
    await rows.lease('a');
    await rows.store.delete([rows.key]);
    assert.equal(await rows.replace('a', 'new'), 'changed');
    assert.equal(await rows.store.get(rows.key), undefined);

    await rows.lease('b');
    await rows.store.set(rows.key, 'set', 60_000);
    assert.equal(await rows.replace('b', 'new'), 'changed');
    assert.equal(await rows.text(), 'set');

    await rows.lease('c', 'set');
    assert.equal(await rows.update({ change: 'release', lease: 'c' }), 'done');
    assert.equal(await rows.replace('c', 'new'), 'changed');
    assert.equal(await rows.text(), 'set');
  });

  withRows('releases and renews the own lease alone', async (rows) => {
    await rows.lease('a');
    assert.equal(await rows.update({ change: 'release', lease: 'b' }), 'changed');
    assert.equal(await rows.update({ change: 'renew', lease: 'b', leaseMs: 10_000 }), 'changed');
    assert.equal(await rows.update({ change: 'renew', lease: 'a', leaseMs: 20_000 }), 'done');
    assert.equal((await rows.reply('b', undefined))?.outcome, 'held');
    assert.equal(await rows.update({ change: 'release', lease: 'a' }), 'done');
    assert.equal(await rows.store.get(rows.key), undefined);
    assert.equal(await rows.update({ change: 'renew', lease: 'a', leaseMs: 10_000 }), 'changed');
    assert.equal(await rows.store.get(rows.key), undefined);
  });

  withRows('lets the lease end, and leaves the payload that it stands in front of', async (rows, { elapse }) => {
    await rows.store.set(rows.key, 'old', 60_000);
    await rows.lease('a', 'old', 50);
    await elapse(80);

    assert.equal(readRow(await rows.text()).payload, 'old');
    assert.equal(await rows.lease('b', 'old'), 'done');
    assert.equal(await rows.replace('a', 'late'), 'changed');
    assert.equal(await rows.replace('b', 'new'), 'done');
  });

  withRows('drops a lease of nothing when it ends', async (rows, { elapse }) => {
    await rows.lease('a', undefined, 50);
    await elapse(80);

    assert.equal(await rows.store.get(rows.key), undefined);
    assert.equal(await rows.replace('a', 'late'), 'changed');
  });

  withRows('keeps the ttl of a payload that is expired, or that has none', async (rows, { elapse }) => {
    await rows.store.set(rows.key, 'old', 120);
    await rows.update({ change: 'expire' });
    await elapse(200);
    assert.equal(await rows.store.get(rows.key), undefined);

    await rows.store.set(rows.key, 'endless', Infinity);
    await rows.lease('a', 'endless', 50);
    await elapse(80);
    await rows.update({ change: 'release', lease: 'a' });
    assert.equal(await rows.text(), 'endless');
  });

  withRows('keeps a payload at least as long as the lease in front of it', async (rows, { elapse }) => {
    await rows.store.set(rows.key, 'old', 60);
    await rows.lease('a', 'old', 10_000);
    await elapse(100);

    assert.equal(await rows.replace('a', 'new'), 'done');
    assert.equal(await rows.text(), 'new');
  });

  withRows('swaps a payload for another one, and never a marked or a changed one', async (rows, { elapse }) => {
    const swap = (): Promise<unknown> => rows.update({ change: 'swap', seen: 'old', payload: 'sealed again', ttlMs: 60 });
    assert.equal(await swap(), 'changed');
    await rows.store.set(rows.key, 'newer', 60_000);
    assert.equal(await swap(), 'changed');
    await rows.store.set(rows.key, 'old', 60_000);
    await rows.update({ change: 'expire' });
    assert.equal(await swap(), 'changed');
    await rows.store.set(rows.key, 'old', 60_000);
    assert.equal(await swap(), 'done');
    assert.equal(await rows.text(), 'sealed again');
    await elapse(100);
    assert.equal(await rows.store.get(rows.key), undefined);
  });

  withRows('deletes the key for a lease whose value cannot be stored, and for no other', async (rows) => {
    await rows.store.set(rows.key, 'old', 60_000);
    await rows.lease('a', 'old');
    assert.equal(await rows.replace('b', ''), 'changed');
    assert.equal(await rows.replace('a', ''), 'done');
    assert.equal(await rows.store.get(rows.key), undefined);
  });

  withRows('keeps the ttl of a payload that is stored in place of a lease', async (rows, { elapse }) => {
    await rows.lease('a');
    await rows.replace('a', 'short', 60);
    await elapse(100);
    assert.equal(await rows.store.get(rows.key), undefined);

    await rows.lease('b');
    await rows.replace('b', 'endless', Infinity);
    await elapse(100);
    assert.equal(await rows.text(), 'endless');
  });

  withRows('marks a payload as expired, and ends a lease', async (rows) => {
    await rows.update({ change: 'expire' });
    assert.equal(await rows.store.get(rows.key), undefined);

    await rows.store.set(rows.key, 'old', 60_000);
    await rows.lease('a', 'old');
    assert.equal(await rows.update({ change: 'expire' }), 'done');
    const { expiredAt, ...rest } = readRow(await rows.text());
    assert.deepEqual(rest, { lease: '', payload: 'old', endsAt: 0 });
    assert.ok(expiredAt > 0);
    await rows.update({ change: 'expire' });
    assert.equal(readRow(await rows.text()).expiredAt, expiredAt);
    assert.equal(await rows.replace('a', 'new'), 'changed');

    assert.equal(await rows.lease('b', 'old'), 'done');
    assert.deepEqual([readRow(await rows.text()).expiredAt, await rows.replace('b', 'new')], [expiredAt, 'done']);
    assert.equal(await rows.text(), 'new');
  });

  withRows('removes a lease of nothing by expiring the key, so that the load stores nothing', async (rows) => {
    await rows.lease('a');
    await rows.update({ change: 'expire' });

    assert.equal(await rows.store.get(rows.key), undefined);
    assert.equal(await rows.replace('a', 'new'), 'changed');
  });

  withRows('is not held up by a lease without a name, and takes no update of one', async (rows) => {
    await rows.lease('a');
    const nameless = (await rows.text()).replace('a', '');
    await rows.store.set(rows.key, nameless, 60_000);

    assert.equal(await rows.replace('', 'new'), 'changed');
    assert.equal(await rows.lease('b'), 'done');
    assert.equal(await rows.replace('b', 'new'), 'done');
  });

  for (const forged of [
    't2!x,99999999999999,0;',
    't2!x,0,0;',
    't2!x,9999999999999999999,0;',
    't2!,,0;',
    't2!x',
    't2!x,5;',
    't2!x y,5,0;',
  ]) {
    withRows(`is not held up by the forged lease ${forged}`, async (rows) => {
      await rows.store.set(rows.key, forged, 60_000);

      const seen = readRow(forged).payload;
      assert.equal(await rows.lease('a', seen === '' ? undefined : seen), 'done');
      assert.equal(await rows.replace('a', 'new'), 'done');
      assert.equal(await rows.text(), 'new');
    });
  }
}

class Rows {
  constructor(
    readonly store: Store,
    readonly key: SanitizedKey,
  ) {}

  async text(): Promise<string> {
    return (await this.store.get(this.key)) ?? '';
  }

  endsAt(text: string): number {
    return Number(text.split(',')[1]);
  }

  async update(update: RowUpdate): Promise<RowReply['outcome'] | undefined> {
    return (await this.store.updateRow?.(this.key, update))?.outcome;
  }

  async reply(lease: string, payload: string | undefined, leaseMs = 10_000): Promise<RowReply | undefined> {
    return this.store.updateRow?.(this.key, { change: 'lease', lease, leaseMs, payload });
  }

  async lease(lease: string, payload?: string, leaseMs?: number): Promise<RowReply['outcome'] | undefined> {
    return (await this.reply(lease, payload, leaseMs))?.outcome;
  }

  replace(lease: string, payload: string, ttlMs = 60_000): Promise<RowReply['outcome'] | undefined> {
    return this.update({ change: 'replace', lease, payload, ttlMs });
  }
}
