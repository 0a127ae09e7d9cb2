import { Cache, CACHE_MANAGER, CacheInterceptor } from '@nestjs/cache-manager';
import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

interface TenantRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

@Injectable()
export class TenantInterceptor extends CacheInterceptor {
  protected override allowedMethods = ['GET', 'POST'];

  constructor(@Inject(CACHE_MANAGER) cacheManager: Cache, reflector: Reflector) {
    super(cacheManager, reflector);
  }

  protected override trackBy(context: ExecutionContext): string | undefined {
    const { headers } = context.switchToHttp().getRequest<TenantRequest>();
    const url = super.trackBy(context);
    return typeof url === 'string' && headers['x-tenant'] !== undefined ? `${headers['x-tenant']}:${url}` : undefined;
  }

  protected override isRequestCacheable(context: ExecutionContext): boolean {
    const { url } = context.switchToHttp().getRequest<TenantRequest>();
    return super.isRequestCacheable(context) && !url.includes('live');
  }

  protected override setHeadersWhenHttp(context: ExecutionContext, value: unknown): void {
    super.setHeadersWhenHttp(context, value);
    const { httpAdapter } = this.httpAdapterHost;
    httpAdapter.setHeader(context.switchToHttp().getResponse(), 'X-Tenant-Cache', value === undefined ? 'no' : 'yes');
  }
}
