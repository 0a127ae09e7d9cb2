import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestBrowser } from './browser';
import { contrasts } from './browser-contrast';

const page = `<body style="background: white">
  <p style="color: #777">pale</p><p style="color: black; background: rgb(0 0 0 / 40%)">upon grey</p><p hidden>hidden</p>
  <img src="http://127.0.0.1:1/elsewhere.png" alt=""><script>forbidden()</script>`;

describe('TestBrowser', function () {
  this.timeout(20_000);

  let browser: TestBrowser;
  let server: Server;
  let url: string;

  before(async () => {
    const headers = { 'content-type': 'text/html', 'content-security-policy': "script-src 'none'" };
    server = createServer((_, response) => response.writeHead(200, headers).end(page)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await TestBrowser.start();
  });

  after(async () => {
    await browser.stop();
    server.close();
  });

  it('reports the problems of a page: errors, its policy, requests to other hosts', async () => {
    await browser.visit(url);

    const complaints = (await browser.leave()).join('\n');

    expect(complaints).to.match(/error: .*Content Security Policy/);
    expect(complaints).to.include('request to http://127.0.0.1:1/elsewhere.png');
    expect(await browser.leave()).to.deep.equal([]);
  });

  it('measures the contrast of visible text, on half-transparent backgrounds too', async () => {
    const found = await contrasts(await browser.visit(url));

    expect(found.map(({ text, ratio }) => [text, ratio.toFixed(1)])).to.deep.equal([
      ['pale', '4.5'],
      ['upon grey', '7.4'],
    ]);
  });
});
