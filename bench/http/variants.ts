/** The layers between a request and the same trivial handler. */
export const variants = {
  none: 'no cache',
  noop: 'an interceptor that does nothing',
  original: '@nestjs/cache-manager: CacheInterceptor',
  compat: 'tiercel/nest/compat: CacheInterceptor',
  tiercel: 'tiercel/nest: CacheableInterceptor',
  method: 'tiercel/nest: @Cacheable() on the handler',
} as const;

export type Variant = keyof typeof variants;

export const platforms = { express: 'Express', fastify: 'Fastify' } as const;

export type Platform = keyof typeof platforms;
