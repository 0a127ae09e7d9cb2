export { FakeBus } from './fake-bus';
export { FakeClock } from './fake-clock';
export { FakeDriver, type FakeDriverOptions } from './fake-driver';
export { FakeLocalStore } from './fake-local-store';
export { FakeMedium } from './fake-medium';
export { FakeProbe } from './fake-probe';
export { FakeStore, type StoreCall } from './fake-store';
export { RecordingLogger, type LogLine } from './recording-logger';
export { testKey } from './test-key';

export { busContract, type BusHarness } from './bus-contract';
export { cipherContract, type CipherHarness } from './cipher-contract';
export { clockContract, type ClockHarness } from './clock-contract';
export { healthProbeContract, type HealthProbeHarness } from './health-probe-contract';
export { keySanitizerContract, type KeySanitizerHarness } from './key-sanitizer-contract';
export { localStoreContract, type LocalStoreHarness } from './local-store-contract';
export { storeContract } from './store-contract/store-contract';
export type { StoreHarness } from './store-contract/store-harness';
