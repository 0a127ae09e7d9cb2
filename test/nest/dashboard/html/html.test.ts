import { expect } from 'chai';
import type { TrafficSample } from '../../../../src/nest/dashboard/view/histories';
import { CacheableService } from '../../../../src/nest';
import { foreignText, html } from '../../../../src/nest/dashboard/html/html';
import { hitRatePlot, trafficPlot } from '../../../../src/nest/dashboard/html/traffic-plots';
import {
  bytesInWords,
  countInWords,
  durationInWords,
  latencyInWords,
  rateInWords,
  shareInWords,
} from '../../../../src/nest/dashboard/html/in-words';
import { dark, light, type Palette } from '../../../../src/nest/dashboard/html/palette';
import { spanOf } from '../../../../src/nest/dashboard/html/plot-frame';
import { FakeClock, FakeDriver } from '../../../../src/testing';
import { ViewedApp } from '../viewed-app';
import { textOf } from '../visitor';

describe('html', () => {
  it('escapes text in elements and in quoted attributes, however deep', () => {
    const nasty = `<&"'>`;

    const markup = html`<a title="${nasty}">${[nasty, [html`<b>${nasty}</b>`]]}</a>`.toString();

    const escaped = '&lt;&amp;&quot;&#39;&gt;';
    expect(markup).to.equal(`<a title="${escaped}">${escaped}<b>${escaped}</b></a>`);
  });

  it('makes nothing of undefined, and digits of a number', () => {
    expect(html`${undefined}|${0}`.toString()).to.equal('|0');
  });
});

describe('foreignText', () => {
  it('shows controls and marks that turn the direction, and turns nothing around it', () => {
    expect(foreignText('a\u202Eb\u0007\u200B').toString()).to.equal('<bdi>a\\u{202E}b\\u{7}\\u{200B}</bdi>');
  });
});

describe('numbers in words', () => {
  const words: readonly (readonly [string, string, string])[] = [
    ['no time', durationInWords(0), 'under 1 s'],
    ['seconds', durationInWords(59_999), '59 s'],
    ['minutes', durationInWords(200_000), '3 min 20 s'],
    ['whole hours', durationInWords(3_600_000), '1 h'],
    ['days', durationInWords(90_000_000), '1 d 1 h'],
    ['no end', durationInWords(Infinity), 'without end'],
    ['no latency', latencyInWords(undefined), '–'],
    ['microseconds', latencyInWords(0.0013), '1.3 µs'],
    ['milliseconds', latencyInWords(0.42), '0.42 ms'],
    ['many milliseconds', latencyInWords(123.4), '123 ms'],
    ['seconds of latency', latencyInWords(2_100), '2.1 s'],
    ['bytes', bytesInWords(999), '999 B'],
    ['megabytes', bytesInWords(1_234_567), '1.2 MB'],
    ['all', shareInWords(1), '100\u00A0%'],
    ['nearly all', shareInWords(0.99999), '99.9\u00A0%'],
    ['hardly any', shareInWords(0.00001), '0.1\u00A0%'],
    ['none', shareInWords(0), '0.0\u00A0%'],
    ['everything', countInWords(Infinity), 'everything'],
    ['thousands', countInWords(12_345), '12\u202F345'],
    ['a slow rate', rateInWords(0.25), '0.25'],
    ['a fast rate', rateInWords(1_234.5), '1\u202F235'],
  ];
  for (const [what, said, expected] of words) {
    it(`say ${what} as ${expected}`, () => {
      expect(said).to.equal(expected);
    });
  }
});

describe('the colours of the live view', () => {
  const texts = ['ink', 'quiet', 'accent', 'good', 'warn', 'bad'] as const;
  const drawn = ['l1', 'l2', 'miss'] as const;

  for (const [scheme, palette] of Object.entries({ light, dark })) {
    for (const ground of ['paper', 'sheet'] as const) {
      it(`can be read on ${ground}, in the ${scheme} scheme`, () => {
        for (const name of texts) expect(contrast(palette, name, ground), name).to.be.at.least(4.5);
        for (const name of drawn) expect(contrast(palette, name, ground), name).to.be.at.least(3);
      });
    }

    it(`can be read on a button that is pressed, in the ${scheme} scheme`, () => {
      expect(contrast(palette, 'sheet', 'accent')).to.be.at.least(4.5);
      expect(contrast(palette, 'sheet', 'bad')).to.be.at.least(4.5);
    });
  }

  /** As WCAG 2 defines it. */
  function contrast(palette: Palette, one: keyof Palette, other: keyof Palette): number {
    const [darker = 0, lighter = 0] = [luminance(palette[one]), luminance(palette[other])].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  }

  function luminance(colour: string): number {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
});

describe('the plots of the live view', () => {
  const sample = (given: Partial<TrafficSample>): TrafficSample => ({ agoMs: 0, forMs: 5_000, l1: 0, l2: 0, misses: 0, ...given });
  const pathOf = (plot: string, name: string): string | undefined => new RegExp(`class="${name}"\\s+d="([^"]*)"`).exec(plot)?.[1];

  it('stack the reads of L1, of L2 and of neither, each on top of the one below', () => {
    const plot = trafficPlot([sample({ l1: 5, l2: 2.5, misses: 2.5 })], 60_000).toString();

    // 2 reads per second under a roof of 2, in the last twelfth of 720 by 140.
    expect(pathOf(plot, 'area l1')).to.equal('M660 140V70H720V140Z');
    expect(pathOf(plot, 'area l2')).to.equal('M660 70V35H720V70Z');
    expect(pathOf(plot, 'area misses')).to.equal('M660 35V0H720V35Z');
  });

  it('leave a gap in the hit rate where nothing was read', () => {
    const samples = [sample({ agoMs: 10_000, l1: 1 }), sample({ agoMs: 5_000 }), sample({ l1: 1, misses: 1 })];

    expect(pathOf(hitRatePlot(samples, 60_000).toString(), 'curve')).to.equal('M540 1H600M660 70H720');
  });

  it('describe the drawing in words', () => {
    const samples = [sample({ agoMs: 5_000, l1: 50 }), sample({ l1: 5, misses: 5 })];

    expect(trafficPlot(samples, 60_000).toString()).to.include('2 reads per second now, 10 at most.');
    expect(hitRatePlot(samples, 60_000).toString()).to.include('50.0\u00A0% at last, between 50.0\u00A0% and 100\u00A0%.');
    expect(hitRatePlot([], 60_000).toString()).to.include('Nothing was read yet.');
  });

  it('show as much time as was recorded, 15 minutes at most', () => {
    expect(spanOf([], [])).to.equal(60_000);
    expect(spanOf([sample({ agoMs: 100_000 })], [])).to.equal(180_000);
    expect(spanOf([sample({ agoMs: 895_001 })], [])).to.equal(900_000);
  });

  it('cut off samples that are older than the period', () => {
    const plot = trafficPlot([sample({ agoMs: 57_000, l1: 5 }), sample({ agoMs: 70_000, l1: 5 })], 60_000).toString();

    expect(pathOf(plot, 'area l1')).to.equal('M0 140V0H36V140Z');
  });

  it('survive a reading that took no time', () => {
    expect(trafficPlot([sample({ forMs: 0, l1: 5 })], 60_000).toString()).not.to.match(/NaN|Infinity/);
  });
});

describe('the markup of the live view', () => {
  let app: ViewedApp;
  let page: string;

  before(async () => {
    app = await ViewedApp.start('Express', {
      cache: { secondary: new FakeDriver({ clock: new FakeClock() }) },
      dashboard: { showValues: true },
    });
    await app.application.get(CacheableService).set('products/1', { name: 'Lamp' });
    await app.clock.advance(60_000);
    page = await app.visitor.open('?cache=1.tiercel');
  });

  after(() => app.application.close());

  function all(pattern: RegExp): string[] {
    return [...page.matchAll(pattern)].map((match) => match[1] ?? '');
  }

  it('has no id twice, and points to none that is not there', () => {
    const ids = all(/ id="([^"]*)"/g);

    expect(ids).to.have.lengthOf(new Set(ids).size);
    expect(ids).to.include.members(all(/ (?:for|aria-labelledby|aria-describedby)="([^"]*)"/g));
    expect(ids).to.include.members(all(/url\(#([^)]*)\)/g));
  });

  it('has an id for each part that is refreshed', () => {
    const live = all(/<(\w+[^>]*\bdata-live\b[^>]*)>/g);

    expect(live).to.have.length.above(10);
    for (const part of live) expect(part).to.match(/ id="/);
  });

  it('has a name for every field that is seen, every picture and every table', () => {
    const fields = all(/<input ((?![^>]*type="hidden")[^>]*)>/g);
    const labels = all(/<label for="([^"]*)"/g);

    expect(fields.map((field) => / ?id="([^"]*)"/.exec(field)?.[1])).to.deep.equal(labels);
    for (const picture of all(/<svg([^>]*)>/g)) expect(picture).to.match(/aria-hidden="true"|role="img"\s+aria-labelledby=/);
    expect(all(/(<table>\s*<caption)/g)).to.have.lengthOf(all(/(<table>)/g).length);
    expect(textOf(page)).to.include('Delete products/1');
  });

  it('has one heading of the first rank, and a region for each of the second', () => {
    expect(all(/(<h1)/g)).to.have.lengthOf(1);
    expect(all(/<h2 id="([^"]*)"/g)).to.include.members(all(/<section[^>]* aria-labelledby="([^"]*)"/g));
    for (const landmark of ['<header', '<nav ', '<main ']) expect(page).to.include(landmark);
  });
});
