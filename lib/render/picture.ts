import { line } from 'd3-shape';
import { type Markup, markup, type Part } from './markup.ts';
import { ALARM, type Ink, QUIET, TEXT } from './palette.ts';
import { type Face, FONTS, shorten, widthOf, wrap } from './text.ts';

/** Width of every picture in pixels; it scales. */
export const WIDTH = 760;
export const MARGIN = 16;
export const SMALL = 11.5;

const TITLE: Face = { size: 15, bold: true };
const TITLE_LINE = 19;
const TITLE_LINES = 4;
const STAMP: Face = { size: 12, bold: true };

/** Where things are, in pixels from the top left. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Style {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly italic?: boolean;
}

/** A line of text on its baseline. What was cut off it can be had by pointing at it. */
export function words(x: number, y: number, text: string, style: Style = {}, whole: string = text): Markup {
  const { anchor = 'start', size = SMALL, bold = false, colour = TEXT, italic = false } = style;
  return markup`<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" text-anchor="${anchor}"${bold ? markup` font-weight="bold"` : undefined}${italic ? markup` font-style="italic"` : undefined}>${text}${whole === text ? undefined : markup`<title>${whole}</title>`}</text>`;
}

/** As much of a line of text as fits. */
export function fitted(x: number, y: number, text: string, width: number, style: Style = {}): Markup {
  const { size = SMALL, bold = false } = style;
  return words(x, y, shorten(text, width, { size, bold }), style, text);
}

/** A straight line. */
export function rule(x1: number, y1: number, x2: number, y2: number, colour: string, dash = 'none', width = 1): Markup {
  return markup`<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${width}"${dash === 'none' ? undefined : markup` stroke-dasharray="${dash}"`}/>`;
}

/** Length of {@link sample}: the longest pattern of dashes shows. */
export const SAMPLE = 30;

/** A piece of a group's line, as keys and risk tables show it. */
export function sample(x: number, y: number, { colour, dash }: Ink): Markup {
  const d = line()([
    [x, y],
    [x + SAMPLE, y],
  ])!;
  return markup`<path d="${d}" fill="none" stroke="${colour}" stroke-width="2.2"${dash === 'none' ? undefined : markup` stroke-dasharray="${dash}"`}/>`;
}

/** A picture's head, from the top: its title in as many lines as it needs, and what it is stamped with. */
export interface Head {
  readonly drawn: readonly Markup[];
  /** Where the picture goes on. */
  readonly bottom: number;
}

export function headOf({ title, stamp }: { readonly title: string; readonly stamp?: string | undefined }): Head {
  const width = WIDTH - 2 * MARGIN;
  const lines = wrap(title, width, TITLE, TITLE_LINES);
  const drawn = lines.map((text, i) => words(MARGIN, MARGIN + 12 + i * TITLE_LINE, text, { ...TITLE }));
  const under = MARGIN + lines.length * TITLE_LINE;
  if (stamp === undefined) return { drawn, bottom: under + 6 };
  const stamped = wrap(stamp, width, STAMP, 2).map((text, i) =>
    words(MARGIN, under + 12 + i * 15, text, { ...STAMP, colour: ALARM }),
  );
  return { drawn: [...drawn, ...stamped], bottom: under + stamped.length * 15 + 8 };
}

/** The stamp across what the picture shows, so that no part of it can be cut out and shown without. */
export function stampAcross(stamp: string | undefined, { left, top, right, bottom }: Box): Markup | undefined {
  if (stamp === undefined || stamp.trim() === '') return undefined;
  const [width, height] = [right - left, bottom - top];
  const angle = Math.atan2(height, width) * 0.8;
  const length = (Math.min(width / Math.cos(angle), height / Math.sin(angle)) || width) * 0.86;
  const lines = wrap(stamp, length / 0.26, { size: 100, bold: true }, 3);
  const size = Math.min(
    54,
    height / (1.6 * lines.length + 1),
    ...lines.map((text) => length / widthOf(text, { size: 1, bold: true })),
  );
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const rows = lines.map((text, i) => {
    const down = (i - (lines.length - 1) / 2) * size * 1.15 + size * 0.35;
    return markup`<text x="${x}" y="${y + down}">${text}</text>`;
  });
  return markup`<g transform="rotate(${(-angle * 180) / Math.PI} ${x} ${y})" font-size="${size}" font-weight="bold" text-anchor="middle" fill="${ALARM}" fill-opacity="0.16">${rows}</g>`;
}

/** The whole picture. `name` sets its ids apart from those of other pictures on a page. */
export function picture(
  { title, alt }: { readonly title: string; readonly alt: string },
  name: string,
  height: number,
  drawn: readonly Part[],
): Markup {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="${name}-title ${name}-desc" font-family="${FONTS}"><title id="${name}-title">${title}</title><desc id="${name}-desc">${alt}</desc><rect width="${WIDTH}" height="${height}" fill="#ffffff"/>${drawn}</svg>`;
}

/** The name of an axis along the bottom, in as many lines as it needs. */
export function belowAxis(
  label: string,
  { left, right, bottom }: Box,
  down: number,
): { drawn: Markup[]; bottom: number } {
  const lines = wrap(label, right - left, { size: 12.5 }, 2);
  const drawn = lines.map((text, i) =>
    words((left + right) / 2, bottom + down + i * 15, text, { anchor: 'middle', size: 12.5 }),
  );
  return { drawn, bottom: bottom + down + (lines.length - 1) * 15 };
}

/** The name of an axis along the left, read from below. */
export function besideAxis(label: string, x: number, { top, bottom }: Box): Markup {
  const y = (top + bottom) / 2;
  return markup`<g transform="rotate(-90 ${x} ${y})">${fitted(x, y, label, bottom - top, { anchor: 'middle', size: 12.5 })}</g>`;
}

/** Marks along the bottom with their texts. */
export function marksBelow(marks: readonly { at: number; text: string }[], { bottom }: Box): Markup[] {
  return marks.map(
    ({ at, text }) =>
      markup`${rule(at, bottom, at, bottom + 5, QUIET)}${words(at, bottom + 18, text, { anchor: 'middle' })}`,
  );
}

/** Marks along the left with their texts. */
export function marksBeside(marks: readonly { at: number; text: string }[], { left }: Box): Markup[] {
  return marks.map(
    ({ at, text }) => markup`${rule(left - 5, at, left, at, QUIET)}${words(left - 8, at + 4, text, { anchor: 'end' })}`,
  );
}
