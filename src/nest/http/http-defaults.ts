import type { ModulesContainer } from '@nestjs/core';
import { check, oneOf, optional, shape } from '../../domain/options/option-checks';
import { type Hosts, isHostPattern } from './key/host';

/** How `CacheableInterceptor` treats handlers that say nothing themselves, in the whole application. */
export interface HttpCachingOptions {
  /**
   * `'detected'`: the answer of a handler without `@CacheScope` is shared unless the call or the handler shows a sign of its caller.
   * `'explicit'`: a handler without `@CacheScope`, of its own or of its controller, is not cached.
   * @defaultValue `'detected'`
   */
  readonly scope?: 'detected' | 'explicit';
  /**
   * Which hosts requests may name. `'any'`: each host has entries of its own. A list, such as `['shop.example', 'localhost:3000']`: the same, and
   * requests to other hosts are not cached; without a port, a name stands for all ports. `'ignored'`: all hosts share entries; choose it when no
   * answer depends on the host.
   * @defaultValue `'any'`
   */
  readonly hosts?: Hosts;
}

const hostList = "'any', 'ignored' or a list of hosts, such as ['shop.example', 'localhost:3000']";

/** For the option `http` of a registration. */
export const httpCachingOptions = optional(
  shape<Required<HttpCachingOptions>>({
    scope: optional(oneOf('detected', 'explicit'), 'detected'),
    hosts: optional(
      check(hostList, (given) => (isHosts(given) ? given : undefined)),
      'any',
    ),
  }),
  undefined,
);

function isHosts(given: unknown): given is Hosts {
  return given === 'any' || given === 'ignored' || (Array.isArray(given) && given.length > 0 && given.every(isHostPattern));
}

/** The options, complete. A module that is given some provides them under this class. */
export class HttpDefaults {
  readonly scope: 'detected' | 'explicit';
  readonly hosts: Hosts;

  constructor({ scope = 'detected', hosts = 'any' }: HttpCachingOptions = {}) {
    this.scope = scope;
    this.hosts = typeof hosts === 'string' ? hosts : hosts.map((host) => host.toLowerCase());
  }

  /** Those of an application, whichever module provides them. */
  static of(modules: ModulesContainer): HttpDefaults {
    for (const { providers } of modules.values()) {
      const instance: unknown = providers.get(HttpDefaults)?.instance;
      if (instance instanceof HttpDefaults) return instance;
    }
    return new HttpDefaults();
  }
}
