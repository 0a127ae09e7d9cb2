import { types } from 'node:util';

const maxLength = 2_000;

const maxNodes = 300;

const maxItems = 50;

const maxDepth = 5;

/** A value as a developer would print it, at most 2 000 characters of it. Nothing of the value runs: no getter, no `toJSON`, no trap of a proxy. */
export function inspectValue(value: unknown): string {
  const text = new ValuePrinter().print(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

/** Prints one value, and stops when the text is long enough. */
class ValuePrinter {
  readonly #around: object[] = [];
  #nodes = 0;
  #length = 0;

  print(value: unknown): string {
    const text = typeof value === 'object' && value !== null ? this.#object(value) : primitive(value);
    this.#length += text.length;
    return text;
  }

  #object(value: object): string {
    if (types.isProxy(value)) return '[Proxy]';
    if (this.#around.includes(value)) return '[Circular]';
    const name = nameOf(value);
    if (types.isDate(value)) return instant(Date.prototype.getTime.call(value));
    if (ArrayBuffer.isView(value)) return `${name} (${String(bytesOf(value))} bytes)`;
    if (types.isNativeError(value)) return `${name}: ${primitive(own(value, 'message') ?? '')}`;
    if (this.#around.length >= maxDepth) return `[${name}]`;
    this.#around.push(value);
    const text = this.#parts(value, name);
    this.#around.pop();
    return text;
  }

  #parts(value: object, name: string): string {
    if (Array.isArray(value)) return this.#block('[', ']', value.length, (index) => this.#property(value, String(index)));
    if (types.isMap(value))
      return this.#entries(`${name} {`, Map.prototype.entries.call(value), (one) => this.#pair(one as [unknown, unknown]));
    if (types.isSet(value)) return this.#entries(`${name} {`, Set.prototype.values.call(value), (one) => this.print(one));
    const keys = Object.keys(value);
    const item = (index: number): string => `${keyword(keys[index] ?? '')}: ${this.#property(value, keys[index] ?? '')}`;
    return this.#block(name === 'Object' ? '{' : `${name} {`, '}', keys.length, item);
  }

  #entries(opening: string, all: Iterator<unknown>, item: (one: unknown) => string): string {
    let next = all.next();
    const print = (): string => {
      const text = item(next.value);
      next = all.next();
      return text;
    };
    return this.#block(opening, '}', () => next.done !== true, print);
  }

  #pair([key, value]: readonly [unknown, unknown]): string {
    return `${this.print(key)} => ${this.print(value)}`;
  }

  #property(value: object, key: string): string {
    const property = Object.getOwnPropertyDescriptor(value, key);
    return property?.get === undefined && property?.set === undefined ? this.print(property?.value) : '[Getter]';
  }

  #block(opening: string, closing: string, size: number | (() => boolean), item: (index: number) => string): string {
    const indent = '  '.repeat(this.#around.length);
    const isMore = typeof size === 'number' ? (index: number) => index < size : size;
    const lines: string[] = [];
    for (let index = 0; isMore(index); index++) {
      const isEnough = index >= maxItems || ++this.#nodes > maxNodes || this.#length > maxLength;
      lines.push(indent + (isEnough ? '…' : item(index)));
      if (isEnough) break;
    }
    return lines.length === 0 ? opening + closing : `${opening}\n${lines.join(',\n')}\n${indent.slice(2)}${closing}`;
  }
}

function primitive(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, maxLength));
  if (typeof value === 'function') return '[Function]';
  if (typeof value === 'bigint') return `${String(value)}n`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function keyword(key: string): string {
  return /^[\w$]+$/.test(key) ? key : primitive(key);
}

function instant(ms: number): string {
  return Number.isNaN(ms) ? 'Invalid Date' : new Date(ms).toISOString();
}

const bytesLength: unknown = Object.getPrototypeOf(Uint8Array.prototype);

function bytesOf(view: ArrayBufferView): unknown {
  return types.isTypedArray(view)
    ? Reflect.get(bytesLength as object, 'byteLength', view)
    : Reflect.get(DataView.prototype, 'byteLength', view);
}

/** The name of the nearest class, where it can be read without running code. */
function nameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  const name = own(own(prototype, 'constructor'), 'name');
  return typeof name === 'string' && name !== '' ? name : 'Object';
}

function own(value: unknown, key: string): unknown {
  const isThing = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isThing && !types.isProxy(value) ? (Object.getOwnPropertyDescriptor(value, key)?.value as unknown) : undefined;
}
