import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** A pipeline as an application has it, and the text that it serves. */
export function pipeline() {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  const serializer = new PrometheusSerializer('', false, undefined, true, true);
  const scrape = async (): Promise<string> => serializer.serialize((await reader.collect()).resourceMetrics);
  const scopes = async (): Promise<unknown[]> =>
    (await reader.collect()).resourceMetrics.scopeMetrics.map(({ scope: { name, version } }) => ({ name, version }));
  return { provider, scrape, scopes, close: () => provider.shutdown() };
}

/** For one `describe`: a pipeline of its own for each test. */
export function ownPipeline(): Omit<ReturnType<typeof pipeline>, 'close'> {
  let own: ReturnType<typeof pipeline>;

  beforeEach(() => {
    own = pipeline();
  });

  afterEach(() => own.close());

  return {
    get provider() {
      return own.provider;
    },
    scrape: () => own.scrape(),
    scopes: () => own.scopes(),
  };
}

/** The value of one line of the exposition format; `undefined` without such a line. */
export function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
