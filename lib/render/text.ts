/** Fonts that systems bring along; nothing is fetched. */
export const FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/**
 * Advance widths of the printable ASCII characters in hundredths of the font's size, of DejaVu Sans: the widest of {@link FONTS}, so that what
 * is laid out by it fits in the others too.
 */
const WIDTHS = (
  '32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 53 ' +
  '100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 69 39 34 39 84 50 ' +
  '50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 64 84'
)
  .split(' ')
  .map(Number);

/** Of a character outside ASCII; ideographs and pictures fill a square. */
function wide(code: number): number {
  return code >= 0x1100 ? 100 : 65;
}

const BOLD = 1.12;

/** A font's size in pixels, and whether it is bold. */
export interface Face {
  readonly size: number;
  readonly bold?: boolean;
}

/** Width of a line of text in pixels, as the widest of the fonts draws it. */
export function widthOf(text: string, { size, bold = false }: Face): number {
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    sum += WIDTHS[code - 32] ?? wide(code);
  }
  return ((sum * size) / 100) * (bold ? BOLD : 1);
}

/** As much of a text as fits into `width`, with an ellipsis where it is cut. */
export function shorten(text: string, width: number, face: Face): string {
  if (widthOf(text, face) <= width) return text;
  const characters = [...text.slice(0, 1000)];
  while (characters.length > 0 && widthOf(`${characters.join('')}…`, face) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** Lines no wider than `width`, broken between words; the last of `most` lines is shortened. */
export function wrap(text: string, width: number, face: Face, most: number): string[] {
  const lines: string[] = [];
  let rest = text.trim().replace(/\s+/g, ' ');
  while (rest !== '' && lines.length < most - 1 && widthOf(rest, face) > width) {
    const line = fitting(rest, width, face);
    lines.push(line);
    rest = rest.slice(line.length).trimStart();
  }
  if (rest !== '') lines.push(shorten(rest, width, face));
  return lines;
}

/** The words of a text that fit into a line; of a word that is too long, what fits. */
function fitting(text: string, width: number, face: Face): string {
  const whole = shorten(text, width + widthOf('…', face), face).replace(/…$/, '');
  const end = text[whole.length] === ' ' ? whole.length : whole.lastIndexOf(' ');
  if (end > 0) return whole.slice(0, end);
  return whole === '' ? [...text][0]! : whole;
}
