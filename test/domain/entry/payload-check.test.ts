import { expect } from 'chai';
import { isAccepted, satisfies, validated, type PayloadConstraints, type ValidatedAs } from '../../../src/domain/entry/payload-check';
import type { StandardSchema } from '../../../src/domain/options/standard-schema';

/** A schema for texts, which counts how often it is asked. */
function textSchema(): StandardSchema & { asked: number } {
  const schema = {
    asked: 0,
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) => {
        schema.asked += 1;
        return typeof value === 'string' ? { value } : { issues: [{ message: 'no text' }] };
      },
    },
  };
  return schema;
}

describe('The check of a value that another process wrote', () => {
  const schema = textSchema();
  const other = textSchema();
  const known: ValidatedAs = { version: 1, schema };
  const require = (version?: number, required?: StandardSchema): PayloadConstraints => ({ version, schema: required });

  it('is passed without a look at the value where the version and the schema are known', () => {
    const met = [require(), require(1), require(undefined, schema), require(1, schema)];
    const unmet = [require(2), require(undefined, other), require(2, schema), require(1, other)];

    expect(met.map((required) => satisfies(known, required))).to.deep.equal([true, true, true, true]);
    expect(unmet.map((required) => satisfies(known, required))).to.deep.equal([false, false, false, false]);
  });

  it('is done once for each schema, and fails for another version', () => {
    const required = textSchema();
    const entry = { value: 'text', validatedAs: { version: 1, schema: undefined } as ValidatedAs | undefined };

    expect([isAccepted(entry, require(1, required)), isAccepted(entry, require(1, required))]).to.deep.equal([true, true]);
    expect(required.asked).to.equal(1);
    expect(entry.validatedAs).to.deep.equal({ version: 1, schema: required });
    expect([isAccepted(entry, require(2, required)), isAccepted(entry, require(1)), isAccepted(entry, require())]).to.deep.equal([
      false,
      true,
      true,
    ]);
    expect(required.asked).to.equal(1);
  });

  it('fails for a value that does not fit, and remembers nothing of it', () => {
    const required = textSchema();
    const entry = { value: 1, validatedAs: { version: 1, schema: undefined } as ValidatedAs | undefined };

    expect([isAccepted(entry, require(undefined, required)), entry.validatedAs]).to.deep.equal([false, { version: 1, schema: undefined }]);
  });

  it('is none for a value of this process', () => {
    const required = textSchema();

    expect([isAccepted({ value: 1, validatedAs: undefined }, require(3, required)), required.asked]).to.deep.equal([true, 0]);
  });

  it('shares one record among the entries that have passed the same', () => {
    const first = validated(1, schema);

    expect(validated(1, schema)).to.equal(first);
    expect(validated(2, schema)).to.deep.equal({ version: 2, schema });
    expect(validated(2, other)).to.deep.equal({ version: 2, schema: other });
  });
});
