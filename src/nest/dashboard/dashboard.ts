import { randomBytes } from 'node:crypto';
import { CacheError, hasCode } from '../../domain/cache-error';
import type { WriteOutcome } from '../../domain/events/cache-events';
import type { CacheableService } from '../shared/cacheable.service';
import { messagePage } from './html/document';
import type { Html } from './html/html';
import { noticeOf } from './html/actions';
import { overviewPage } from './html/overview-page';
import { csrfToken, isOurToken, isSameOrigin } from './http/csrf';
import { fieldsOf, textField, type PageAnswer, type PageRequest, pageHeaders } from './http/exchange';
import { actionOf, perform, tokenField, type Action } from './view/action';
import { findCache, listCaches, selectCaches, type ListedCache, summarizeAll, viewOf } from './view/cache-view';
import type { HistoryRecorder } from './view/history-recorder';

/** Answers the requests of the live view. Between two requests it keeps the recorded history alone. */
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
        list: summarizeAll(selectCaches(listed, textField(fields, 'find'), selected)),
        selected: selected && viewOf(selected, this.#recorder, wanted),
        notice: noticeOf(fields, selected?.cache.health().l2),
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
    if (action === undefined) return refusal(400, 'The form has no action that this page knows.');
    const listed = findCache(listCaches(this.#roots), textField(fields, 'cache'));
    if (listed === undefined) return refusal(404, gone);
    return this.#perform(action, listed, { q: textField(fields, 'q'), find: textField(fields, 'find') });
  }

  async #perform(action: Action, { id, cache }: ListedCache, searches: Searches): Promise<PageAnswer> {
    try {
      return back({ cache: id, did: action.name, outcome: await perform(action, cache) }, searches);
    } catch (error) {
      return refusal(hasCode(error, 'CACHE_KEY_INVALID') || hasCode(error, 'CACHE_TAG_INVALID') ? 400 : 409, reasonOf(error));
    }
  }
}

/** The texts of the two search forms; empty for all. */
type Searches = Readonly<Record<'q' | 'find', string>>;

const gone = 'There is no such cache, or it was closed.';
const unparsed =
  'The form could not be read: this application parses no form bodies (bodyParser: false), so this page cannot delete or clear.';
const forged =
  'The form did not come from this page, or the page is too old. Go back, reload the page and try again. A proxy must forward the Host header of the browser, and the browser must accept cookies.';

function reasonOf(error: unknown): string {
  return error instanceof CacheError ? error.message : 'The cache failed.';
}

/** Redirects to the page of the form: with a relative address, which a prefix or a proxy does not break. */
function back(query: { readonly cache: string; readonly did: string; readonly outcome: WriteOutcome }, searches: Searches): PageAnswer {
  const parameters = new URLSearchParams(query);
  for (const [name, text] of Object.entries(searches)) if (text !== '') parameters.set(name, text);
  return { status: 303, headers: { location: `?${parameters.toString()}`, 'cache-control': 'no-store' }, body: '' };
}

function refusal(status: number, message: string): PageAnswer {
  return pageAnswer(status, (nonce) => messagePage(status === 404 ? 'Not found' : 'Nothing was done', message, nonce));
}

function pageAnswer(status: number, page: (nonce: string) => Html): PageAnswer {
  const nonce = randomBytes(16).toString('base64');
  return { status, headers: pageHeaders(nonce), body: page(nonce) };
}
