import { expect } from 'chai';
import { checkBusSettings, type BusSettings } from '../../../src/adapters/redis/redis-settings';

describe('The settings of a bus', () => {
  it('name the channel, and whether there is a bus at all', () => {
    const channels = [{}, { bus: true }, { channel: 'shop' }, { bus: false }, { bus: false, channel: 'shop' }].map((given) =>
      checkBusSettings('valkey()', given),
    );

    expect(channels).to.deep.equal(['tiercel:invalidations', 'tiercel:invalidations', 'shop', undefined, undefined]);
  });

  it('are refused all at once, in the name of whom they were given to', () => {
    const given = { bus: 'no', channel: '', chanel: 'shop' } as unknown as BusSettings;

    expect(() => checkBusSettings('valkey()', given)).to.throw(/^valkey\(\)(?=[^]*bus: )(?=[^]*channel: )(?=[^]*did you mean 'channel')/);
  });
});
