import type { INestApplication, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

const original = '@nestjs/cache-manager';
const load = createRequire(__filename);
const appFolder = join(__dirname, 'app');

/** Requests, as `METHOD path` and tenant. */
const requests: readonly (readonly [string, string?])[] = [
  ['GET /cities'],
  ['GET /cities'],
  ['GET /cities?page=2'],
  ['GET /cities/1'],
  ['GET /cities/1'],
  ['GET /cities/1/wrapped'],
  ['GET /cities/1/wrapped'],
  ['GET /cities/featured'],
  ['GET /cities/featured'],
  ['GET /cities/by-language?language=de'],
  ['GET /cities/by-language?language=de'],
  ['GET /cities/by-language?language=en'],
  ['GET /cities/report'],
  ['GET /cities/report'],
  ['POST /cities/1'],
  ['GET /cities'],
  ['GET /cities/1'],
  ['POST /cities/forget'],
  ['GET /cities/featured'],
  ['GET /cities/wrong'],
  ['GET /nowhere'],
  ['GET /reports/sales', 'a'],
  ['GET /reports/sales', 'a'],
  ['GET /reports/sales', 'b'],
  ['GET /reports/sales'],
  ['GET /reports/live', 'a'],
  ['GET /reports/live', 'a'],
  ['POST /reports/seen?key=a:/reports/sales'],
];

/** The application with the original's import, and with ours. */
function copies(): { folder: string; original: string; ours: string } {
  // Inside the repository, so that imports find its packages.
  mkdirSync('.cache', { recursive: true });
  const folder = resolve(mkdtempSync(join('.cache', 'compat-')));
  const copy = (name: string, specifier: string): string => {
    const target = join(folder, name);
    mkdirSync(target);
    for (const file of readdirSync(appFolder)) {
      writeFileSync(join(target, file), readFileSync(join(appFolder, file), 'utf8').replaceAll(`'${original}'`, `'${specifier}'`));
    }
    return target;
  };
  return { folder, original: copy('original', original), ours: copy('ours', relative(join(folder, 'ours'), resolve('src/nest/compat'))) };
}

function typeErrors(...folders: readonly string[]): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, resolve('.'));
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  const program = ts.createProgram(files, { ...options, noEmit: true });
  return files
    .flatMap((file) => [
      ...program.getSemanticDiagnostics(program.getSourceFile(file)),
      ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
    ])
    .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

async function transcript(app: INestApplication): Promise<unknown[]> {
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const answers: unknown[] = [];
  for (const [request, tenant] of requests) {
    const [method = '', path = ''] = request.split(' ');
    const response = await fetch(url + path, { method, headers: tenant === undefined ? {} : { 'x-tenant': tenant } });
    const headers = ['x-cache', 'x-tenant-cache', 'content-type'].map((name) => response.headers.get(name));
    answers.push({ request, tenant, status: response.status, headers, body: await response.json() });
  }
  await app.close();
  return answers;
}

describe('an application written for @nestjs/cache-manager', () => {
  let apps: ReturnType<typeof copies>;

  before(() => {
    apps = copies();
  });

  after(() => {
    rmSync(apps.folder, { recursive: true });
  });

  it('compiles, with one import changed', function () {
    this.timeout(60_000);

    expect(typeErrors(apps.original, apps.ours)).to.deep.equal([]);
  });

  for (const [platform, adapter] of [
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter()],
  ] as const) {
    it(`gives the same answers on ${platform}, with one import changed`, async function () {
      this.timeout(30_000);
      const run = async (folder: string) => {
        // Loads the modules again for each application: the original's store in memory outlives its application.
        for (const path of Object.keys(load.cache)) if (path.startsWith(folder)) Reflect.deleteProperty(load.cache, path);
        const { AppModule } = load(join(folder, 'app.module.ts')) as { AppModule: Type };
        const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
        return transcript(module.createNestApplication(adapter()));
      };

      const expected = await run(apps.original);

      expect(await run(apps.ours)).to.deep.equal(expected);
    });
  }
});
