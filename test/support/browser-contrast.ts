import type { Page } from 'playwright-core';

export interface TextContrast {
  readonly text: string;
  /** Of WCAG 2: 1 for the same colour, 21 for black on white. */
  readonly ratio: number;
}

/** The contrast of every text that is to be seen on the page, the worst first. */
export async function contrasts(page: Page): Promise<readonly TextContrast[]> {
  const found = await page.evaluate<readonly TextContrast[]>(measure);
  return [...found].sort((one, other) => one.ratio - other.ratio);
}

/** Runs in the page. Half-transparent grounds are laid upon each other; a text that is hidden for the eye alone is one pixel wide. */
const measure = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (colours) => {
    canvas.fillStyle = matchMedia('(prefers-color-scheme: dark)').matches ? 'black' : 'white';
    canvas.fillRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = (element) => element === null ? [] : [...grounds(element.parentElement), getComputedStyle(element).backgroundColor];
  const ratio = (element) => {
    const below = grounds(element);
    const [darker, lighter] = [paint(below), paint([...below, getComputedStyle(element).color])].map(luminance).sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
  const written = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('');
  const ownText = (element) => (element instanceof HTMLInputElement ? element.value : written(element)).trim();
  return [...document.body.querySelectorAll('*:not(script, style, svg, svg *)')]
    .filter((element) => ownText(element) !== '' && isSeen(element))
    .map((element) => ({ text: ownText(element), ratio: ratio(element) }));
})()`;
