import { expect } from 'chai';
import { stub } from 'sinon';

import { warnAboutTrust } from '../../../src/adapters/resp/warn-about-trust';

describe('warnAboutTrust', () => {
  function warningsOf(options: object): string[] {
    const emit = stub(process, 'emitWarning');
    try {
      warnAboutTrust('redis()', options);
      return emit.args.map(([message]) => String(message));
    } finally {
      emit.restore();
    }
  }

  it('says nothing where the server is checked, or nothing is encrypted', () => {
    for (const options of [{}, { tls: {} }, { tls: { rejectUnauthorized: true }, sentinelTLS: { ca: '' } }, { tls: undefined }]) {
      expect(warningsOf(options)).to.deep.equal([]);
    }
  });

  it('names each option that lets anybody pass for the server', () => {
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
