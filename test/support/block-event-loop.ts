/** Keeps the process busy, as a long computation does: no timer fires and no socket is read meanwhile. */
export function blockEventLoop(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
