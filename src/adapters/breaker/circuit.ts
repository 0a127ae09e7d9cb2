import type CircuitBreaker from 'opossum';
import { CacheError, type CacheErrorCode } from '../../domain/cache-error';
import type { BreakerState } from '../../domain/l2/remote-tier';
import type { BreakerSettings } from '../../domain/options/settings';
import { scheduleLoopTime } from '../../domain/shared/deadline';
import type { Clock } from '../../ports/clock';
import { requirePeer } from '../system/require-peer';

type Call = () => Promise<unknown>;

type Opossum = CircuitBreaker<[call: Call, deadlineMs: number]>;

/** The rolling window is divided into as many parts. */
const buckets = 5;

/** In percent. opossum opens above its threshold, the cache's setting opens at it. */
const belowThreshold = 1e-6;

/** The call that is made when the circuit was open for `resetTimeoutMs`. It must settle: opossum waits for it without limit. */
interface Trial {
  readonly call: Call;
  readonly deadlineMs: number;
}

/**
 * An opossum breaker between `start` and `stop`. Calls are made only while it is closed. The trial call is the circuit's own, so that no
 * caller waits for a server that has just failed.
 */
export class Circuit {
  readonly #Opossum: typeof CircuitBreaker;
  readonly #settings: BreakerSettings;
  readonly #clock: Clock;
  readonly #trial: Trial;
  readonly #onTransition: (state: BreakerState) => void;
  /** One error for all calls: an outage rejects thousands, and a stack trace for each would cost more than the call. */
  readonly #refusal = new CacheError('CACHE_TIER_UNAVAILABLE', 'L2 is not called: the circuit breaker is not closed');
  #breaker: Opossum | undefined;

  /**
   * @param onTransition - called at each change of {@link state}
   * @throws CacheError `CACHE_DEPENDENCY_MISSING` without opossum
   */
  constructor(settings: BreakerSettings, clock: Clock, trial: Trial, onTransition: (state: BreakerState) => void) {
    this.#Opossum = requirePeer(
      'opossum',
      'the circuit breaker (breaker: false does without)',
      () => require('opossum') as typeof CircuitBreaker,
    );
    this.#settings = settings;
    this.#clock = clock;
    this.#trial = trial;
    this.#onTransition = onTransition;
  }

  /** `undefined` while it does not run. */
  get state(): BreakerState | undefined {
    if (this.#breaker === undefined) return undefined;
    if (this.#breaker.halfOpen) return 'half-open';
    return this.#breaker.closed ? 'closed' : 'open';
  }

  get isClosed(): boolean {
    return this.#breaker?.closed === true;
  }

  /** Starts closed, with an empty window. */
  start(onChange: () => void): void {
    this.stop();
    const breaker = this.#newBreaker();
    breaker.on('open', () => this.#onTransition('open'));
    breaker.on('close', () => this.#onTransition('closed'));
    breaker.on('halfOpen', () => this.#onTransition('half-open'));
    breaker.on('open', onChange);
    breaker.on('close', onChange);
    breaker.on('halfOpen', () => void this.#runTrial(breaker));
    this.#breaker = breaker;
  }

  stop(): void {
    this.#breaker?.shutdown();
    this.#breaker = undefined;
  }

  /**
   * A call that takes nearly as long as its deadline counts as failed; its caller gets the answer nevertheless.
   * @throws CacheError `CACHE_TIER_UNAVAILABLE` while the circuit is not closed
   */
  execute<T>(call: () => Promise<T>, deadlineMs: number): Promise<T> {
    const breaker = this.#breaker;
    if (breaker?.closed !== true) return Promise.reject(this.#refusal);
    return breaker.fire(call, deadlineMs).catch(answerOf) as Promise<T>;
  }

  /** opossum changes the options that it is given, so each breaker gets new ones. */
  #newBreaker(): Opossum {
    const { failureRate, minimumCalls, resetTimeoutMs, windowMs } = this.#settings;
    return new this.#Opossum((call, deadlineMs) => this.#callInTime(call, deadlineMs), {
      name: 'tiercel',
      timeout: false, // the calls have deadlines
      errorThresholdPercentage: 100 * failureRate - belowThreshold,
      volumeThreshold: minimumCalls,
      resetTimeout: resetTimeoutMs,
      rollingCountTimeout: windowMs,
      rollingCountBuckets: buckets,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorFilter: isAnswer,
    });
  }

  /** In loop time: an answer that waited for a busy process is not slow. */
  async #callInTime(call: Call, deadlineMs: number): Promise<unknown> {
    let isSlow = false as boolean;
    const cancel = scheduleLoopTime(deadlineMs * this.#settings.slowCallRatio, this.#clock, () => (isSlow = true));
    try {
      const answer = await call();
      if (isSlow) throw new SlowAnswer(answer);
      return answer;
    } finally {
      cancel();
    }
  }

  /** The breaker's events report the outcome. */
  async #runTrial(breaker: Opossum): Promise<void> {
    await breaker.fire(this.#trial.call, this.#trial.deadlineMs).catch(() => undefined);
  }
}

function answerOf(error: unknown): unknown {
  if (error instanceof SlowAnswer) return error.answer;
  throw error;
}

/** Codes of errors with which the server answered. */
const answers: ReadonlySet<CacheErrorCode> = new Set(['CACHE_WRITE_REFUSED', 'CACHE_CLEAR_UNSUPPORTED', 'CACHE_PAYLOAD_REJECTED']);

/** The server answered, and refused. */
function isAnswer(error: unknown): boolean {
  return error instanceof CacheError && answers.has(error.code);
}

/** Carries an answer through opossum, which counts a failure, to the caller. */
class SlowAnswer extends Error {
  constructor(readonly answer: unknown) {
    super('the answer was slow');
  }
}
