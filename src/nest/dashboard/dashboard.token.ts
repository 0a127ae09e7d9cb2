/** Records the recent history of the application's caches. */
export const HISTORY_RECORDER = Symbol('tiercel:history_recorder');

/** The options of the module. */
export const DASHBOARD_SETTINGS = Symbol('tiercel:dashboard_settings');

/** Answers the requests of the route. */
export const DASHBOARD = Symbol('tiercel:dashboard');
