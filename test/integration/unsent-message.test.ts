import { expect } from 'chai';
import { createCache } from '../../src';
import { RecordingLogger } from '../../src/testing';
import { until } from '../adapters/redis/until';
import { proxiedServer } from '../support/proxied-server';
import { drivers } from './outage/drivers';

describe('A message that the server has refused', function () {
  this.timeout(30_000);
  const at = proxiedServer('redis');

  for (const { make, name } of drivers.filter((driver) => driver.make('redis://127.0.0.1:1').bus !== undefined)) {
    it(`is sent as soon as the connection is back, and not when the next attempt is due (${name})`, async () => {
      const namespace = `unsent-${name.replace(/\W/g, '-')}`;
      const create = (url: string) => createCache({ secondary: make(url), namespace, logger: new RecordingLogger() });
      const [writer, reader] = [create(at.proxy.url), create(at.server.url)];
      try {
        await Promise.all([writer.start(), reader.start()]);
        await until('both listen', () => [writer, reader].every((cache) => cache.health().l2?.bus === 'up'));
        await writer.set('k', 'older');
        expect(await reader.get('k')).to.equal('older');

        await at.server.cli('ACL', 'SETUSER', 'default', '-publish');
        // The sixth attempt is due after 30 s.
        for (let i = 0; i < 6; i += 1) expect(await writer.del('k')).to.equal('pending');
        await at.server.cli('ACL', 'SETUSER', 'default', '+publish');
        expect(reader.peek('k')).to.equal('older');
        at.proxy.cutAll();

        await until('the reader has received it', () => reader.peek('k') === undefined);
      } finally {
        await at.server.cli('ACL', 'SETUSER', 'default', '+publish');
        await Promise.all([writer.close(), reader.close()]);
      }
    });
  }
});
