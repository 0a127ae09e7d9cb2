import { Html } from './html';

/**
 * Brings newer numbers every 5 seconds, as long as the page is visible. It replaces what has changed and nothing else: what has the focus, a selection or
 * typed text stays. All else of the page works without it.
 */
export const script = new Html(`(() => {
  'use strict';
  const controls = document.getElementById('refreshing');
  if (controls === null) return;
  const button = controls.querySelector('button');
  const told = controls.querySelector('[role=status]');
  const everyMs = 5000;
  const patienceMs = 10000;
  let paused = false;
  let asking = new AbortController();
  // Said again, it would be read out again.
  const tell = (text) => { if (told.textContent !== text) told.textContent = text; };

  const isInUse = (part) => {
    const selection = document.getSelection();
    const selects = selection !== null && !selection.isCollapsed && selection.containsNode(part, true);
    return selects || part.contains(document.activeElement);
  };
  const replace = (part, newer) => {
    if (part.innerHTML === newer.innerHTML || isInUse(part)) return;
    part.replaceChildren(...newer.childNodes);
  };
  const show = (newer) => {
    for (const part of document.querySelectorAll('[data-live]')) {
      const other = newer.getElementById(part.id);
      if (other !== null) replace(part, other);
    }
    const token = newer.querySelector('input[name=token]');
    if (token !== null) for (const field of document.querySelectorAll('input[name=token]')) field.value = token.value;
  };
  const refresh = async () => {
    const url = new URL(location.href);
    url.searchParams.delete('show');
    const answer = await fetch(url, { headers: { accept: 'text/html' }, cache: 'no-store', signal: asking.signal });
    const text = await answer.text();
    // Without the head: its style has a nonce of its own, which is not that of this page.
    const newer = new DOMParser().parseFromString(text.slice(Math.max(0, text.indexOf('<body'))), 'text/html');
    if (!answer.ok || newer.getElementById('as-of') === null) throw new Error('answered ' + answer.status);
    show(newer);
    tell('');
  };
  const tick = () => {
    const next = () => setTimeout(tick, everyMs);
    if (paused || document.hidden) return next();
    asking = new AbortController();
    const giveUp = setTimeout(() => asking.abort(), patienceMs);
    const failed = () => { if (!paused) tell('No newer numbers: the application does not answer as it did.'); };
    refresh().catch(failed).finally(() => { clearTimeout(giveUp); next(); });
  };

  button.hidden = false;
  button.addEventListener('click', () => {
    paused = !paused;
    button.setAttribute('aria-pressed', String(paused));
    if (paused) asking.abort();
    tell(paused ? 'Paused' : '');
  });
  const here = new URL(location.href);
  if (here.searchParams.has('outcome')) {
    for (const name of ['did', 'outcome']) here.searchParams.delete(name);
    history.replaceState(null, '', here);
  }
  setTimeout(tick, everyMs);
})()`);
