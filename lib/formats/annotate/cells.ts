import { styleOf } from './styles.ts';
import { attribute, prefixOf, withAttribute } from './xml.ts';

/** Where a cell of a sheet is to be marked: 1-based row, 0-based column. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** 0 is A, 26 is AA. */
function letters(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest > 0 ? letters(rest - 1) : '') + String.fromCharCode(65 + (column % 26));
}

/** `B7` */
export function referenceOf({ row, column }: CellPlace): string {
  return `${letters(column)}${row}`;
}

function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]+/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

const ROW = /<((?:\w+:)?row)(?=[\s/>])([^>]*?)(?:\/>|>([\s\S]*?)<\/\1\s*>)/g;
const CELL = /<((?:\w+:)?c)(?=[\s/>])[^>]*?(?:\/>|>[\s\S]*?<\/\1\s*>)/g;

interface PlacedText {
  readonly at: number;
  readonly text: string;
}

/**
 * A sheet with the style of some cells changed; a cell or row that isn't there is added, in its place. `styleFor` is asked with the style that the
 * cell has.
 */
export function restyled(
  xml: string,
  places: readonly CellPlace[],
  styleFor: (place: CellPlace, style: number) => number,
): string {
  const byRow = new Map<number, CellPlace[]>();
  for (const place of places) byRow.set(place.row, [...(byRow.get(place.row) ?? []), place]);
  const prefix = prefixOf(xml);
  const open = xml.replace(/<((?:\w+:)?sheetData)\s*\/>/, '<$1></$1>');
  return open.replace(
    /(<(?:\w+:)?sheetData[^>]*>)([\s\S]*?)(<\/(?:\w+:)?sheetData\s*>)/,
    (_, head: string, rows: string, tail: string) => {
      const found: PlacedText[] = [];
      let last = 0;
      for (const [text, name, attributes = '', content = ''] of rows.matchAll(ROW)) {
        const number = Number(attribute(`<row ${attributes}>`, 'r') ?? last + 1);
        last = number;
        const wanted = byRow.get(number);
        byRow.delete(number);
        const tag = `<${name}${attributes.trimEnd().replace(/\s+spans="[^"]*"/, '')}>`;
        found.push({
          at: number,
          text: wanted ? `${tag}${withCells(content, wanted, prefix, styleFor)}</${name}>` : text,
        });
      }
      for (const [number, wanted] of byRow)
        found.push({
          at: number,
          text: `<${prefix}row r="${number}">${withCells('', wanted, prefix, styleFor)}</${prefix}row>`,
        });
      return head + inOrder(found) + tail;
    },
  );
}

function inOrder(items: PlacedText[]): string {
  return items
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join('');
}

function withCells(
  content: string,
  places: readonly CellPlace[],
  prefix: string,
  styleFor: (place: CellPlace, style: number) => number,
): string {
  const wanted = new Map(places.map((place) => [place.column, place]));
  const cells: PlacedText[] = [];
  let last = -1;
  for (const [text] of content.matchAll(CELL)) {
    const open = /^<[^>]*>/.exec(text)![0];
    const reference = attribute(open, 'r');
    const at = reference === undefined ? last + 1 : columnOf(reference);
    last = at;
    const place = wanted.get(at);
    wanted.delete(at);
    const styled = place ? withAttribute(open, 's', String(styleFor(place, styleOf(open)))) : open;
    cells.push({ at, text: styled + text.slice(open.length) });
  }
  for (const [at, place] of wanted)
    cells.push({ at, text: `<${prefix}c r="${referenceOf(place)}" s="${styleFor(place, 0)}"/>` });
  return inOrder(cells);
}
