import { expect } from 'chai';
import type { OptionProblem } from '../../../src/domain/options/option-checks';
import { standardSchema, validate, type StandardSchema } from '../../../src/domain/options/standard-schema';

const schemaOf = (answer: (value: unknown) => unknown): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate: answer },
});

const problemsOf = (given: unknown): readonly OptionProblem[] => {
  const problems: OptionProblem[] = [];
  standardSchema(given, { path: 'schema', problems });
  return problems;
};

const fail = (): never => {
  throw new Error('no answer');
};

describe('standardSchema', () => {
  it('takes a schema that refuses a missing value, and tries each one once', () => {
    let asked = 0;
    const schema = schemaOf(() => ({ issues: [{ message: `${++asked}` }] }));

    expect([problemsOf(schema), problemsOf(schema), asked]).to.deep.equal([[], [], 1]);
  });

  it('takes a function that is one, as arktype makes them', () => {
    const schema = Object.assign(
      () => undefined,
      schemaOf((value) => ({ value })),
    );
    expect(problemsOf(schema)).to.deep.equal([]);
  });

  for (const [name, answer, expected, given] of [
    ['answers with a promise', () => Promise.reject(new Error('late')), 'a synchronous schema', 'one that answers with a promise'],
    ['throws', fail, 'a schema that answers', 'one that throws'],
  ] as const) {
    it(`refuses a schema that ${name}, each time`, () => {
      const schema = schemaOf(answer);
      const problem = { path: 'schema', expected, given };
      expect([problemsOf(schema), problemsOf(schema)]).to.deep.equal([[problem], [problem]]);
    });
  }

  const { '~standard': standard } = schemaOf((value) => ({ value }));
  const others = [
    null,
    undefined,
    'schema',
    5,
    {},
    { '~standard': null },
    { '~standard': { ...standard, version: 2 } },
    { '~standard': { ...standard, validate: 'yes' } },
  ];
  for (const given of others) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      expect(problemsOf(given)).to.deep.equal([
        { path: 'schema', expected: "a Standard Schema (an object with '~standard'), of version 1", given: typeof given },
      ]);
    });
  }
});

describe('validate', () => {
  const verdicts: readonly (readonly [answer: () => unknown, verdict: string | undefined])[] = [
    [() => ({ value: 1 }), undefined],
    [() => ({ issues: undefined, value: 1 }), undefined],
    [() => ({ issues: [{ message: 'too short' }] }), 'issues'],
    [() => ({ issues: [] }), 'issues'],
    [() => undefined, 'issues'],
    [() => true, 'issues'],
    [() => Promise.resolve({ value: 1 }), 'asynchronous'],
    [() => Promise.reject(new Error('late')), 'asynchronous'],
    [fail, 'throws'],
  ];
  for (const [answer, verdict] of verdicts) {
    it(`says ${verdict ?? 'nothing'} of ${answer.toString()}`, async () => {
      expect(validate(schemaOf(answer), 1)).to.equal(verdict);
      // A rejection that is left unhandled would fail the run.
      await new Promise(setImmediate);
    });
  }
});
