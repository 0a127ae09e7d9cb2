import axe, { type AxeResults } from 'axe-core';
import { expect } from 'chai';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { redis } from '../../src/adapters/redis';
import { CacheableService } from '../../src/nest';
import { ViewedApp } from '../nest/dashboard/viewed-app';
import { TestBrowser } from '../support/browser';
import { contrasts } from '../support/browser-contrast';
import { TestServer } from '../support/servers';

const refreshesEveryMs = 5_000;

describe('the live view in a browser', function () {
  this.timeout(20_000);

  let browser: TestBrowser;
  let server: TestServer;
  let app: ViewedApp;
  let cache: CacheableService;

  before(async () => {
    browser = await TestBrowser.start();
  });

  after(() => browser.stop());

  beforeEach(async () => {
    server = await TestServer.start('redis');
    app = await ViewedApp.start('Express', { cache: { secondary: redis(server.url) }, dashboard: { showValues: true } });
    cache = app.application.get(CacheableService);
    for (const key of ['user:1', 'user:2', 'basket:1']) await cache.set(key, { key }, '1h');
    await app.clock.advance(refreshesEveryMs);
    for (let read = 0; read < 30; read++) await cache.get(`user:${read % 3}`);
    await app.clock.advance(refreshesEveryMs);
  });

  afterEach(async () => {
    const complaints = await browser.leave();
    await app.application.close();
    await server.stop();
    expect(complaints).to.deep.equal([]);
  });

  const open = (options?: BrowserContextOptions): Promise<Page> => browser.visit(`${app.url}/cache`, options);
  const rows = (page: Page): Promise<string[]> => page.getByRole('region', { name: 'Keys in L1' }).getByRole('rowheader').allTextContents();

  it('draws its recordings, and describes them in words', async () => {
    const page = await open();

    const plots = await page.getByRole('main').getByRole('img').all();

    const boxes = await Promise.all(plots.map((plot) => plot.boundingBox()));
    expect(boxes.length).to.be.at.least(3);
    expect(boxes.every((box) => box !== null && box.width > 100 && box.height > 5)).to.equal(true);
    await page.getByRole('img', { name: 'Reads per second' }).waitFor();
    await page.getByRole('img', { name: 'Hit rate' }).waitFor();
    await page.getByRole('img', { name: 'L2 over time' }).waitFor();
  });

  it('has landmarks, one heading above all others, and a name for whatever has a role', async () => {
    const page = await open();

    const tree = await page.locator('body').ariaSnapshot();

    const lines = tree.split('\n').map((line) => line.trim());
    for (const landmark of ['banner', 'navigation "Caches"', 'main', 'search "Keys of L1"']) expect(lines).to.include(`- ${landmark}:`);
    expect(lines.filter((line) => line.startsWith('- heading') && line.includes('[level=1]'))).to.have.length(1);
    expect(levelsSkipped(lines)).to.deep.equal([]);
    expect(
      lines.filter((line) => /^- (button|link|textbox|searchbox|img|region|table|navigation|search)\b(?! ")/.test(line)),
    ).to.deep.equal([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`breaks no rule that axe knows, ${colorScheme}`, async () => {
      const page = await open({ colorScheme });
      await page.getByText('Show the value of user:1').click();
      for (const summary of await page.locator('summary').all()) await summary.click();

      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');

      expect(violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html) }))).to.deep.equal([]);
    });
  }

  for (const javaScriptEnabled of [true, false]) {
    describe(javaScriptEnabled ? 'by keyboard alone' : 'without JavaScript', () => {
      it('finds keys', async () => {
        const page = await open({ javaScriptEnabled });

        await focus(page, page.getByLabel('Find keys'));
        await page.keyboard.type('user');
        await page.keyboard.press('Enter');
        await page.waitForURL(/q=user/);

        expect(await rows(page)).to.have.members(['user:1', 'user:2']);
        expect(await page.getByLabel('Find keys').inputValue()).to.equal('user');
      });

      it('deletes a key from both tiers', async () => {
        const page = await open({ javaScriptEnabled });

        await focus(page, page.getByRole('button', { name: 'Delete user:1' }));
        await page.keyboard.press('Enter');
        await page.getByRole('status').filter({ hasText: 'The key was deleted from both tiers.' }).waitFor();

        expect(await page.locator(':focus').textContent()).to.contain('The key was deleted from both tiers.');
        expect(await rows(page)).to.have.members(['user:2', 'basket:1']);
        expect(await server.cli('KEYS', '*user:1')).to.equal('');
      });

      it('deletes a key that is typed', async () => {
        const page = await open({ javaScriptEnabled });

        await focus(page, page.getByLabel('Delete a key from both tiers'));
        await page.keyboard.type('basket:1');
        await page.keyboard.press('Enter');
        await page.getByRole('status').filter({ hasText: 'The key was deleted from both tiers' }).waitFor();

        expect(await rows(page)).to.have.members(['user:1', 'user:2']);
      });

      it('removes the entries with a tag that is typed', async () => {
        await cache.set('tagged', 1, { ttl: '1h', tags: ['offers'] });
        const page = await open({ javaScriptEnabled });
        await page.getByRole('cell', { name: 'offers', exact: true }).waitFor();

        await focus(page, page.getByLabel('Remove the entries with a tag from both tiers'));
        await page.keyboard.type('offers');
        await page.keyboard.press('Enter');
        await page.getByRole('status').filter({ hasText: 'The entries with the tag were removed' }).waitFor();

        expect(await rows(page)).to.have.members(['user:1', 'user:2', 'basket:1']);
        expect(await cache.get('tagged')).to.equal(undefined);
      });

      it('clears a namespace, in two steps', async () => {
        const page = await open({ javaScriptEnabled });
        const button = page.getByRole('button', { name: 'Clear everything in tiercel' });
        const isOffered = await button.isVisible();

        await focus(page, page.getByText('Clear this namespace…'));
        await page.keyboard.press('Enter');
        await focus(page, button);
        await page.keyboard.press('Enter');
        await page.getByRole('status').filter({ hasText: 'The namespace was cleared in both tiers.' }).waitFor();

        expect(isOffered).to.equal(false);
        expect(await rows(page)).to.deep.equal([]);
        expect(await cache.get('user:2')).to.equal(undefined);
      });
    });
  }

  it('refreshes its numbers by itself, and keeps focus, typed text and unfolded rows', async () => {
    const page = await open();
    const field = page.getByLabel('Find keys');
    await page.getByText('Show the value of user:1').click();
    await page.getByRole('region', { name: 'Value of user:1' }).waitFor();
    await focus(page, field);
    await page.keyboard.type('bas');
    await cache.set('news', 1);

    await refresh(page);
    await page.getByRole('rowheader', { name: 'news' }).waitFor();

    expect(await hasFocus(page, field)).to.equal(true);
    await page.keyboard.type('ket');
    expect(await field.inputValue()).to.equal('basket');
    expect(await page.getByRole('region', { name: 'Value of user:1' }).isVisible()).to.equal(true);
  });

  it('leaves the focus on a key that it shows', async () => {
    const page = await open();
    const button = page.getByRole('button', { name: 'Delete user:2' });
    await focus(page, button);
    await cache.set('news', 1);
    await app.clock.advance(refreshesEveryMs);

    await refresh(page);
    await page.getByRole('banner').getByText('00:00:15').waitFor();

    expect(await hasFocus(page, button)).to.equal(true);
  });

  it('stands still while it is paused', async () => {
    const page = await open();
    const button = page.getByRole('button', { name: 'Pause' });
    let requests = 0;
    page.on('request', () => requests++);

    await focus(page, button);
    await page.keyboard.press('Enter');
    await page.clock.runFor(3 * refreshesEveryMs);

    expect(requests).to.equal(0);
    expect(await button.getAttribute('aria-pressed')).to.equal('true');
    await page.keyboard.press('Enter');
    await refresh(page);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be read in ${colorScheme} colours: a contrast of 4.5 at least`, async () => {
      await server.kill();
      await app.clock.advance(refreshesEveryMs);
      const page = await open({ colorScheme });
      for (const summary of await page.locator('summary').all()) await summary.click();

      const [worst, ...others] = await contrasts(page);

      expect(others).to.have.length.above(50);
      expect(worst?.ratio, worst?.text).to.be.at.least(4.5);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).to.equal(
        colorScheme === 'light' ? 'rgb(244, 241, 234)' : 'rgb(17, 23, 27)',
      );
    });
  }

  it('fits a width of 360 pixels', async () => {
    await cache.set(`long:${'key'.repeat(80)}`, 1);
    const page = await open({ viewport: { width: 360, height: 740 } });
    for (const summary of await page.locator('summary').all()) await summary.click();

    const width = await page.evaluate<number>('document.scrollingElement.scrollWidth');

    expect(width).to.equal(360);
  });

  it('shows within one refresh that L2 is down, and in its history that it was', async () => {
    const page = await open();
    const l2 = page.getByRole('region', { name: 'L2', exact: true });
    await l2.getByText(/up for/).waitFor();
    const down = new Promise((resolve) => cache.on('down', resolve));
    const up = new Promise((resolve) => cache.on('up', resolve));

    await server.kill();
    await down;
    await refresh(page);
    await l2.getByText(/down for/).waitFor();
    await server.restart();
    await up;
    await refresh(page);
    await l2.getByText(/up for/).waitFor();

    await l2.getByText('History of L2').click();
    const states = await l2
      .getByRole('row')
      .filter({ has: page.getByRole('cell') })
      .allInnerTexts();
    expect(states.map((row) => /up|down|recovering/.exec(row)?.[0])).to.deep.equal(['up', 'recovering', 'down', 'up']);
  });
});

/** By keyboard alone. */
async function focus(page: Page, element: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await hasFocus(page, element)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${String(element)} cannot be reached by keyboard`);
}

async function hasFocus(page: Page, element: Locator): Promise<boolean> {
  return (await element.and(page.locator(':focus')).count()) === 1;
}

/** The next of the page's own, at once. */
async function refresh(page: Page): Promise<void> {
  const address = new URL(page.url());
  address.searchParams.delete('show');
  address.hash = '';
  const answered = page.waitForResponse(address.href);
  await page.clock.runFor(refreshesEveryMs);
  await answered;
}

/** Headings that are more than one level below the one before. */
function levelsSkipped(lines: readonly string[]): readonly string[] {
  const headings = lines.filter((line) => line.startsWith('- heading'));
  const level = (line = ''): number => Number(/\[level=(\d)\]/.exec(line)?.[1] ?? 0);
  return headings.filter((heading, index) => level(heading) > level(headings[index - 1]) + 1);
}
