import { HttpException } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { logOnce } from '../../domain/shared/log-once';
import { describeReturned } from './returned-value';

/** Returns the status with which an exception filter of the application answers an error; `undefined` for errors that Nest answers. */
export type StatusOf = (error: unknown) => number | undefined;

/** Whether an error of a handler or method is answered with a status below 500: its source has answered, and not failed. */
export type ClientErrorCheck = (error: unknown, isHttp: boolean) => boolean;

const firstStatus = 100;
const firstClientError = 400;
const firstServerError = 500;
const lastStatus = 599;

/** Request Timeout, Too Early, Too Many Requests: they do not concern the requested resource, so an older response is still good. */
const temporaryErrors: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * An exception filter runs after the interceptors, and not at all for a run in the background or if an old response is served instead. So its status
 * cannot be seen in time, and the application names it.
 * @param warn - for the first result of `statusOf` that is no status
 */
export function clientErrorCheck(statusOf: StatusOf | undefined, warn: (message: string) => void): ClientErrorCheck {
  const named = statusOf === undefined ? () => undefined : checkedStatusOf(statusOf, warn);
  return (error, isHttp) => {
    const status = named(error) ?? exceptionStatus(error) ?? (isHttp ? httpErrorStatus(error) : undefined);
    return status !== undefined && status < firstServerError && !temporaryErrors.has(status);
  };
}

/** By cache. A WeakMap, because a cache does not know its application. */
const checks = new WeakMap<object, () => ClientErrorCheck>();

const defaultCheck = clientErrorCheck(undefined, () => undefined);

/** @param check - returns the check of the application that has the cache: called with the first error, when the application is complete */
export function useClientErrorCheck(cache: object, check: () => ClientErrorCheck): void {
  let made: ClientErrorCheck | undefined;
  checks.set(cache, () => (made ??= check()));
}

/** @param cache - not one of its namespaces */
export function clientErrorCheckOf(cache: object | undefined): ClientErrorCheck {
  return (cache && checks.get(cache)?.()) ?? defaultCheck;
}

function checkedStatusOf(statusOf: StatusOf, warn: (message: string) => void): StatusOf {
  const warnOnce = logOnce(warn);
  return (error) => {
    try {
      const returned: unknown = statusOf(error);
      if (returned === undefined || isStatus(returned)) return returned;
      warnOnce(
        `http.statusOf returned ${describeReturned(returned)}, expected a status from ${firstStatus} to ${lastStatus}, or undefined`,
      );
    } catch (failure) {
      warnOnce(`http.statusOf failed: ${String(failure)}`);
    }
    return undefined;
  };
}

function isStatus(returned: unknown): returned is number {
  return typeof returned === 'number' && Number.isInteger(returned) && returned >= firstStatus && returned <= lastStatus;
}

function exceptionStatus(error: unknown): number | undefined {
  return error instanceof HttpException ? error.getStatus() : undefined;
}

const exceptionFilter = new BaseExceptionFilter();

/** Of an error of `http-errors` or Fastify, which Nest answers with its own status. The rule differs between versions of Nest. */
function httpErrorStatus(error: unknown): number | undefined {
  if (!exceptionFilter.isHttpError(error)) return undefined;
  const status: unknown = error.statusCode;
  return typeof status === 'number' && status >= firstClientError ? status : undefined;
}
