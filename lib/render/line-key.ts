import type { Markup } from './markup.ts';
import { inkOf } from './palette.ts';
import { fitted, MARGIN, SAMPLE, SMALL, sample, WIDTH } from './picture.ts';
import { widthOf } from './text.ts';

const FACE = { size: SMALL };
const LINE = 17;
const INDENT = SAMPLE + 6;
const GAP = 20;
const MOST = WIDTH - 2 * MARGIN - INDENT;

/** Names of lines, each after a piece of it, side by side in as many rows as they need; from `top` down. */
export function lineKey(labels: readonly string[], top: number): { drawn: Markup[][]; bottom: number } {
  let [x, y] = [MARGIN, top + 12];
  const drawn = labels.map((label, i) => {
    const width = Math.min(MOST, widthOf(label, FACE));
    if (x > MARGIN && x + INDENT + width > WIDTH - MARGIN) {
      x = MARGIN;
      y += LINE;
    }
    const item = [sample(x, y - 4, inkOf(i)), fitted(x + INDENT, y, label, width + 1)];
    x += INDENT + width + GAP;
    return item;
  });
  return { drawn, bottom: y + 4 };
}
