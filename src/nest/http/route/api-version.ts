import { VERSION_NEUTRAL, VersioningType, type VersioningOptions } from '@nestjs/common';

/** The metadata of `@Version` and `@Controller({ version })`. */
export type DeclaredVersion = string | typeof VERSION_NEUTRAL | readonly (string | typeof VERSION_NEUTRAL)[];

interface VersionedRequest {
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Fastify. */
  readonly raw?: unknown;
}

/**
 * Returns a function that finds the requested version of a handler, for versioning outside the URL.
 * @param declared - by the handler, or else by its controller
 * @returns `undefined` if the version makes no difference to the key
 */
export function apiVersion(
  declared: DeclaredVersion | undefined,
  options: VersioningOptions | undefined,
): ((request: VersionedRequest) => string) | undefined {
  if (options === undefined || options.type === VersioningType.URI) return undefined;
  const versions = declared ?? options.defaultVersion;
  if (versions === undefined || versions === VERSION_NEUTRAL) return undefined;
  if (typeof versions === 'string') return () => versions;
  // Clients choose the versions: only declared ones, each once, make keys.
  return (request) => [...new Set(requestedVersions(options, request))].filter((version) => versions.includes(version)).join();
}

function requestedVersions(options: VersioningOptions, request: VersionedRequest): readonly string[] {
  switch (options.type) {
    case VersioningType.HEADER:
      return stringsOf(request.headers?.[options.header.toLowerCase()]);
    case VersioningType.MEDIA_TYPE:
      return mediaTypeVersions(stringsOf(request.headers?.['accept']).join(), options.key);
    case VersioningType.CUSTOM:
      return stringsOf(options.extractor(request.raw ?? request));
    default:
      return [];
  }
}

function stringsOf(given: unknown): readonly string[] {
  return [given].flat().filter((item) => typeof item === 'string');
}

/** Uses the first matching parameter: `application/json;v=2` with the key `v=`. */
function mediaTypeVersions(accept: string, key: string): readonly string[] {
  const parameter = accept
    .split(/[;,]/)
    .map((part) => part.trim())
    .find((part) => part.startsWith(key));
  return parameter === undefined ? [] : [parameter.slice(key.length).replace(/^"(.*)"$/, '$1')];
}
