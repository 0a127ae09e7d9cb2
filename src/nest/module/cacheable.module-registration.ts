/** Marks a module that brings a cache, and says what Nest has to know before the options are there. */
export class CacheRegistration {
  constructor(
    readonly name: string | undefined,
    readonly isGlobal: boolean | undefined,
  ) {}
}
