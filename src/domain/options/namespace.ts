const segment = /^[A-Za-z0-9_.-]{1,64}$/;

const looksLikeLayoutVersion = /^v\d+$/;

export const namespaceRule = "letters, digits, '_', '.' and '-' (1 to 64 of them), in segments joined by ':', none of them like 'v1'";

export function isNamespace(value: unknown): value is string {
  return typeof value === 'string' && value.split(':').every((part) => segment.test(part) && !looksLikeLayoutVersion.test(part));
}
