import type { StoreDriver } from '../../ports/driver';
import type { Harness } from '../suite-tools';

/** A client of the user, and the driver that was made from it. */
export interface BorrowedClient {
  /** Not open yet. The client is connected. */
  readonly driver: StoreDriver;
  readonly isConnected: () => boolean;
  /** How many listeners the client has, over all its events. */
  readonly listeners: () => number;
  /** Closes the client. */
  readonly close: () => void | Promise<void>;
}

/** The parts of a harness that a kind of driver may lack. */
export interface DriverCapabilities {
  /** The driver has a connection, so that it is down while it is not open. */
  readonly connection: true;
  /** Kills the server and restarts it, empty: connections break, and are refused in between. */
  readonly outage: { readonly goAway: () => void | Promise<void>; readonly comeBack: () => void | Promise<void> };
  /** Stops the server without a broken connection: it accepts connections and answers nothing. Then lets it continue. */
  readonly freezing: { readonly freeze: () => void | Promise<void>; readonly thaw: () => void | Promise<void> };
  /** Creates a driver on a client of the user. */
  readonly borrowing: () => BorrowedClient | Promise<BorrowedClient>;
  /** All keys on the server, in every database. */
  readonly keys: () => readonly string[] | Promise<readonly string[]>;
  /** A driver with a password that the server refuses. */
  readonly auth: { readonly driver: StoreDriver; readonly password: string };
  /** A driver with a database that the server does not have. */
  readonly database: StoreDriver;
}

export type DriverCapability = keyof DriverCapabilities;

/** A driver that is not open yet, and control over its server. */
export interface DriverHarness extends Harness, Partial<DriverCapabilities> {
  readonly driver: StoreDriver;
  /** Lets time pass for the driver, in milliseconds: on a real server, a sleep. */
  readonly elapse: (ms: number) => void | Promise<void>;
}

/** Why a capability is missing. The title of a test names both. */
export type Lacks = Readonly<Partial<Record<DriverCapability, string>>>;

/** Declares a test that needs a capability. */
export type CapabilityTest = <C extends DriverCapability>(
  capability: C,
  title: string,
  body: (harness: DriverHarness, capability: DriverCapabilities[C]) => void | Promise<void>,
) => void;
