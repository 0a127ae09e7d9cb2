import { expect } from 'chai';
import { csrfToken, isOurToken, isSameOrigin } from '../../../../src/nest/dashboard/http/csrf';
import type { PageRequest } from '../../../../src/nest/dashboard/http/exchange';

const request = (headers: PageRequest['headers']): PageRequest => ({ headers, query: {} });

describe('isSameOrigin', () => {
  it('takes no request without a host for one of this origin', () => {
    expect(isSameOrigin(request({ origin: 'null' }))).to.be.false;
    expect(isSameOrigin(request({ origin: 'https://evil.example' }))).to.be.false;
  });

  it('goes by the authority where HTTP/2 has no host', () => {
    expect(isSameOrigin(request({ origin: 'https://shop.example', ':authority': 'shop.example' }))).to.be.true;
    expect(isSameOrigin(request({ origin: 'https://evil.example', ':authority': 'shop.example' }))).to.be.false;
  });
});

describe('the token of the live view', () => {
  const token = 'A'.repeat(43);

  it('is the first in the cookies that can be one, whatever a neighbouring domain has put before it', () => {
    const tossed = request({ cookie: `tiercel-view=; tiercel-view=<script>; other=1; tiercel-view=${token}` });

    expect(csrfToken(tossed)).to.deep.equal({ value: token, cookie: undefined });
    expect(isOurToken(tossed, token)).to.be.true;
  });

  it('is replaced for a browser whose cookie is invalid', () => {
    const { cookie, value } = csrfToken(request({ cookie: 'tiercel-view=<script>' }));

    expect(value).to.match(/^[\w-]{43}$/);
    expect(cookie).to.include(value);
    expect(isOurToken(request({ cookie: 'tiercel-view=<script>' }), '<script>')).to.be.false;
  });
});
