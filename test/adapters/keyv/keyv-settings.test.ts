import { expect } from 'chai';
import { keyv, type KeyvSettings } from '../../../src/adapters/keyv';
import { valkey } from '../../../src/adapters/keyv/valkey';
import { FakeBus } from '../../../src/testing';

describe('The bus of a driver on Keyv', () => {
  it('is the bus that keyv() is given, and undefined otherwise', () => {
    const bus = new FakeBus();

    expect([keyv(new Map(), { bus }).bus, keyv(new Map()).bus]).to.deep.equal([bus, undefined]);
  });

  it('is refused if it is not a bus, and so are unknown settings', () => {
    expect(() => keyv(new Map(), { bus: {}, buss: 1 } as unknown as KeyvSettings)).to.throw(
      /^keyv\(\)(?=[^]*bus: )(?=[^]*did you mean 'bus')/,
    );
  });

  it('is created by valkey(), unless `bus` is false', () => {
    expect(valkey('valkey://127.0.0.1').bus?.probe.health).to.equal('down');
    expect(valkey('valkey://127.0.0.1', { bus: false }).bus).to.equal(undefined);
  });
});
