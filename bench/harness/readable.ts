/** Three digits: nothing here is measured better than that. */
export function readable(number: number): string {
  return Math.abs(number) >= 100 ? String(Math.round(number)) : String(Number(number.toPrecision(3)));
}
