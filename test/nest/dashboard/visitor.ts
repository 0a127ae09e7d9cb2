/** A visitor of the page: keeps cookies and sends forms as a browser does, but follows no redirect by itself. */
export class Visitor {
  readonly #address: string;
  cookie = '';
  token = '';

  constructor(address: string) {
    this.#address = address;
  }

  async fetch(query = '', init: RequestInit = {}): Promise<Response> {
    const headers = { ...(this.cookie === '' ? {} : { cookie: this.cookie }), ...(init.headers as Record<string, string> | undefined) };
    const response = await fetch(this.#address + query, { redirect: 'manual', ...init, headers });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? '';
    return response;
  }

  /** The page, whose token is then known. */
  async open(query = ''): Promise<string> {
    const page = await (await this.fetch(query)).text();
    this.token = /name="token" value="([^"]*)"/.exec(page)?.[1] ?? '';
    return page;
  }

  /** A form of the page that was opened, as a browser of today sends it. */
  send(fields: Readonly<Record<string, string>>, query = '', headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.fetch(query, {
      method: 'POST',
      body: new URLSearchParams({ token: this.token, ...fields }),
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
    });
  }

  /** Sends a form and reads the page that it leads to. */
  async submit(fields: Readonly<Record<string, string>>, query = ''): Promise<string> {
    const response = await this.send(fields, query);
    return this.open(response.headers.get('location') ?? `?status=${response.status}`);
  }
}

/** The visible text of a page: without markup, style and script. */
export function textOf(page: string): string {
  return page
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
