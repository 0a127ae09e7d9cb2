import type { ModulesContainer } from '@nestjs/core';
import { check, oneOf, optional, shape } from '../../domain/options/option-checks';
import { type SendTags, sendTagsField } from '../decorators/cache-tags.decorator';
import { type Hosts, isHostPattern } from './key/origin';
import type { StatusOf } from '../shared/client-error';

/** Defaults of `CacheableInterceptor` for the handlers of the whole application. Decorators override them. */
export interface HttpCachingOptions {
  /**
   * `'detected'`: a handler without `@CacheScope` is cached unless the call or the handler shows a sign of its caller.
   * `'explicit'`: a handler is cached only with a `@CacheScope` on it or on its controller.
   * @defaultValue `'detected'`
   */
  readonly scope?: 'detected' | 'explicit';
  /**
   * The hosts of requests. `'any'`: each host has separate entries, for http and https. A list, such as `['shop.example', 'localhost:3000']`: the
   * same, and requests to other hosts are not cached; a name without a port stands for all ports. `'ignored'`: all hosts and both schemes share
   * entries; choose it if no response depends on them.
   * @defaultValue `'any'`
   */
  readonly hosts?: Hosts;
  /**
   * Returns the status with which an exception filter of the application answers an error, such as 404 for a `UserNotFoundError`; `undefined` for
   * errors that Nest answers. A status below 500, besides 408, 425 and 429, deletes an old response, and an old value
   * of a method with `@Cacheable`. Without it such an error is a failure, in whose
   * place `staleIfError` and `staleWhileRevalidate` serve the old response. Filters run after the interceptors, so their status is not seen.
   * @defaultValue none: the status of Nest's exceptions, of `http-errors` and of Fastify is known
   */
  readonly statusOf?: StatusOf;
  /**
   * Whether responses with `@CacheTags` name their tags in headers, for a CDN.
   * @defaultValue `false`
   */
  readonly sendTags?: SendTags;
}

const hostList = "'any', 'ignored' or a list of hosts, such as ['shop.example', 'localhost:3000']";

/** Checks the option `http` of a registration. */
export const httpCachingOptions = optional(
  shape<{ readonly [K in keyof Required<HttpCachingOptions>]: HttpCachingOptions[K] }>({
    scope: optional(oneOf('detected', 'explicit'), 'detected'),
    hosts: optional(
      check(hostList, (given) => (isHosts(given) ? given : undefined)),
      'any',
    ),
    sendTags: optional(sendTagsField, false),
    statusOf: optional(
      check('a function of an error', (given) => (typeof given === 'function' ? (given as StatusOf) : undefined)),
      undefined,
    ),
  }),
  undefined,
);

function isHosts(given: unknown): given is Hosts {
  return given === 'any' || given === 'ignored' || (Array.isArray(given) && given.length > 0 && given.every(isHostPattern));
}

/** The options with their defaults. A module with the option `http` provides them under this class. */
export class HttpDefaults {
  readonly scope: 'detected' | 'explicit';
  readonly hosts: Hosts;
  readonly statusOf: StatusOf | undefined;
  readonly sendTags: SendTags;

  constructor({ scope = 'detected', hosts = 'any', statusOf, sendTags = false }: HttpCachingOptions = {}) {
    this.statusOf = statusOf;
    this.sendTags = sendTags;
    this.scope = scope;
    this.hosts = typeof hosts === 'string' ? hosts : hosts.map((host) => host.toLowerCase());
  }

  /** The options of an application, from any of its modules. */
  static of(modules: ModulesContainer): HttpDefaults {
    for (const { providers } of modules.values()) {
      const instance: unknown = providers.get(HttpDefaults)?.instance;
      if (instance instanceof HttpDefaults) return instance;
    }
    return new HttpDefaults();
  }
}
