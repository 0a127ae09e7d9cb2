import { isObservable, from, Observable, switchMap, concat, defer, EMPTY, ignoreElements, map } from 'rxjs';
import { Emissions, type Emission } from '../../shared/emissions';
import { kindOf } from '../declared/result-kind';

/** What is done about a result before the caller has it. It does not fail. */
interface AfterResult {
  readonly value: (value: unknown) => Promise<void>;
  /** Instead, where an Observable brought no value or many: when it has ended. */
  readonly end: () => Promise<void>;
}

/** The same result, later. A plain value cannot be later: then nobody waits. */
export function afterResult(returned: unknown, after: AfterResult): unknown {
  if (isObservable(returned)) return afterObservable(returned, after);
  if (kindOf(returned) === 'promise') return afterPromise(returned as PromiseLike<unknown>, after);
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
      .pipe(switchMap((emission) => handedOver(emission, after)))
      .subscribe(subscriber);
  });
}

function handedOver(emission: Emission, after: AfterResult): Observable<unknown> {
  if (emission.kind === 'value') return from(after.value(emission.value)).pipe(map(() => emission.value));
  const stream = emission.kind === 'stream' ? streamOf(emission.stream) : EMPTY;
  return concat(stream, defer(() => after.end()).pipe(ignoreElements()));
}

function streamOf(emissions: Emissions): Observable<unknown> {
  return new Observable((subscriber) => emissions.forwardTo(subscriber));
}
