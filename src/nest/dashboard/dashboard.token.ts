/** What remembers how the caches of the application did lately. */
export const HISTORY_RECORDER = Symbol('tiercel:history_recorder');

/** What the module was registered with. */
export const DASHBOARD_SETTINGS = Symbol('tiercel:dashboard_settings');

/** What answers at the route. */
export const DASHBOARD = Symbol('tiercel:dashboard');
