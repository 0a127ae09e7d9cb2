import type { Panel } from './panel';

/** Graphs under one heading. */
export interface Row {
  readonly title: string;
  /** Each line is as wide as the page. */
  readonly lines: readonly (readonly Panel[])[];
}

interface Place {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

interface Heading {
  readonly type: 'row';
  readonly title: string;
  readonly collapsed: false;
  readonly panels: readonly [];
}

/** Grafana's grid. */
const columns = 24;

/** Gives each panel its position, from top to bottom. */
export function layout(rows: readonly Row[]): readonly (Place & (Panel | Heading))[] {
  const placed: (Place & (Panel | Heading))[] = [];
  let y = 0;
  const place = (line: readonly (Panel | Heading)[], h: number): void => {
    const w = columns / line.length;
    for (const [index, one] of line.entries()) placed.push({ id: placed.length + 1, gridPos: { x: index * w, y, w, h }, ...one });
    y += h;
  };
  for (const { title, lines } of rows) {
    place([{ type: 'row', title, collapsed: false, panels: [] }], 1);
    for (const line of lines) place(line, line.every(({ type }) => type === 'stat') ? 4 : 8);
  }
  return placed;
}
