import { AsyncLocalStorage } from 'node:async_hooks';
import type { RunInSpan, Span, SpanFacts, SpanOperation, Spans, SpanSource, Traces } from '../../src/ports/traces';

export interface RecordedOperation {
  readonly cache: string;
  readonly operation: SpanOperation;
  /** Within which it was begun; `undefined` at the root. */
  readonly parent: RecordedOperation | undefined;
  /** Of background work: the span that caused it. */
  readonly cause: RecordedOperation | undefined;
  isJoined: boolean;
  facts: SpanFacts | undefined;
  outcome: 'running' | 'done' | 'failed';
}

type Begun = Pick<RecordedOperation, 'cache' | 'operation' | 'parent' | 'cause'>;

/** Records the calls of the port. */
export class RecordedSpans implements Traces {
  readonly operations: RecordedOperation[] = [];
  readonly #active = new AsyncLocalStorage<RecordedOperation>();

  constructor(readonly isOn = true) {}

  spansOf({ cache }: SpanSource): Spans {
    const here = (): RecordedOperation | undefined => this.#active.getStore();
    return {
      isOn: this.isOn,
      within: (operation, work) => this.#run({ cache, operation, parent: here(), cause: undefined }, work),
      apart: (operation): RunInSpan => {
        const cause = here();
        return (work) => this.#run({ cache, operation, parent: undefined, cause }, work);
      },
    };
  }

  of(operation: SpanOperation): RecordedOperation[] {
    return this.operations.filter((one) => one.operation === operation);
  }

  async #run<T>(begun: Begun, work: (span: Span) => T | Promise<T>): Promise<T> {
    const one: RecordedOperation = { ...begun, isJoined: false, facts: undefined, outcome: 'running' };
    this.operations.push(one);
    const span = {
      joined: () => {
        one.isJoined = true;
      },
      setResult: (facts: SpanFacts) => {
        one.facts = facts;
      },
    };
    try {
      const value = await this.#active.run(one, async () => await work(span));
      one.outcome = 'done';
      return value;
    } catch (error) {
      one.outcome = 'failed';
      throw error;
    }
  }
}
