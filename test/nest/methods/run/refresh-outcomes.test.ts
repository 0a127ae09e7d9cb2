import {
  ForbiddenException,
  GoneException,
  HttpException,
  Injectable,
  InternalServerErrorException,
  NotFoundException,
} from '@nestjs/common';
import { expect } from 'chai';
import { defer, type Observable, of, throwError } from 'rxjs';
import { Cacheable, CacheableModule, type CacheableModuleOptions, CacheableService } from '../../../../src/nest';
import { FakeClock } from '../../../../src/testing';
import { rejectionOf } from '../../../builders/rejection-of';
import { bare, closeApplications } from '../application';

class UserGoneError extends Error {}

@Injectable()
class UserService {
  failure: Error | undefined;
  runs = 0;

  @Cacheable({ key: (id: number) => `user:${id}` })
  async find(id: number): Promise<number> {
    this.runs++;
    if (this.failure !== undefined) throw this.failure;
    return id;
  }

  @Cacheable({ key: (id: number) => `watched:${id}` })
  watch(id: number): Observable<number> {
    return defer(() => {
      this.runs++;
      return this.failure === undefined ? of(id) : throwError(() => this.failure);
    });
  }

  @Cacheable({ key: (id: number) => `part:${id}`, namespace: 'parts' })
  async part(id: number): Promise<number> {
    return this.find(-id);
  }
}

const answers: Readonly<Record<string, Error>> = {
  'a 404': new NotFoundException(),
  'a 410': new GoneException(),
  'a 403': new ForbiddenException(),
  'a 404 of http-errors': Object.assign(new Error('gone'), { statusCode: 404, status: 404, expose: true }),
  'an error that http.statusOf names': new UserGoneError(),
};

const failures: Readonly<Record<string, Error>> = {
  'a 500': new InternalServerErrorException(),
  'a 429': new HttpException('later', 429),
  'an error without a status': new Error('no answer'),
};

describe('The older value of a decorated method', () => {
  let clock: FakeClock;
  let service: UserService;
  let cache: CacheableService;

  const start = async (options: CacheableModuleOptions): Promise<void> => {
    const statusOf = (error: unknown): number | undefined => (error instanceof UserGoneError ? 404 : undefined);
    const imports = [CacheableModule.register({ clock, ttl: '1m', isGlobal: true, http: { statusOf }, ...options })];
    const app = await bare({ imports, providers: [UserService] });
    [service, cache] = [app.get(UserService), app.get(CacheableService)];
  };

  const failAfterTtl = async (failure: Error): Promise<void> => {
    await service.find(1);
    await new Promise((resolve) => service.watch(1).subscribe({ complete: () => resolve(undefined) }));
    await clock.advance(61_000);
    service.failure = failure;
  };
  const watched = (): Promise<unknown> => new Promise((resolve, reject) => service.watch(1).subscribe({ next: resolve, error: reject }));
  const isKept = async (key: string): Promise<boolean> => (await cache.explain(key)).l1 !== undefined;

  beforeEach(() => {
    clock = new FakeClock();
  });

  afterEach(closeApplications);

  for (const [what, error] of Object.entries(answers)) {
    it(`ends with ${what}, in place of which it is not served`, async () => {
      await start({ staleIfError: '1h' });
      await failAfterTtl(error);

      expect(await rejectionOf(service.find(1))).to.equal(error);
      expect(await rejectionOf(watched())).to.equal(error);
      expect([await isKept('user:1'), await isKept('watched:1')]).to.deep.equal([false, false]);
    });

    it(`ends with ${what} of a refresh in the background`, async () => {
      await start({ staleWhileRevalidate: '1h' });
      await failAfterTtl(error);

      expect([await service.find(1), await watched()]).to.deep.equal([1, 1]);
      await new Promise(setImmediate);
      expect(await rejectionOf(service.find(1))).to.equal(error);
      expect(await rejectionOf(watched())).to.equal(error);
    });
  }

  for (const [what, error] of Object.entries(failures)) {
    it(`is served in place of ${what}`, async () => {
      await start({ staleIfError: '1h' });
      await failAfterTtl(error);

      expect([await service.find(1), await watched()]).to.deep.equal([1, 1]);
      expect([await isKept('user:1'), await isKept('watched:1')]).to.deep.equal([true, true]);
    });
  }

  it('ends in a namespace, too', async () => {
    await start({ staleIfError: '1h' });
    await service.part(1);
    await clock.advance(61_000);
    service.failure = new UserGoneError();

    expect(await rejectionOf(service.part(1))).to.equal(service.failure);
  });

  it('gives all callers of one run its error', async () => {
    await start({ staleIfError: '1h' });
    await failAfterTtl(new NotFoundException());
    const runs = service.runs;

    const errors = await Promise.all([service.find(1), service.find(1), cache.wrap('user:1', () => 2)].map(rejectionOf));
    expect(errors).to.deep.equal([service.failure, service.failure, service.failure]);
    expect(service.runs).to.equal(runs + 1);
  });
});
