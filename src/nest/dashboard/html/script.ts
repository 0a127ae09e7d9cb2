import { Html } from './html';

/**
 * Refreshes the numbers every 5 seconds while the page is visible. It replaces the parts that have changed, except one with the focus or a
 * selection; typed text stays. The rest of the page works without it.
 */
export const script = new Html(`(() => {
  'use strict';
  const controls = document.getElementById('refreshing');
  if (controls === null) return;
  const button = controls.querySelector('button');
  const status = controls.querySelector('[role=status]');
  const everyMs = 5000;
  const timeoutMs = 10000;
  let paused = false;
  let asking = new AbortController();
  // A screen reader would read an unchanged text again.
  const announce = (text) => { if (status.textContent !== text) status.textContent = text; };

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
    // Without the head: its style has another nonce than this page.
    const newer = new DOMParser().parseFromString(text.slice(Math.max(0, text.indexOf('<body'))), 'text/html');
    if (!answer.ok || newer.getElementById('as-of') === null) throw new Error('answered ' + answer.status);
    show(newer);
    announce('');
  };
  const tick = () => {
    const next = () => setTimeout(tick, everyMs);
    if (paused || document.hidden) return next();
    asking = new AbortController();
    const giveUp = setTimeout(() => asking.abort(), timeoutMs);
    const failed = () => { if (!paused) announce('No newer numbers: the application did not answer.'); };
    refresh().catch(failed).finally(() => { clearTimeout(giveUp); next(); });
  };

  button.hidden = false;
  button.addEventListener('click', () => {
    paused = !paused;
    button.setAttribute('aria-pressed', String(paused));
    if (paused) asking.abort();
    announce(paused ? 'Paused' : '');
  });
  const here = new URL(location.href);
  if (here.searchParams.has('outcome')) {
    for (const name of ['did', 'outcome']) here.searchParams.delete(name);
    history.replaceState(null, '', here);
  }
  setTimeout(tick, everyMs);
})()`);
