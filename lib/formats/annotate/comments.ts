import { type CellPlace, referenceOf } from './cells.ts';
import type { Parts } from './package.ts';
import { declare, relate, relationsOf } from './relations.ts';
import { attribute, elements, escaped, prefixOf } from './xml.ts';

/** What is written beside a cell. */
export interface CellComment extends CellPlace {
  readonly text: string;
}

const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const AUTHOR = 'Signet';
/** A comment that nobody can read to its end says no more than this. */
const MOST_CHARACTERS = 2_000;

function unused(parts: Parts, path: (number: number) => string): string {
  let number = 1;
  while (parts.has(path(number))) number += 1;
  return path(number);
}

/** Writes comments beside cells of a sheet, after those that are there; a cell that has one gets both texts in it. */
export function comment(parts: Parts, sheet: string, comments: readonly CellComment[]): void {
  const relations = relationsOf(parts, sheet);
  const known = relations.find(({ type }) => type.endsWith('/comments'))?.target;
  const part = known ?? unused(parts, (number) => `xl/comments${number}.xml`);
  const before = known === undefined ? undefined : parts.get(known)?.toString();
  const xml = before ?? `${HEAD}<comments xmlns="${MAIN}"><authors></authors><commentList></commentList></comments>`;
  const { xml: written, added } = withComments(xml, comments);
  parts.set(part, Buffer.from(written));
  if (known === undefined) {
    relate(parts, sheet, `${TYPE}/comments`, part);
    declare(parts, { part }, 'application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml');
  }
  draw(parts, sheet, added);
}

function withComments(
  xml: string,
  comments: readonly CellComment[],
): { readonly xml: string; readonly added: readonly CellComment[] } {
  const p = prefixOf(xml);
  let text = xml.replace(/<((?:\w+:)?(?:authors|commentList))\s*\/>/g, '<$1></$1>');
  const author = elements(text, 'author').length;
  text = text.replace(/<\/(?:\w+:)?authors\s*>/, (close) => `<${p}author>${AUTHOR}</${p}author>${close}`);
  const there = new Map(
    elements(text, 'comment').map(([element]) => [attribute(/^<[^>]*>/.exec(element)![0], 'ref'), element]),
  );
  const added: CellComment[] = [];
  let list = '';
  for (const each of comments) {
    const run = `<${p}r><${p}t xml:space="preserve">${escaped(each.text.slice(0, MOST_CHARACTERS))}</${p}t></${p}r>`;
    const old = there.get(referenceOf(each));
    if (old === undefined) {
      list += `<${p}comment ref="${referenceOf(each)}" authorId="${author}"><${p}text>${run}</${p}text></${p}comment>`;
      added.push(each);
    } else {
      const gap = `<${p}r><${p}t xml:space="preserve">\n\n</${p}t></${p}r>`;
      const plain = old.replace(
        /<((?:\w+:)?t)(?=[\s>])([^>]*)>([^<]*)<\/\1>(?=\s*<\/(?:\w+:)?text>)/,
        `<${p}r><$1$2>$3</$1></${p}r>`,
      );
      text = text.replace(old, () => plain.replace(/<\/(?:\w+:)?text\s*>/, (close) => gap + run + close));
    }
  }
  return { xml: text.replace(/<\/(?:\w+:)?commentList\s*>/, (close) => list + close), added };
}

const VML_HEAD = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>`;

/** The boxes that comments are shown in: without them Excel shows none. */
function draw(parts: Parts, sheet: string, comments: readonly CellComment[]): void {
  if (comments.length === 0) return;
  const xml = parts.get(sheet)!.toString();
  const [legacy] = elements(xml, 'legacyDrawing');
  const id = legacy && attribute(legacy[0], 'r:id');
  const known = relationsOf(parts, sheet).find((relation) => relation.id === id)?.target;
  const part = known ?? unused(parts, (number) => `xl/drawings/vmlDrawing${number}.vml`);
  const drawing = (known === undefined ? undefined : parts.get(known)?.toString()) ?? VML_HEAD;
  const shapes = comments.map(({ row, column }, i) => shape(row, column, i)).join('');
  parts.set(part, Buffer.from(drawing.replace(/<\/xml>\s*$/, () => `${shapes}</xml>`)));
  declare(parts, { extension: 'vml' }, 'application/vnd.openxmlformats-officedocument.vmlDrawing');
  if (known !== undefined) return;
  const relation = relate(parts, sheet, `${TYPE}/vmlDrawing`, part);
  parts.set(sheet, Buffer.from(withLegacyDrawing(xml, relation)));
}

function shape(row: number, column: number, i: number): string {
  return (
    `<v:shape id="_x0000_signet${i}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;width:220pt;height:90pt;z-index:${i + 1};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">` +
    `<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>` +
    `<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>${column + 1}, 15, ${row - 1}, 2, ${column + 5}, 15, ${row + 5}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>${row - 1}</x:Row><x:Column>${column}</x:Column></x:ClientData></v:shape>`
  );
}

/** What comes after `legacyDrawing` in a sheet, in the order that the schema demands. */
const AFTER = [
  'legacyDrawingHF',
  'drawingHF',
  'picture',
  'oleObjects',
  'controls',
  'webPublishItems',
  'tableParts',
  'extLst',
];

function withLegacyDrawing(xml: string, id: string): string {
  const p = prefixOf(xml);
  const tag = `<${p}legacyDrawing xmlns:r="${TYPE}" r:id="${id}"/>`;
  const next = AFTER.flatMap((name) => elements(xml, name).slice(-1))
    .map(([, index]) => index)
    .sort((a, b) => a - b)[0];
  const end = xml.search(/<\/(?:\w+:)?worksheet\s*>\s*$/);
  const at = next === undefined || next < xml.search(/<\/(?:\w+:)?sheetData\s*>/) ? end : next;
  return xml.slice(0, at) + tag + xml.slice(at);
}
