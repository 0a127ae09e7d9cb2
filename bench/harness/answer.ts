/** The results of one question. All of it is data, for bench/results.json. */
export interface Answer {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly verdicts: readonly Verdict[];
}

export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly name: string;
  /** By column; a column carries its unit in its name. */
  readonly cells: Readonly<Record<string, number>>;
}

/** A target, and the measured value. */
export interface Verdict {
  readonly what: string;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  readonly measured: number;
  readonly unit: string;
  readonly met: boolean;
}

type Measured = Pick<Verdict, 'what' | 'limit' | 'measured' | 'unit'>;

export function atMost(measured: Measured): Verdict {
  return { ...measured, bound: 'at most', met: measured.measured <= measured.limit };
}

export function atLeast(measured: Measured): Verdict {
  return { ...measured, bound: 'at least', met: measured.measured >= measured.limit };
}
