/** What remembers how the caches of the application did lately. */
export const HISTORY_RECORDER = Symbol('tiercel:history_recorder');

/** What answers at the route. */
export const DASHBOARD = Symbol('tiercel:dashboard');
