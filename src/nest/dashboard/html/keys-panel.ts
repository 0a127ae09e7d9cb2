import { keyField } from '../view/action';
import type { CacheView, ShownValue } from '../view/cache-view';
import { maxSearched, type FoundKey, type KeySearch } from '../view/key-search';
import { actionForm } from './actions';
import { foreignLines, foreignText, visible, html, type Fragment, type Html } from './html';
import { countInWords, durationInWords, numbered } from './in-words';
import { liveTable, panel } from './elements';

export interface KeysPanel {
  readonly view: Pick<CacheView, 'id' | 'label' | 'keys' | 'shown'>;
  readonly showValues: boolean;
  readonly token: string;
}

export function keysPanel({ view, showValues, token }: KeysPanel): Html {
  const { id, keys, label, shown } = view;
  const link = showValues && keys !== undefined ? linkTo(id, keys.text) : undefined;
  return panel('keys', 'Keys', [
    html`<div class="tools">${[searchForm(id, keys?.text ?? ''), deleteForm('delete-key', token), deleteForm('delete-tag', token)]}</div>`,
    keys === undefined ? html`<p class="quiet">The keys of this cache cannot be read.</p>` : [tally(keys), table(keys, link, token)],
    link === undefined || shown === undefined ? undefined : shownValue(shown),
    clearForm(label, token),
  ]);
}

function searchForm(id: string, text: string): Html {
  return html`<form method="get" role="search" aria-label="Keys of L1">
    <input type="hidden" name="cache" value="${id}" />
    <label for="find-keys">Find keys</label>
    <div class="field">
      <input id="find-keys" type="search" name="q" value="${text}" autocomplete="off" spellcheck="false" autocapitalize="off" />
      <button type="submit">Find</button>
    </div>
  </form>`;
}

const deletes = {
  'delete-key': { label: 'Delete a key from both tiers', button: 'Delete key' },
  'delete-tag': { label: 'Remove the entries with a tag from both tiers', button: 'Remove entries' },
} as const;

/** For a key or a tag as the application writes it, also for a key that L1 does not hold. */
function deleteForm(action: keyof typeof deletes, token: string): Html {
  const { button, label } = deletes[action];
  return actionForm({
    action,
    token,
    content: html`<label for="${action}">${label}</label>
      <div class="field">
        <input id="${action}" name="${keyField}" required autocomplete="off" spellcheck="false" autocapitalize="off" />
        <button type="submit">${button}</button>
      </div>`,
  });
}

function tally({ found, isComplete, shown, text }: KeySearch): Html {
  const condition = text === '' ? undefined : html` with ${foreignText(text)} in ${found === 1 ? 'its name' : 'their names'}`;
  const part = shown.length < found ? html`; ${countInWords(shown.length)} are shown` : undefined;
  return html`<p id="keys-tally" class="quiet" data-live>
    ${numbered(found, 'key', 'keys')} in L1${condition}${part}.${isComplete ? undefined : incomplete}
  </p>`;
}

const incomplete = html` The first ${countInWords(maxSearched)} keys were searched; a whole key is found among all.`;

/** The address of the value of a key, below those that are shown already. */
type LinkTo = (name: string) => string;

function linkTo(cache: string, q: string): LinkTo {
  return (show) => `?${new URLSearchParams({ cache, ...(q === '' ? {} : { q }), show }).toString()}#value`;
}

function table({ shown }: KeySearch, link: LinkTo | undefined, token: string): Html {
  return liveTable({
    id: 'keys-rows',
    label: 'Keys in L1',
    caption: 'Keys in L1, named as the sanitizer left them',
    hidesCaption: true,
    columns: [
      { name: 'Key', kind: 'wide' },
      { name: 'Tags', kind: 'wide' },
      { name: 'Age' },
      { name: 'Expires in' },
      ...(link === undefined ? [] : [{ name: 'Value' }]),
      { name: html`<span class="hidden">Action</span>` },
    ],
    rows: shown.map((key) => row(key, link, token)),
    placeholder: 'None.',
  });
}

function row({ name, entry }: FoundKey, link: LinkTo | undefined, token: string): Html {
  return html`<tr>
    <th scope="row" class="wide key">${foreignText(name)}</th>
    <td class="wide tags">${tagsOf(entry)}</td>
    <td>${durationInWords(entry.ageMs)}</td>
    <td>${entry.isStale ? html`<span class="state warn">stale</span>` : durationInWords(entry.ttlMs)}</td>
    ${
      link &&
      html`<td>
        <a href="${link(name)}">Show <span class="hidden">the value of ${visible(name)}</span></a>
      </td>`
    }
    <td>
      ${actionForm({
        action: 'delete-name',
        token,
        key: name,
        content: html`<button type="submit">Delete <span class="hidden">${visible(name)}</span></button>`,
      })}
    </td>
  </tr>`;
}

const maxTags = 5;

function tagsOf({ tags }: FoundKey['entry']): Fragment {
  const shown = tags.slice(0, maxTags).map((tag, index) => html`${index > 0 ? ', ' : undefined}${foreignText(tag)}`);
  return tags.length > maxTags ? [shown, ` and ${countInWords(tags.length - maxTags)} more`] : shown;
}

/** Not refreshed, so that it does not change while it is read. */
function shownValue({ name, text }: ShownValue): Html {
  return html`<div id="value">
    <p class="quiet">Value of ${foreignText(name)}, in L1 when this page was opened:</p>
    ${
      text === undefined
        ? html`<p>L1 does not hold it any more.</p>`
        : html`<pre tabindex="0" role="region" aria-label="Value of ${visible(name)}">${foreignLines(text)}</pre>`
    }
  </div>`;
}

/** Two steps, also without a script. */
function clearForm(label: string, token: string): Html {
  return html`<details class="clear-namespace">
    <summary>Clear this namespace…</summary>
    ${actionForm({
      action: 'clear',
      token,
      content: html`<p>
          Every key of ${foreignText(label)} is deleted, from both tiers and from the L1 of other processes. Inner namespaces keep theirs.
          Later reads load their values again.
        </p>
        <button type="submit" class="danger">Clear <span class="hidden">everything in ${visible(label)}</span></button>`,
    })}
  </details>`;
}
