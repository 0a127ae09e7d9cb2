import { identityHeader, isCallerName, isIdentityHeader, isIdentityName } from './identity-names';
import { isKnownResponseField, localeFields } from './known-fields';
import { callerField, holdsSomething, type KeyContents } from './request-fields';

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

/**
 * Searches the `locals` of a response, which is Express' place for the data of one request. If the handler gets the response, its other fields are
 * searched, too.
 */
export function responseSign(response: unknown, contents: KeyContents): string | undefined {
  const { locals } = (response ?? {}) as { readonly locals?: unknown };
  const sign = typeof locals === 'object' && locals !== null ? callerField(locals, contents, 'response local') : undefined;
  return (
    sign ?? (contents.responseFields && typeof response === 'object' && response !== null ? responseField(response, contents) : undefined)
  );
}

/** Middleware replaces functions of responses, so functions do not count. */
function responseField(response: object, contents: KeyContents): string | undefined {
  const { localeInKey, namedOnly } = contents;
  const counts = (name: string): boolean => {
    if (isKnownResponseField(name) || (localeInKey && localeFields.has(name))) return false;
    return isIdentityName(name) || (!namedOnly && (isCallerName(name) || !name.startsWith('_')));
  };
  const name = Object.keys(response).find((key) => counts(key) && !isFunction(response, key) && holdsSomething(response, key));
  if (name !== undefined) return `response field ${name}`;
  const { raw } = response as { readonly raw?: unknown };
  return typeof raw === 'object' && raw !== null ? responseField(raw, contents) : undefined;
}

function isFunction(response: object, key: string): boolean {
  return typeof (response as Readonly<Record<string, unknown>>)[key] === 'function';
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
