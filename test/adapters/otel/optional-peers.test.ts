import { expect } from 'chai';
import { execFileSync } from 'node:child_process';

function inFreshProcess(script: string): string {
  const withoutPeers = `
    const Module = require('node:module');
    const hide = (...names) => {
      const resolve = Module._resolveFilename;
      Module._resolveFilename = (name, ...rest) => {
        if (names.includes(name)) throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' });
        return resolve.call(Module, name, ...rest);
      };
    };`;
  return execFileSync(process.execPath, ['-r', 'ts-node/register', '-e', withoutPeers + script], { encoding: 'utf8' });
}

const loaded = `console.log(Object.keys(require.cache).filter((path) => path.includes('/@opentelemetry/')).join('\\n'))`;

describe('OpenTelemetry, an optional peer', () => {
  it('is not loaded with the cache', () => {
    expect(inFreshProcess(`require('./src/index').createCache(); ${loaded}`).trim()).to.equal('');
  });

  it('is loaded for otelMetrics as far as its API, and nothing of its SDK', () => {
    const paths = inFreshProcess(`const { otelMetrics } = require('./src/adapters/otel');
      require('./src/index').createCache({ metrics: otelMetrics() }); ${loaded}`);

    expect(paths).to.contain('/@opentelemetry/api/');
    for (const path of paths.trim().split('\n')) expect(path).to.contain('/@opentelemetry/api/');
  });

  it('is loaded for traces as far as its API, and nothing of its SDK', () => {
    const paths = inFreshProcess(`require('./src/index').createCache({ traces: true }); ${loaded}`);

    expect(paths).to.contain('/@opentelemetry/api/');
    for (const path of paths.trim().split('\n')) expect(path).to.contain('/@opentelemetry/api/');
  });

  it('is not needed for a provider that is given', () => {
    const paths = inFreshProcess(`hide('@opentelemetry/api'); const { otelMetrics } = require('./src/adapters/otel');
      const meter = new Proxy({}, { get: () => () => ({}) });
      const source = { cache: 'one', reportsL2: true, logger: console, onDuration: () => () => {} };
      otelMetrics({ getMeter: () => meter }).observe(source); ${loaded}`);

    expect(paths.trim()).to.equal('');
  });

  for (const name of ['@opentelemetry/api', '@opentelemetry/sdk-metrics', '@opentelemetry/exporter-prometheus']) {
    it(`is asked for by name where prometheus() misses ${name}`, () => {
      const output = inFreshProcess(`hide('${name}');
        try { require('./src/adapters/prometheus').prometheus(); } catch (error) { console.log(error.code, error.message); }`);

      expect(output)
        .to.match(/^CACHE_DEPENDENCY_MISSING/)
        .and.contain(`npm install ${name}`);
    });
  }

  it('is asked for by name where traces: true misses it', () => {
    const output = inFreshProcess(`hide('@opentelemetry/api');
      try { require('./src/index').createCache({ traces: true }); } catch (error) { console.log(error.code, error.message); }`);

    expect(output)
      .to.match(/^CACHE_DEPENDENCY_MISSING traces: true needs/)
      .and.contain('npm install @opentelemetry/api');
  });

  it('is asked for by name where otelMetrics() misses it', () => {
    const output = inFreshProcess(`hide('@opentelemetry/api');
      try { require('./src/adapters/otel').otelMetrics(); } catch (error) { console.log(error.code, error.message); }`);

    expect(output)
      .to.match(/^CACHE_DEPENDENCY_MISSING/)
      .and.contain('npm install @opentelemetry/api');
  });
});
