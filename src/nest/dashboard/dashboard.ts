import { randomBytes } from 'node:crypto';
import type { WriteOutcome } from '../../domain/events/cache-events';
import { CacheError } from '../../domain/cache-error';
import type { HistoryRecorder } from './view/history-recorder';
import type { CacheableService } from '../shared/cacheable.service';
import { actionOf, perform, tokenField, type Action } from './view/action';
import { findCache, listCaches, type ListedCache } from './view/cache-directory';
import { summarize, viewOf } from './view/cache-view';
import { csrfToken, isOurToken } from './http/csrf-token';
import { fieldsOf, textField, type PageAnswer, type PageRequest } from './http/exchange';
import type { Html } from './html/html';
import { messagePage } from './html/document';
import { noticeOf } from './html/notice';
import { overviewPage } from './html/overview-page';
import { pageHeaders } from './http/page-headers';
import { isSameOrigin } from './http/same-origin';

/** Answers the requests of the live view. It keeps nothing between two of them but what was recorded. */
export class Dashboard {
  readonly #recorder: HistoryRecorder;
  readonly #showValues: boolean;
  #roots: readonly CacheableService[] = [];

  constructor(recorder: HistoryRecorder, { showValues }: { readonly showValues: boolean }) {
    this.#recorder = recorder;
    this.#showValues = showValues;
  }

  start(caches: readonly CacheableService[]): void {
    this.#roots = caches;
    this.#recorder.start(caches);
  }

  stop(): void {
    this.#recorder.stop();
  }

  show(request: PageRequest): PageAnswer {
    const fields = fieldsOf(request.query);
    const asked = textField(fields, 'cache');
    const wanted = { text: textField(fields, 'q'), show: this.#showValues ? textField(fields, 'show') : '' };
    const listed = listCaches(this.#roots);
    const selected = findCache(listed, asked);
    if (selected === undefined && asked !== '') return refusal(404, gone);
    const token = csrfToken(request);
    const page = (nonce: string): Html =>
      overviewPage({
        caches: listed.map(summarize),
        selected: selected && viewOf(selected, this.#recorder, wanted),
        notice: noticeOf(fields),
        now: this.#recorder.now(),
        showValues: this.#showValues,
        token: token.value,
        nonce,
      });
    return { ...pageAnswer(200, page), cookie: token.cookie };
  }

  async act(request: PageRequest): Promise<PageAnswer> {
    const fields = fieldsOf(request.query);
    if (request.body === undefined || request.body === null) return refusal(400, unparsed);
    const form = fieldsOf(request.body);
    if (!isSameOrigin(request) || !isOurToken(request, form[tokenField])) return refusal(403, forged);
    const action = actionOf(form);
    if (action === undefined) return refusal(400, 'The form says nothing that could be done.');
    const listed = findCache(listCaches(this.#roots), textField(fields, 'cache'));
    if (listed === undefined) return refusal(404, gone);
    return this.#perform(action, listed, textField(fields, 'q'));
  }

  async #perform(action: Action, { id, cache }: ListedCache, text: string): Promise<PageAnswer> {
    try {
      return back({ cache: id, q: text, did: action.name, outcome: await perform(action, cache) });
    } catch (error) {
      return refusal(error instanceof CacheError && error.code === 'CACHE_KEY_INVALID' ? 400 : 409, reasonOf(error));
    }
  }
}

const gone = 'There is no such cache here, or not any more.';
const unparsed =
  'The form did not arrive: this application parses no bodies of forms (bodyParser: false), and so nothing can be done from here.';
const forged =
  'The form did not come from this page, or from one that is too old. Go back, reload the page and try again. Behind a proxy: it has to pass on the Host that the browser sent. The browser has to take cookies.';

function reasonOf(error: unknown): string {
  return error instanceof CacheError ? error.message : 'The cache did not do it.';
}

/** To the page where one was: relative, whatever prefix or proxy is in front of it. */
function back(query: { readonly cache: string; readonly q: string; readonly did: string; readonly outcome: WriteOutcome }): PageAnswer {
  const { q, ...rest } = query;
  const parameters = new URLSearchParams(q === '' ? rest : { ...rest, q });
  return { status: 303, headers: { location: `?${parameters.toString()}`, 'cache-control': 'no-store' }, body: '' };
}

function refusal(status: number, message: string): PageAnswer {
  return pageAnswer(status, (nonce) => messagePage(status === 404 ? 'Not here' : 'Nothing was done', message, nonce));
}

function pageAnswer(status: number, page: (nonce: string) => Html): PageAnswer {
  const nonce = randomBytes(16).toString('base64');
  return { status, headers: pageHeaders(nonce), body: page(nonce) };
}
