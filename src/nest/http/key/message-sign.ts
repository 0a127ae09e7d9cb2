import { clientCertificate } from './request-sign';
import { isIdentityName } from './identity-names';

type Fields = Readonly<Record<string, unknown>>;

/** The methods of the contexts of all Nest transports; each context has some of them. */
interface MessageContext {
  /** gRPC: `Metadata`. */
  getMap?(): Fields;
  /** TCP and Redis, since Nest 12. */
  getMetadata?(): Fields | undefined;
  /** TCP. */
  getSocketRef?(): { readonly netSocket?: unknown } | undefined;
  /** NATS. */
  getHeaders?(): NatsHeaders | undefined;
  /** Kafka and RabbitMQ. */
  getMessage?(): BrokerMessage | undefined;
  /** MQTT. */
  getPacket?(): { readonly properties?: { readonly userProperties?: Fields } } | undefined;
  /** Redis. Its messages have data alone. */
  getChannel?(): unknown;
}

interface NatsHeaders {
  keys(): Iterable<string>;
}

interface BrokerMessage {
  /** Kafka. */
  readonly headers?: Fields;
  /** RabbitMQ. */
  readonly properties?: { readonly headers?: Fields; readonly userId?: unknown };
}

/** Headers of tracing, and of the clients of Nest. */
const anonymousHeaders =
  /^(?:traceparent|tracestate|b3|x-b3-.*|kafka_.*|content-type|content-encoding|x-(?:death|first-death|last-death)-?.*)$/i;

/** Own properties of the contexts themselves. */
const contextFields: ReadonlySet<string> = new Set(['args', 'pattern', 'internalRepo', 'options', 'opaqueData']);

/**
 * Searches a message for a sign of its caller. The data of a message is part of the key. Its headers are not, so every header counts as a sign,
 * except those of tracing and transport.
 * @param context - that of the transport
 * @param call - gRPC alone
 */
export function messageSign(context: unknown, call: unknown): string | undefined {
  if (typeof context !== 'object' || context === null) return 'a message without a context';
  return fieldSign(context as Fields) ?? transportSign(context, call);
}

/** A field that a guard has set on the context. */
function fieldSign(context: Fields): string | undefined {
  const name = Object.keys(context).find(
    (key) => !contextFields.has(key) && typeof context[key] !== 'function' && (context[key] ?? false) !== false,
  );
  return name === undefined ? undefined : `message context field ${name}`;
}

function transportSign(context: MessageContext, call: unknown): string | undefined {
  if (context.getMap !== undefined) return metadataSign(Object.keys(context.getMap())) ?? grpcCertificate(call);
  if (context.getHeaders !== undefined) return headerSign([...(context.getHeaders()?.keys() ?? [])]);
  if (context.getPacket !== undefined) return headerSign(Object.keys(context.getPacket()?.properties?.userProperties ?? {}));
  if (context.getMessage !== undefined) return brokerSign(context.getMessage());
  return plainSign(context);
}

/** Messages without headers. */
function plainSign(context: MessageContext): string | undefined {
  const metadata = headerSign(Object.keys(context.getMetadata?.() ?? {}));
  if (context.getSocketRef !== undefined) return metadata ?? clientCertificate(context.getSocketRef()?.netSocket);
  return context.getChannel === undefined ? 'a message of a transport that is not known' : metadata;
}

function brokerSign({ headers, properties }: BrokerMessage = {}): string | undefined {
  if (properties?.userId !== undefined) return 'message property userId';
  return headerSign(Object.keys(headers ?? properties?.headers ?? {}));
}

function headerSign(names: readonly string[]): string | undefined {
  const name = names.find((header) => !anonymousHeaders.test(header) || isIdentityName(header));
  return name === undefined ? undefined : `message header ${name}`;
}

/** Set by gRPC clients, browsers and proxies, besides the headers of tracing. */
const transportHeaders = new RegExp(
  '^(?:' +
    ':.*|grpc-.*|user-agent|te|host|accept|accept-.*|date|via|forwarded|x-forwarded-(?:for|proto|host|port)|x-real-ip|cdn-loop|cf-ray|' +
    'x-request-id|x-correlation-id|x-cloud-trace-context|x-amzn-trace-id|' +
    'connection|upgrade|pragma|cache-control|origin|referer|dnt|priority|content-length|sec-.*)$',
  'i',
);

/** As for messages, for the metadata of gRPC and the handshake of socket.io. */
export function metadataSign(names: readonly string[]): string | undefined {
  return headerSign(names.filter((name) => !transportHeaders.test(name)));
}

function grpcCertificate(call: unknown): string | undefined {
  const { getAuthContext } = (call ?? {}) as { getAuthContext?: unknown };
  if (typeof getAuthContext !== 'function') return undefined;
  const authentication = (call as { getAuthContext(): { readonly sslPeerCertificate?: unknown } }).getAuthContext();
  return authentication.sslPeerCertificate === undefined ? undefined : 'client certificate';
}
