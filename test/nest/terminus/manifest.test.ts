import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Deployment {
  readonly kind: string;
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: { readonly containers: readonly [Container] } };
  };
}

const page = readFileSync('docs/health.md', 'utf8');

function block(language: string): string {
  const [, text] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/health.md has no ${language} block`);
  return text;
}

/** The routes of the page's health controller, with the source of each handler. */
function routesOf(code: string): Map<string, string> {
  const [, prefix, controller = ''] = /@Controller\('(health)'\)([\s\S]*?)^}/m.exec(code) ?? [];
  const handlers = controller.matchAll(/@Get\('(\w+)'\)([\s\S]*?)^ {2}}/gm);
  return new Map([...handlers].map(([, path, handler = '']) => [`/${prefix}/${path}`, handler]));
}

describe('the Kubernetes manifest in docs/health.md', () => {
  const code = block('ts');
  const routes = routesOf(code);
  const { kind, spec } = parse(block('yaml')) as Deployment;
  const [container] = spec.template.spec.containers;
  const { livenessProbe, readinessProbe, startupProbe } = container;
  const asksTheCache = ({ httpGet }: Probe): boolean => routes.get(httpGet.path)?.includes('isHealthy') === true;

  it('is a deployment that selects its own pods', () => {
    expect(kind).to.equal('Deployment');
    expect(spec.template.metadata.labels).to.deep.include(spec.selector.matchLabels);
  });

  it('probes routes that the controller of the page has, and all of them', () => {
    const probed = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path);

    expect([...new Set(probed)]).to.have.members([...routes.keys()]);
  });

  it('probes the port that the application of the page listens on', () => {
    const [, listens] = /listen\((\d+)\)/.exec(code) ?? [];

    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
      expect(container.ports.find(({ name }) => name === httpGet.port)?.containerPort).to.equal(Number(listens));
    }
  });

  it('uses the cache for readiness alone', () => {
    expect([startupProbe, livenessProbe, readinessProbe].map(asksTheCache)).to.deep.equal([false, false, true]);
  });

  it('is more patient at the start than later', () => {
    const patienceOf = ({ failureThreshold }: Probe): number => failureThreshold;

    expect(patienceOf(startupProbe)).to.be.above(patienceOf(livenessProbe));
  });
});
