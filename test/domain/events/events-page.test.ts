import { expect } from 'chai';

import { eventsPage, tables } from './events-page';

describe('the page about events', () => {
  it('has the tables that the code makes', () => {
    if (process.env['UPDATE_DOCS'] === '1') eventsPage.write(tables());

    expect(eventsPage.read(), 'run it with UPDATE_DOCS=1').to.equal(tables());
  });
});
