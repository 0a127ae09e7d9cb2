import { expect } from 'chai';
import { caches, withHungL2 } from '../../builders/caches';
import { timed } from '../../builders/timed';

describe('Cache: an L2 that does not answer in time', () => {
  const build = caches();

  it('costs the process one deadline: the calls that follow do not wait', async () => {
    const one = await withHungL2(build());
    const down = one.listen('down');

    expect(await timed(one, () => one.cache.get('a'))).to.deep.equal({ ms: 250, outcome: undefined });
    expect(await timed(one, () => one.cache.get('b'))).to.deep.equal({ ms: 0, outcome: undefined });
    expect(await timed(one, () => one.cache.wrap('c', () => 'loaded'))).to.deep.equal({ ms: 0, outcome: 'loaded' });
    expect(await timed(one, () => one.cache.set('d', 1))).to.deep.equal({ ms: 0, outcome: 'pending' });
    expect(down).to.deep.equal([]);
    expect(one.cache.health().l2?.state).to.equal('up');

    await one.clock.advance(1_000);

    expect(one.cache.health().l2?.state).to.equal('down');
    expect(down).to.have.length(1);
  });

  it('ends the reads on their way with the first one that is late', async () => {
    const one = await withHungL2(build());
    const first = one.cache.get('a');
    await one.clock.advance(200);
    const second = one.cache.get('b');
    let answered = 0;
    void Promise.all([first, second]).then(() => (answered += 1));
    await one.clock.advance(50);

    expect(answered).to.equal(1);
  });

  it('is asked again as soon as it answers a ping, and no outage is reported', async () => {
    const one = await withHungL2(build());
    one.plant('a', 'planted');
    const [down, up] = [one.listen('down'), one.listen('up')];
    await timed(one, () => one.cache.get('a'));

    one.store.heal();
    await one.settle();

    expect(await one.cache.get('a')).to.equal('planted');
    expect([down, up]).to.deep.equal([[], []]);
  });

  it('is believed to be gone until it answers a ping, although its probe says that it is up', async () => {
    const one = await withHungL2(build());
    one.plant('a', 'planted');
    await timed(one, () => one.cache.get('a'));
    await one.clock.advance(10_000);

    expect(one.probe.health).to.equal('up');
    expect(await timed(one, () => one.cache.get('a'))).to.deep.equal({ ms: 0, outcome: undefined });

    one.store.heal();
    await one.clock.advance(30_000);

    expect(await one.cache.get('a')).to.equal('planted');
  });

  it('reads the keys of the command that was late in halves afterwards: one of their values may be too large', async () => {
    const one = await withHungL2(build());
    const keys = ['a', 'b', 'c', 'd'];
    await timed(one, () => one.cache.getMany(keys));
    one.store.heal();
    await one.settle();
    const before = one.calls('getMany');
    await one.cache.getMany(keys);

    expect(one.calls('getMany') - before).to.equal(2);
  });

  it('is not suspect for one late value while it answers other calls', async () => {
    const one = build();
    await one.cache.start();
    one.plant('b', 'planted');
    one.replies.hold('get');
    const late = one.cache.get('a');
    await one.clock.advance(100);
    await one.cache.del('c');
    await one.clock.advance(150);
    await late;
    one.replies.release();

    expect(await timed(one, () => one.cache.get('b'))).to.deep.equal({ ms: 0, outcome: 'planted' });
  });

  it('is not suspect for an erasing clear that is late: it takes as long as the server has keys', async () => {
    const one = build();
    await one.cache.start();
    one.plant('b', 'planted');
    one.replies.hold('clear');
    expect((await timed(one, () => one.cache.clear({ erase: true }))).outcome).to.equal('pending');

    expect(one.cache.health().l2?.state).to.equal('up');
    await one.cache.set('c', 1);
    expect(one.inL2('c')?.value).to.equal(1);
  });
});
