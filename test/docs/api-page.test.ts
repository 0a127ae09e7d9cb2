import { expect } from 'chai';
import { ApiReader } from '../../scripts/api-text';
import { generatedPart } from '../support/generated-part';

const page = generatedPart('docs/api.md', 'the public types and their JSDoc');

describe('the page about the API', function () {
  this.timeout(60_000);
  let reader: ApiReader;

  before(() => {
    reader = new ApiReader();
  });

  it('has the text that the public types and their JSDoc make', () => {
    const text = reader.page();
    if (process.env['UPDATE_DOCS'] === '1') page.write(text);

    expect(page.read(), 'run it with UPDATE_DOCS=1').to.equal(text);
  });

  it('has a sentence for each public member', () => {
    const entries = reader.entries();

    expect(entries.length).to.be.above(100);
    expect(entries.filter(({ isDocumented }) => !isDocumented).map(({ name, section }) => `${section}: ${name}`)).to.deep.equal([]);
  });
});
