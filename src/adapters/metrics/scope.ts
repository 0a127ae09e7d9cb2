/** Who tells: OpenTelemetry names the library and its version. A test holds them to `package.json`, which no bundle has beside it. */
export const scope = { name: 'tiercel', version: '0.1.0' } as const;
