import type { ExecutionContext } from '@nestjs/common';
import { httpRequest, httpResponse } from '../response/http-exchange';
import { firstField, graphqlSign } from './graphql-sign';
import { isCallerName, isIdentityName } from './identity-names';
import { messageSign, metadataSign } from './message-sign';
import { callerField, type KeyContents } from './request-fields';
import { requestSign, responseSign, type Request } from './request-sign';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Searches a call for a sign of its caller: then the response may be for that caller alone. If a transport shows nothing of the caller, as a plain
 * WebSocket, that counts as a sign too; otherwise one caller's response would be shared with all.
 * @returns the first sign, for the log; `undefined` if the response may be shared
 */
export function callerSign(context: ExecutionContext, contents: KeyContents): string | undefined {
  switch (context.getType<string>()) {
    case 'http':
      return requestSign(httpRequest<Request>(context), contents) ?? responseSign(httpResponse(context), contents);
    case 'ws':
      return socketSign(context.switchToWs().getClient<Client>(), contents);
    case 'rpc':
      return messageSign(context.switchToRpc().getContext(), context.getArgByIndex(2));
    case 'graphql':
      return graphqlSign(context.getArgByIndex(2), contents);
    default:
      return `a call of type '${context.getType<string>()}', of which nothing is known`;
  }
}

/** socket.io, the only library that keeps its handshake on the client. */
interface Client {
  readonly handshake?: { readonly headers?: Fields; readonly auth?: Fields; readonly query?: Fields };
  readonly data?: Fields;
  readonly request?: object;
}

/** In the query of a handshake: written by Engine.IO. */
const handshakeFields: ReadonlySet<string> = new Set(['EIO', 'transport', 't', 'sid', 'b64', 'j']);

function socketSign(client: Client, contents: KeyContents): string | undefined {
  const { data = {}, handshake, request } = client;
  if (handshake === undefined) return 'a connection whose handshake cannot be seen';
  const { auth = {}, headers, query = {} } = handshake;
  const named = { ...contents, namedOnly: true };
  return (
    metadataSign(Object.keys(headers ?? {})) ??
    firstField('handshake.auth', auth) ??
    firstField('handshake.query', query, (name) => !handshakeFields.has(name)) ??
    firstField('data', data) ??
    firstField('client', client, contents.isOwn ? isIdentityName : isCallerName) ??
    (request === undefined ? undefined : callerField(request, named))
  );
}
