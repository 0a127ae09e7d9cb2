import { expect } from 'chai';
import { clientCertificate, requestSign, responseSign } from '../../../../src/nest/http/key/request-sign';
import type { KeyContents } from '../../../../src/nest/http/key/request-fields';

const contents: KeyContents = { headers: [], isOwn: false, namedOnly: false, localeInKey: false, responseFields: true };
const own: KeyContents = { ...contents, isOwn: true };

describe('A sign of the caller', () => {
  it('is a header that identifies it, unless it is in the key', () => {
    const sign = (headers: Record<string, string | undefined>, given = contents) => requestSign({ headers }, given);

    expect(sign({ cookie: 'a=b' })).to.equal('header cookie');
    expect(sign({ Authorization: 'x' })).to.equal('header Authorization');
    expect(sign({ 'x-tenant-id': '1' })).to.equal('header x-tenant-id');
    expect(sign({ accept: '*/*', 'user-agent': 'x', 'sec-session': 'x', ':authority': 'x' })).to.equal(undefined);
    expect(sign({ authorization: undefined })).to.equal(undefined);
    expect(sign({ Authorization: 'x', 'X-Tenant-Id': '1' }, { ...contents, headers: ['authorization'] })).to.equal('header X-Tenant-Id');
    expect(sign({ 'x-tenant-id': '1' }, own)).to.equal(undefined);
    expect(sign({ 'X-Tenant-Id': '1', Cookie: 'a=b' }, own)).to.equal('header Cookie');
    expect(requestSign({}, contents)).to.equal(undefined);
  });

  it('is the client certificate of an encrypted connection', () => {
    const socket = (encrypted: boolean, certificate: object | null) => ({ encrypted, getPeerCertificate: () => certificate });

    expect(clientCertificate(socket(true, { subject: 'a' }))).to.equal('client certificate');
    expect(requestSign({ socket: socket(true, { subject: 'a' }) }, contents)).to.equal('client certificate');
    const none = [socket(true, {}), socket(true, null), socket(false, { subject: 'a' }), { encrypted: true }, {}, null, undefined];
    expect(none.map(clientCertificate)).to.deep.equal(none.map(() => undefined));
  });

  it('is a local of the response', () => {
    expect(responseSign({ locals: { viewer: 'ann' } }, contents)).to.equal('response local viewer');
    for (const response of [{ locals: {} }, { locals: null }, { locals: 'ann' }, {}, null, undefined, 'text'])
      expect(responseSign(response, contents), JSON.stringify(response)).to.equal(undefined);
  });

  it('is another field of the response, only where the handler gets it', () => {
    const response = { statusCode: 200, viewer: 'ann' };

    expect(responseSign(response, contents)).to.equal('response field viewer');
    expect(responseSign(response, { ...contents, responseFields: false })).to.equal(undefined);
    expect(responseSign({ raw: response }, contents)).to.equal('response field viewer');
    expect(responseSign({ raw: null }, contents)).to.equal(undefined);
  });

  it('is no function, no empty field and no field of the platform on the response, and the language only outside of the key', () => {
    for (const response of [{ viewer: () => 'ann' }, { viewer: undefined }, { statusCode: 200 }, { _internal: 1 }])
      expect(responseSign(response, contents), JSON.stringify(response)).to.equal(undefined);
    expect(responseSign({ locale: 'de' }, contents)).to.equal('response field locale');
    expect(responseSign({ locale: 'de' }, { ...contents, localeInKey: true })).to.equal(undefined);
    expect(responseSign({ viewer: 'ann' }, { ...contents, localeInKey: true })).to.equal('response field viewer');
    expect(responseSign({ viewer: 'ann' }, { ...contents, namedOnly: true })).to.equal(undefined);
    expect(responseSign({ _session: 'x' }, { ...contents, namedOnly: true })).to.equal('response field _session');
  });
});
