import { isObservable, from, Observable, switchMap, concat, defer, EMPTY, ignoreElements, map } from 'rxjs';
import { Emissions, type Emission } from '../../shared/emissions';
import { resultKindOf } from '../declared/decorated-method';

/** Steps that run after the method and before the caller has the result. They do not fail. */
interface AfterResult {
  readonly value: (value: unknown) => Promise<void>;
  /** Runs instead of `value` when an Observable that emitted no value or several has completed. */
  readonly end: () => Promise<void>;
}

/** Returns the same result, delayed by the steps. A plain value cannot be delayed: its caller does not wait for them. */
export function afterResult(returned: unknown, after: AfterResult): unknown {
  if (isObservable(returned)) return afterObservable(returned, after);
  if (resultKindOf(returned) === 'promise') return afterPromise(returned as PromiseLike<unknown>, after);
  void after.value(returned);
  return returned;
}

async function afterPromise(result: PromiseLike<unknown>, after: AfterResult): Promise<unknown> {
  const value = await result;
  await after.value(value);
  return value;
}

function afterObservable(source: Observable<unknown>, after: AfterResult): Observable<unknown> {
  return new Observable((subscriber) => {
    const emissions = new Emissions(source);
    subscriber.add(() => emissions.close());
    from(emissions.settled)
      .pipe(switchMap((emission) => afterEmission(emission, after)))
      .subscribe(subscriber);
  });
}

function afterEmission(emission: Emission, after: AfterResult): Observable<unknown> {
  if (emission.kind === 'value') return from(after.value(emission.value)).pipe(map(() => emission.value));
  const stream = emission.kind === 'stream' ? streamOf(emission.stream) : EMPTY;
  return concat(stream, defer(() => after.end()).pipe(ignoreElements()));
}

function streamOf(emissions: Emissions): Observable<unknown> {
  return new Observable((subscriber) => emissions.forwardTo(subscriber));
}
