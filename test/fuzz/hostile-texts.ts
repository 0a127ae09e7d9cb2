import fc from 'fast-check';

const bait = [
  '"__proto__":{"polluted":1},',
  '"constructor":{"prototype":{"polluted":1}},',
  '["bare",',
  '["bytes","Float64Array","',
  '[[[[',
  '{"a":',
  '\\u005f',
  '\u0000',
  '\ud800',
  '9'.repeat(20),
  '-1',
  ',',
  ';',
  't2',
  't2',
  '$',
];
const splice = fc.record({
  at: fc.nat(),
  /** At a place where something begins or ends, or anywhere. */
  atSeam: fc.boolean(),
  remove: fc.oneof(fc.constant(0), fc.nat(12)),
  insert: fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom(...bait)),
});
type Splice = typeof splice extends fc.Arbitrary<infer T> ? T : never;

/** Changed real texts: a few places differ, or the beginning is of one and the end of another. Never a real text. */
export function mutationsOf(real: readonly string[]): fc.Arbitrary<string> {
  const one = fc.constantFrom(...real);
  const spliced = fc
    .tuple(one, fc.array(splice, { minLength: 1, maxLength: 4 }))
    .map(([text, splices]) => splices.reduce(spliceInto, text));
  const crossed = fc
    .tuple(one, fc.nat(), one, fc.nat())
    .map(([head, to, tail, from]) => head.slice(0, to % head.length) + tail.slice(from % tail.length));
  return fc.oneof({ weight: 4, arbitrary: spliced }, { weight: 1, arbitrary: crossed }).filter((text) => !real.includes(text));
}

function spliceInto(text: string, { at, atSeam, remove, insert }: Splice): string {
  const seams = atSeam ? [...text.matchAll(/[[{,:;]/g)].map(({ index }) => index + 1) : [];
  const start = seams[at % seams.length] ?? at % (text.length + 1);
  return text.slice(0, start) + insert + text.slice(start + remove);
}

const word = fc.constantFrom(
  'a',
  'date',
  'map',
  'set',
  'bytes',
  'bigint',
  'number',
  'undefined',
  'bare',
  '__proto__',
  'constructor',
  'Buffer',
  'AAAA',
);
const { tagged } = fc.letrec<{ tagged: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(word, fc.jsonValue({ maxDepth: 1 })),
  tagged: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc.tuple(word, fc.array(tie('tagged'), { maxLength: 3 })).map(([name, content]) => [name, ...content]),
    fc.dictionary(word, tie('tagged'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));
const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '["a",', '["map",1,', '{"constructor":'), fc.nat(3_000))
  .map(([open, depth]) => open.repeat(depth) + '1' + (open.startsWith('{') ? '}' : ']').repeat(depth));
const body = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json().map((json) => `j${json}`),
  fc
    .oneof(
      tagged.map((value) => JSON.stringify(value)),
      fc.json(),
      deep,
    )
    .map((json) => `x${json}`),
);

/** Random text with a valid beginning. */
export function madeUp(beginnings: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom('', ...beginnings), body).map(([beginning, end]) => beginning + end);
}
