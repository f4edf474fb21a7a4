import type { Box } from './picture.ts';
import { SMALL } from './picture.ts';
import { shorten, widthOf } from './text.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface LabelledPoint extends Point {
  readonly label: string;
}

/** A name beside its point: its baseline, and what it covers. */
interface PlacedLabel extends LabelledPoint {
  readonly text: string;
  readonly at: Point;
  readonly box: Box;
  /** Whether it stands so far off that a line has to lead there. */
  readonly led: boolean;
}

const FACE = { size: SMALL };
const ASCENT = SMALL * 0.8;
const DESCENT = SMALL * 0.25;
const MOST_WIDTH = 240;
const NEAR = 7;
const DISTANCES = [NEAR, 16, 28, 42, 60];
const DIRECTIONS = [0, -30, 30, 180, 210, 150, -90, 90, -60, 60, 240, 120].map((degrees) => (degrees * Math.PI) / 180);

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function around({ x, y }: Point, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

/** The box of a text of `width` that lies in a direction from a point, at a distance. */
function boxAt({ x, y }: Point, width: number, direction: number, distance: number): Box {
  const [along, down] = [Math.cos(direction), Math.sin(direction)];
  const centre = { x: x + along * distance, y: y + down * distance };
  const left = along > 0.1 ? centre.x : along < -0.1 ? centre.x - width : centre.x - width / 2;
  const height = ASCENT + DESCENT;
  const top = centre.y - height / 2 + (down * height) / 2;
  return { left: left - 1, right: left + width + 1, top, bottom: top + height };
}

/**
 * Places names beside their points, the first ones best: within `plot`, over no other name, over none of the points named and as few of the
 * others as can be. A name for which there is no room is left out.
 */
export function placeLabels(named: readonly LabelledPoint[], others: readonly Point[], plot: Box): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const point of named) {
    const text = shorten(point.label, MOST_WIDTH, FACE);
    const width = widthOf(text, FACE);
    const free = DISTANCES.flatMap((distance) =>
      DIRECTIONS.map((direction) => ({ distance, box: boxAt(point, width, direction, distance) })),
    ).filter(
      ({ box }) =>
        box.left >= plot.left &&
        box.right <= plot.right &&
        box.top >= plot.top &&
        box.bottom <= plot.bottom &&
        !placed.some((other) => overlaps(box, other.box)) &&
        !named.some((other) => overlaps(box, around(other, 4))),
    );
    const cost = ({ distance, box }: { distance: number; box: Box }) =>
      distance + 6 * others.filter((other) => overlaps(box, around(other, 2))).length;
    const costs = free.map(cost);
    const best = free[costs.indexOf(Math.min(...costs))];
    if (best === undefined) continue;
    const { box, distance } = best;
    placed.push({ ...point, text, box, at: { x: box.left + 1, y: box.top + ASCENT }, led: distance > NEAR });
  }
  return placed;
}
