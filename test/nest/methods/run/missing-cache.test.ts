import { expect } from 'chai';
import sinon from 'sinon';
import { MissingCacheWarning, missingCache } from '../../../../src/nest/methods/declared/method-log';
import { Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { application, closeApplications } from '../application';
import { nestWarnings } from '../../../support/nest-warnings';

class UserService {
  @Cacheable()
  async find(): Promise<string> {
    return 'ann';
  }
}

describe('decorated methods in a process without a cache', () => {
  const warn = nestWarnings();

  afterEach(closeApplications);

  it('log once, for all of them, that they run uncached, and the remedy', () => {
    const warning = new MissingCacheWarning();

    warning.log('UserService.find');
    warning.log('OrderService.find');

    expect(warn.args.flat()).to.deep.equal([
      '@Cacheable: UserService.find and all other decorated methods run uncached: no cache is registered. Import CacheableModule.register({ isGlobal: true }) (logged once)',
    ]);
  });

  it('log nothing once a cache is registered', async () => {
    const registered = sinon.spy(missingCache, 'cacheRegistered');
    await application();

    expect(await new UserService().find()).to.equal('ann');
    expect(registered.calledOnce).to.equal(true);
    expect(warn.args).to.deep.equal([]);
  });

  it('report the method whose instance has no cache', async () => {
    const log = sinon.spy(missingCache, 'log');

    await new UserService().find();

    expect(log.args).to.deep.equal([['UserService.find']]);
  });
});
