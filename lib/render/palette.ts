/** How a group is drawn. */
export interface Ink {
  readonly colour: string;
  /** As `stroke-dasharray`: tells groups apart in black and white; `none` for a full line. */
  readonly dash: string;
}

/** Okabe and Ito's colours, which the colour-blind tell apart (jfly.uni-koeln.de/color); without yellow, which a white page swallows. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'];
const DASHES = ['none', '9 4', '2.5 2.5', '9 3 2.5 3', '15 4', '5 2 1.5 2 1.5 2', '4.5 4.5', '15 3 2.5 3'];

export const BLUE = COLOURS[0]!;
export const VERMILLION = COLOURS[1]!;

/** Of text, axes and rules: dark enough on white for small print, except `RULE`. */
export const TEXT = '#1a1a1a';
export const QUIET = '#595959';
export const RULE = '#d0d0d0';
export const ALARM = '#a4161a';

/** Colour and dashes of the group at `index`: 56 groups before a pair comes again. */
export function inkOf(index: number): Ink {
  return { colour: COLOURS[index % COLOURS.length]!, dash: DASHES[index % DASHES.length]! };
}
