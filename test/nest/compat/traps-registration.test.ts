import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { Keyv } from 'keyv';
import type { Cache } from '../../../src/nest/compat';
import { rejectionOf } from '../../builders/rejection-of';
import { alike, both } from './both';

describe('the traps of the original, in the registration', () => {
  for (const [where, isGlobal] of [
    ['in one module', false],
    ['for the whole application', true],
  ] as const) {
    for (const { name, compat, expected } of both({ original: 'the first wins', ours: 'an error says so' })) {
      it(`[trap-14] two caches ${where}: ${name}, ${expected}`, async () => {
        const imports = ['first', 'second'].map((cacheId) => compat.CacheModule.register({ stores: [new Keyv()], cacheId, isGlobal }));
        const starting = Test.createTestingModule({ imports, providers: [{ provide: 'mine', useExisting: compat.Cache }] }).compile();

        if (expected === 'the first wins') {
          const module = await starting;
          expect(module.get<Cache>('mine').cacheId()).to.equal('first');
          await module.close();
        } else expect(await rejectionOf(starting)).to.have.property('code', 'CACHE_OPTION_INVALID');
      });
    }
  }

  for (const { name, compat } of alike()) {
    it(`gives each feature module its own cache: ${name}`, async () => {
      @Module({
        imports: [compat.CacheModule.register({ stores: [new Keyv()], cacheId: 'a' })],
        providers: [{ provide: 'a', useExisting: compat.Cache }],
      })
      class A {}
      @Module({
        imports: [compat.CacheModule.register({ stores: [new Keyv()], cacheId: 'b' })],
        providers: [{ provide: 'b', useExisting: compat.Cache }],
      })
      class B {}
      const global = compat.CacheModule.register({ stores: [new Keyv()], cacheId: 'global', isGlobal: true });
      const module = await Test.createTestingModule({
        imports: [A, B, global],
        providers: [{ provide: 'c', useExisting: compat.Cache }],
      }).compile();
      const idOf = (token: string) => module.get<Cache>(token, { strict: false }).cacheId();

      expect([idOf('a'), idOf('b'), idOf('c')]).to.deep.equal(['a', 'b', 'global']);
      await module.close();
    });

    it(`keeps two caches apart where Nest compares modules by their content: ${name}`, async () => {
      const featureWith = (cacheId: string) => {
        @Module({
          imports: [compat.CacheModule.register({ stores: [new Keyv()], cacheId })],
          providers: [{ provide: cacheId, useExisting: compat.Cache }],
        })
        class Feature {}
        return Feature;
      };
      const module = await Test.createTestingModule(
        { imports: [featureWith('one'), featureWith('other')] },
        { moduleIdGeneratorAlgorithm: 'deep-hash' },
      ).compile();

      expect(['one', 'other'].map((token) => module.get<Cache>(token, { strict: false }).cacheId())).to.deep.equal(['one', 'other']);
      await module.close();
    });
  }
});
