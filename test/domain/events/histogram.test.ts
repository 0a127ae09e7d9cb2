import { expect } from 'chai';
import { boundsMs, Histogram } from '../../../src/domain/events/durations';

describe('Histogram', () => {
  it('puts a duration into the first bucket whose bound it does not exceed', () => {
    const histogram = new Histogram([1, 10]);

    for (const ms of [0, 1, 1.1, 10, 11, Infinity]) histogram.add(ms, 1);

    expect(histogram.stats().counts).to.deep.equal([2, 2, 2]);
  });

  it('counts the weight of a sample, in number and in sum', () => {
    const histogram = new Histogram([1, 10]);

    histogram.add(5, 64);
    histogram.add(0.5, 1);

    expect(histogram.stats()).to.include({ count: 65, sumMs: 320.5 });
  });

  it('estimates percentiles inside their bucket', () => {
    const histogram = new Histogram([10, 20]);

    for (let i = 0; i < 98; i++) histogram.add(5, 1);
    histogram.add(15, 2);

    expect(histogram.stats().p50Ms).to.be.closeTo(5.1, 0.1);
    expect(histogram.stats().p99Ms).to.equal(15);
  });

  it('has no percentiles before the first, and none above its last bound', () => {
    const histogram = new Histogram([10, 20]);
    expect(histogram.stats()).to.include({ p50Ms: undefined, p99Ms: undefined });

    histogram.add(1_000, 1);

    expect(histogram.stats()).to.include({ p50Ms: 20, p99Ms: 20 });
  });

  it('has latencies from a microsecond to five seconds, in steps', () => {
    expect(boundsMs.l2Get.slice(0, 4)).to.deep.equal([0.001, 0.0025, 0.005, 0.01]);
    expect(boundsMs.l2Get.at(-1)).to.equal(5_000);
    expect(boundsMs.loadStored.at(-1)).to.equal(50_000);
  });
});
