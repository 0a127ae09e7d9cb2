/** Milliseconds of a clock that all processes of a machine share, and that is never set. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
