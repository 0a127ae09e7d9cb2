import { expect } from 'chai';
import Keyv from 'keyv';
import { keyv } from '../../src/adapters/keyv/keyv';
import { PrefixedStore, prefixedDriver } from '../../src/adapters/store/prefixed-store';
import { noChannel, withChannel } from '../../src/domain/assemble-l2';
import { deriveDriver, type StoreDriver } from '../../src/ports/driver';
import { FakeBus, FakeClock, FakeDriver, FakeProbe, FakeStore } from '../../src/testing';

const clock = new FakeClock();

/** A value for every field of a driver: the compiler refuses this object when a field is added to the port and not here. */
function fields(name: string, calls: string[] = []): Required<StoreDriver> {
  const called = (method: string) => () => {
    calls.push(`${name}.${method}`);
    return Promise.resolve();
  };
  const [store, probe, bus] = [new FakeStore(clock), new FakeProbe(), new FakeBus()];
  const identify = () => Promise.resolve(name);
  const keyPrefix = `${name}:`;
  return { name, store, keyPrefix, canClear: name === 'a', identify, probe, bus, open: called('open'), close: called('close') };
}

const fieldNames = Object.keys(fields('any')) as (keyof StoreDriver)[];

describe('deriveDriver', () => {
  it('keeps every field that is not overridden', async () => {
    const calls: string[] = [];
    const driver = fields('a', calls);

    const derived = deriveDriver(driver, {});
    await derived.open();
    await derived.close();

    for (const name of ['name', 'store', 'keyPrefix', 'canClear', 'probe', 'bus'] as const)
      expect(derived[name], name).to.equal(driver[name]);
    expect(await derived.identify?.()).to.equal('a');
    expect(calls).to.deep.equal(['a.open', 'a.close']);
  });

  for (const name of fieldNames) {
    it(`replaces ${name} alone when ${name} is overridden`, () => {
      const replacement: unknown = Reflect.get(fields('b'), name);

      const derived = deriveDriver(fields('a'), { [name]: replacement });

      expect(Reflect.get(derived, name)).to.equal(replacement);
      expect(Object.keys(derived)).to.have.members(fieldNames);
    });
  }

  it('calls the methods of a driver that is a class as methods', async () => {
    const driver = new FakeDriver({ clock });

    await deriveDriver(driver, {}).open();

    expect(driver.isOpen).to.equal(true);
  });
});

describe('A driver that the package derives from another', () => {
  const derivations: Readonly<Record<string, (driver: StoreDriver) => StoreDriver>> = {
    'with an invalidation channel': (driver) => withChannel(driver, noChannel(Infinity)),
    'with an empty prefix': (driver) => prefixedDriver(driver, ''),
  };
  for (const [title, derive] of Object.entries(derivations)) {
    it(`keeps its name, prefix, probe and bus ${title}`, () => {
      const driver = fields('a');

      const { name, keyPrefix, probe, bus } = derive(driver);

      expect({ name, keyPrefix, probe, bus }).to.deep.equal({
        name: 'a',
        keyPrefix: 'a:',
        probe: driver.probe,
        bus: driver.bus,
      });
    });
  }

  it('says the whole prefix after another one is added', async () => {
    const driver = fields('a');

    const derived = prefixedDriver(driver, 'b:');

    expect(derived.keyPrefix).to.equal('a:b:');
    expect(derived.store).to.be.instanceOf(PrefixedStore);
  });

  it('keeps the prefix of a Keyv when a bus is added', () => {
    const tenant = new Keyv({ store: new Map(), namespace: 'tenant-a' });

    expect(keyv(tenant).keyPrefix).to.equal('tenant-a:');
    expect(keyv(tenant, { bus: new FakeBus() }).keyPrefix).to.equal('tenant-a:');
  });
});
