/** Reads numbers from the beginning to the end of data. Past the end they are `NaN`, which no comparison accepts. */
export class ByteCursor {
  position: number;
  readonly #data: Uint8Array;

  constructor(data: Uint8Array, position = 0) {
    this.#data = data;
    this.position = position;
  }

  get isAtEnd(): boolean {
    return this.position === this.#data.length;
  }

  get hasMore(): boolean {
    return this.position < this.#data.length;
  }

  skip(count: number): void {
    this.position += count;
  }

  byte(): number {
    return this.#data[this.position++] ?? NaN;
  }

  /** A number of that many bytes, the lowest one first. */
  number(bytes: number): number {
    let value = 0;
    for (let index = 0; index < bytes; index++) value += this.byte() * 256 ** index;
    return value;
  }

  /** The part of the data from here. */
  take(count: number): Uint8Array {
    const part = this.#data.subarray(this.position, this.position + count);
    this.position += count;
    return part;
  }
}
