import { identityHeader, isIdentityHeader } from './identity-names';
import { callerField, type KeyContents } from './request-fields';

export interface Request {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly socket?: unknown;
}

/** Searches a request for a sign of its caller: headers, fields that middleware or a guard has set, a client certificate. */
export function requestSign(request: Request, contents: KeyContents): string | undefined {
  return (
    identityHeader(request.headers, contents.headers, contents.isOwn ? isIdentityHeader : undefined) ??
    callerField(request, contents) ??
    clientCertificate(request.socket)
  );
}

/** Searches the `locals` of a response: Express' place for the data of one request. */
export function responseSign(response: unknown, contents: KeyContents): string | undefined {
  const { locals } = (response ?? {}) as { readonly locals?: unknown };
  return typeof locals === 'object' && locals !== null ? callerField(locals, contents, 'response local') : undefined;
}

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
