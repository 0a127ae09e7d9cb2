import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { browserBinary } from './server-binaries';

/**
 * A real Chromium, gone after `stop()`. It is heavy: one for a suite, and for each test a page that shares nothing with the others. A test run
 * that is cut short takes it along: playwright-core kills it at the exit of the process.
 */
export class TestBrowser {
  readonly #browser: Browser;
  #complaints: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<TestBrowser> {
    // Chromium's sandbox refuses to run as root, as whom containers run; the pages are our own.
    const chromiumSandbox = process.getuid?.() !== 0;
    return new TestBrowser(await chromium.launch({ executablePath: browserBinary(), chromiumSandbox }));
  }

  /** A page with a fake clock, `page.clock`, and without cookies. */
  async visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(5_000);
    this.#listen(page, new URL(url).origin);
    if (options.javaScriptEnabled !== false) await page.clock.install();
    await page.goto(url);
    return page;
  }

  /** Closes all pages, and returns their problems: errors, violations of their policy, requests to other hosts. */
  async leave(): Promise<readonly string[]> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
    const complaints = this.#complaints;
    this.#complaints = [];
    return complaints;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }

  #listen(page: Page, origin: string): void {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#complaints.push(`uncaught: ${error.message}`));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== origin) this.#complaints.push(`request to ${request.url()}`);
    });
  }
}
