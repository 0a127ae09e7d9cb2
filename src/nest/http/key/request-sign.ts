import { clientCertificate } from './client-certificate';
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
