import type { ModulesContainer } from '@nestjs/core';

/** A module as Nest's container has it; the class is not exported, nor is the next one. */
export type NestModule = ModulesContainer extends Map<string, infer M> ? M : never;

/** What Nest knows of a provider, controller, guard, pipe… */
export type ProviderWrapper = NestModule['providers'] extends Map<unknown, infer W> ? W : never;
