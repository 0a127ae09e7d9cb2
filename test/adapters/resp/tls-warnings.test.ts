import { expect } from 'chai';
import { stub } from 'sinon';

import { warnAboutTlsOptions } from '../../../src/adapters/resp/tls-warnings';

describe('warnAboutTlsOptions', () => {
  function warningsOf(options: object): string[] {
    const emit = stub(process, 'emitWarning');
    try {
      warnAboutTlsOptions('redis()', options);
      return emit.args.map(([message]) => String(message));
    } finally {
      emit.restore();
    }
  }

  it('is silent where the server is checked, and without TLS', () => {
    for (const options of [{}, { tls: {} }, { tls: { rejectUnauthorized: true }, sentinelTLS: { ca: '' } }, { tls: undefined }]) {
      expect(warningsOf(options)).to.deep.equal([]);
    }
  });

  it('names each option that disables a check', () => {
    const careless = { rejectUnauthorized: false, checkServerIdentity: () => undefined };

    const warnings = warningsOf({ tls: careless, sentinelTLS: careless });

    expect(warnings.map((warning) => warning.split(' ')[1])).to.deep.equal([
      'tls.rejectUnauthorized',
      'tls.checkServerIdentity',
      'sentinelTLS.rejectUnauthorized',
      'sentinelTLS.checkServerIdentity',
    ]);
  });
});
