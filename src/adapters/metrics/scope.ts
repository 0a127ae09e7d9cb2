/** The instrumentation scope: the library and its version. A test compares them with `package.json`, which is not part of a bundle. */
export const scope = { name: 'tiercel', version: '0.1.0' } as const;
