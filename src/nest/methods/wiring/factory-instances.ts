import { type ClassLike, classOf } from '../../shared/class-like';
import type { ProviderWrapper } from '../../shared/provided';
import { type Seat, seatedIn, takeSeat } from '../declared/cache-slot';
import { decoratedMethodsOf } from '../declared/decorated-method';
import type { AnyFunction } from '../declared/method-types';
import { kindOf } from '../declared/result-kind';

/** Which seats the instances of a class have, with the caches to put there; by the first of them, which may have its caches already. */
export type SeatsOf = (type: ClassLike, instance: object) => Promise<readonly Seat[]>;

/** Gives their caches to what a factory makes anew for each request or consumer, as Nest does with what it makes itself. */
export function seatWhatIsMade(factory: ProviderWrapper, seatsOf: SeatsOf): void {
  const make = factory.metatype as AnyFunction;
  factory.metatype = (...args: unknown[]): unknown => {
    const made = make(...args);
    return kindOf(made) === 'promise' ? (made as PromiseLike<unknown>).then((one) => seated(one, seatsOf)) : seated(made, seatsOf);
  };
}

/** The same, in its time: what has no decorated methods is not held up. */
function seated(made: unknown, seatsOf: SeatsOf): unknown {
  if (typeof made !== 'object' || made === null) return made;
  const type = classOf(made);
  return type === undefined || decoratedMethodsOf(type.prototype).length === 0 ? made : withSeats(made, seatsOf(type, made));
}

async function withSeats(made: object, seats: Promise<readonly Seat[]>): Promise<object> {
  for (const { seat, cache } of await seats) if (seatedIn(made, seat) === undefined) takeSeat(made, seat, cache);
  return made;
}
