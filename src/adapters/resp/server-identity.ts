import { replyCode, checkAlive, readFailure } from './failure';

/**
 * The servers of a driver, by their answers to `INFO replication`. The identity is that of the history of their data: it changes when a server starts, and
 * when one takes over from another. A slot that moves from one master of a cluster to another does not change it.
 */
export class ServerIdentity {
  readonly #driver: string;
  readonly #ask: () => Promise<readonly unknown[]>;
  /** At the last PING. */
  #last: string | undefined;

  /**
   * @param driver - its name, for errors
   * @param ask - asks each server for `INFO replication`; see {@link infoOf}
   */
  constructor(driver: string, ask: () => Promise<readonly unknown[]>) {
    this.#driver = driver;
    this.#ask = ask;
  }

  /**
   * @returns `undefined` if a server does not say, or the user may not ask
   * @throws CacheError `CACHE_TIER_UNAVAILABLE` if a server does not answer
   */
  async identify(): Promise<string | undefined> {
    try {
      return identityIn(await this.#ask());
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw readFailure(this.#driver, error);
    }
  }

  /**
   * The PING of a client with many connections, which goes on with another server after a failover and reports no outage. It fails once when the servers
   * have changed: after an outage, however short, the cache repeats its last invalidations.
   * @param isUp - whether the cache uses the servers at present
   */
  ping(isUp: boolean): Promise<void> {
    return checkAlive(this.#driver, async () => {
      const before = this.#last;
      this.#last = await this.identify();
      if (isUp && before !== undefined && this.#last !== undefined && this.#last !== before)
        throw new Error('another server has taken over');
    });
  }
}

/** Asks a server for `INFO replication`, and sends a PING, because a server that loads its data answers the first alone. */
export async function infoOf(node: { info(section: string): Promise<unknown>; ping(): Promise<unknown> }): Promise<unknown> {
  const [info] = await Promise.all([node.info('replication'), node.ping()]);
  return info;
}

/** Whether the server answered, and does not give the information to this user. */
export function isRefusal(error: unknown): boolean {
  return ['NOPERM', 'ERR'].includes(replyCode(error) ?? '');
}

/** Whether the server that answered is a replica. */
export function isReplica(info: string): boolean {
  return /^role:slave\b/m.test(info);
}

function identityIn(answers: readonly unknown[]): string | undefined {
  const histories = answers.map((info) => /^master_replid:(\w+)/m.exec(String(info))?.[1]);
  return histories.includes(undefined) ? undefined : histories.sort().join();
}
