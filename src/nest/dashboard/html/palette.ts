/** The colours of one scheme. Text has a contrast of at least 4.5 to `paper` and `sheet`, drawings of at least 3. */
export interface Palette {
  readonly paper: string;
  readonly sheet: string;
  readonly line: string;
  readonly ink: string;
  readonly quiet: string;
  readonly accent: string;
  readonly l1: string;
  readonly l2: string;
  readonly miss: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
}

export const light: Palette = {
  paper: '#f4f1ea',
  sheet: '#fdfcf8',
  line: '#d8d2c4',
  ink: '#1c2930',
  quiet: '#56636b',
  accent: '#0d5a72',
  l1: '#2a6f87',
  l2: '#8a6109',
  miss: '#a8402c',
  good: '#276847',
  warn: '#835a06',
  bad: '#a03222',
};

export const dark: Palette = {
  paper: '#11171b',
  sheet: '#181f24',
  line: '#303b42',
  ink: '#e8e9e3',
  quiet: '#a0adb3',
  accent: '#83c9dd',
  l1: '#63b1c8',
  l2: '#e0b350',
  miss: '#ee8c75',
  good: '#7fc99d',
  warn: '#e0b350',
  bad: '#ff9a86',
};

/** As custom properties of CSS. */
export function declarations(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${String(colour)}`)
    .join(';');
}
