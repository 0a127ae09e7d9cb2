import { Controller, Post, UploadedFile, UseInterceptors, type INestApplication } from '@nestjs/common';
import { ExpressAdapter, FileInterceptor } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { CacheableInterceptor, CacheableModule, CacheKey } from '../../../../src/nest';

interface Upload {
  readonly buffer: Buffer;
}

@Controller()
class UploadController {
  /** The files are read before the interceptor. */
  @Post('before')
  @CacheKey('before')
  @UseInterceptors(FileInterceptor('file'), CacheableInterceptor)
  before(@UploadedFile() file: Upload) {
    return file.buffer.toString();
  }

  /** The files are read after it. */
  @Post('after')
  @CacheKey('after')
  @UseInterceptors(CacheableInterceptor, FileInterceptor('file'))
  after(@UploadedFile() file: Upload) {
    return file.buffer.toString();
  }
}

describe('The response to an uploaded file', () => {
  let app: INestApplication;

  before(async () => {
    const module = await Test.createTestingModule({ imports: [CacheableModule.register({})], controllers: [UploadController] }).compile();
    app = module.createNestApplication(new ExpressAdapter());
    // As body parsers and other middleware do.
    app.use((request: { body?: unknown }, _response: unknown, next: () => void) => {
      request.body ??= {};
      next();
    });
    await app.listen(0, '127.0.0.1');
  });

  after(() => app.close());

  for (const path of ['before', 'after']) {
    it(`is not that to another file, which is read ${path} the interceptor`, async () => {
      const url = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/${path}`;
      const upload = async (text: string): Promise<string> => {
        const body = new FormData();
        body.append('file', new Blob([text]), 'file.txt');
        return (await fetch(url, { method: 'POST', body })).text();
      };

      expect([await upload('of Ada'), await upload('of Bob')]).to.deep.equal(['of Ada', 'of Bob']);
    });
  }
});
