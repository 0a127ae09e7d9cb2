interface TlsOptions {
  readonly rejectUnauthorized?: unknown;
  readonly checkServerIdentity?: unknown;
}

/** Warns of options that disable TLS's check of the server. Without it a machine between client and server can read and change everything. */
export function warnAboutTlsOptions(driver: string, options: object): void {
  const { tls, sentinelTLS } = options as { readonly tls?: TlsOptions; readonly sentinelTLS?: TlsOptions };
  const found = [...problems('tls', tls), ...problems('sentinelTLS', sentinelTLS)];
  for (const problem of found) process.emitWarning(`${driver}: ${problem}`, 'TiercelWarning');
}

function* problems(name: string, tls: TlsOptions | undefined): Generator<string> {
  if (tls?.rejectUnauthorized === false) {
    yield `${name}.rejectUnauthorized is false, so any machine can pose as the server; give the certificate of its authority as ${name}.ca`;
  }
  if (tls?.checkServerIdentity !== undefined) {
    yield `${name}.checkServerIdentity is replaced: unless your function checks the name, any certificate of the authority is accepted`;
  }
}
