interface TlsSocket {
  readonly encrypted?: boolean;
  getPeerCertificate?(): object | null;
}

/** The client certificate of a TLS connection, as a sign of the caller. Unverified ones count too, because a handler may compare the fingerprint. */
export function clientCertificate(socket: unknown): string | undefined {
  const connection = (socket ?? {}) as TlsSocket;
  if (connection.encrypted !== true) return undefined;
  const certificate = connection.getPeerCertificate?.() ?? {};
  return Object.keys(certificate).length > 0 ? 'client certificate' : undefined;
}
