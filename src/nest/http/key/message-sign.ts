import { clientCertificate } from './client-certificate';
import { identityHeader, isIdentityName } from './identity-names';

type Fields = Readonly<Record<string, unknown>>;

/** What the contexts of Nest's transports offer; each of them has some. */
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
  /** Redis, whose messages hold nothing but their data. */
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

/** Headers of tracing and of Nest's own clients. */
const anonymousHeaders =
  /^(?:traceparent|tracestate|b3|x-b3-.*|kafka_.*|content-type|content-encoding|x-(?:death|first-death|last-death)-?.*)$/i;

/** Own properties of the contexts themselves. */
const contextFields: ReadonlySet<string> = new Set(['args', 'pattern', 'internalRepo', 'options', 'opaqueData']);

/**
 * Looks for the caller of a message. The data of a message is part of the key; its headers are not, so any header but those of tracing and
 * transport counts as a sign.
 * @param context - that of the transport
 * @param call - gRPC alone
 */
export function messageSign(context: unknown, call: unknown): string | undefined {
  if (typeof context !== 'object' || context === null) return 'a message without a context';
  return fieldSign(context as Fields) ?? transportSign(context, call);
}

/** What a guard has left on the context. */
function fieldSign(context: Fields): string | undefined {
  const name = Object.keys(context).find(
    (key) => !contextFields.has(key) && typeof context[key] !== 'function' && (context[key] ?? false) !== false,
  );
  return name === undefined ? undefined : `message context field ${name}`;
}

function transportSign(context: MessageContext, call: unknown): string | undefined {
  if (context.getMap !== undefined) return identityHeader(context.getMap(), []) ?? grpcCertificate(call);
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

function grpcCertificate(call: unknown): string | undefined {
  const { getAuthContext } = (call ?? {}) as { getAuthContext?: unknown };
  if (typeof getAuthContext !== 'function') return undefined;
  const authentication = (call as { getAuthContext(): { readonly sslPeerCertificate?: unknown } }).getAuthContext();
  return authentication.sslPeerCertificate === undefined ? undefined : 'client certificate';
}
