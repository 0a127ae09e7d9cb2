/** The text that the route answers with. */
export const METRICS_TEXT = Symbol('tiercel:metrics_text');
