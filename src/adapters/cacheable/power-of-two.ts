const smallest = 4;

/** How many places V8 keeps free in a hash table for so many. */
export function powerOfTwo(atLeast: number): number {
  return Math.max(smallest, 2 ** Math.ceil(Math.log2(atLeast)));
}
