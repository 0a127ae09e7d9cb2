interface TlsOptions {
  readonly rejectUnauthorized?: unknown;
  readonly checkServerIdentity?: unknown;
}

/** Where nobody checks who answers, TLS keeps out nobody who can stand in between: that is not to go unnoticed. */
export function warnAboutTrust(driver: string, options: object): void {
  const { tls, sentinelTLS } = options as { readonly tls?: TlsOptions; readonly sentinelTLS?: TlsOptions };
  const careless = [...problems('tls', tls), ...problems('sentinelTLS', sentinelTLS)];
  for (const problem of careless) process.emitWarning(`${driver}: ${problem}`, 'TiercelWarning');
}

function* problems(name: string, tls: TlsOptions | undefined): Generator<string> {
  if (tls?.rejectUnauthorized === false) {
    yield `${name}.rejectUnauthorized is false, so whoever answers is taken for the server; give the certificate of its authority as ${name}.ca`;
  }
  if (tls?.checkServerIdentity !== undefined) {
    yield `${name}.checkServerIdentity is replaced: unless yours looks at the name, any certificate of the authority is taken for the server's`;
  }
}
