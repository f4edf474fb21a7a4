import { fault } from '../fault.ts';
import { heldBuffer } from '../held.ts';
import { LIMITS } from '../limits.ts';
import { refuseDamaged } from '../workbook.ts';
import { inspect } from '../zip.ts';
import { referenceOf, restyled } from './cells.ts';
import { type CellComment, comment } from './comments.ts';
import { disarm, sheetParts } from './disarm.ts';
import { type Parts, packParts, unpackParts } from './package.ts';
import { declare, relate, relationsOf } from './relations.ts';
import { type MarkLevel, MarkStyles } from './styles.ts';

/** What is wrong at a cell of a workbook. */
export interface Mark {
  /** Absent: the first sheet that isn't hidden. */
  readonly sheet?: string;
  /** 1-based row, 0-based column. */
  readonly row: number;
  readonly column: number;
  readonly level: MarkLevel;
  readonly text: string;
}

/** Cells that are marked; beyond them the last comment says how many more there are. */
const MOST_MARKS = 20_000;

const LEVELS: readonly MarkLevel[] = ['file', 'error', 'cell', 'warning'];

/**
 * A workbook with cells filled and commented. Its parts are edited, not written anew: formulas, formats and all else stay, but macros, external
 * links and formulas that reach out, which become the value saved with them. Throws `archive-not-read`, `over-limit`, `truncated`, `undecodable`.
 */
export async function annotateWorkbook(bytes: Buffer, file: string, marks: readonly Mark[]): Promise<Buffer> {
  if (bytes.length > LIMITS.annotatedBytes)
    throw fault(
      'over-limit',
      `a copy is marked of a workbook of at most ${LIMITS.annotatedBytes} bytes`,
      { file },
      'The problems as CSV name each cell.',
    );
  await inspect(heldBuffer(bytes, file), file, { most: LIMITS.annotatedInflatedBytes });
  const parts = await unpackParts(bytes);
  for (const [part, content] of parts)
    if (/\.(xml|rels|vml)$/.test(part) && content.includes('<!DOCTYPE'))
      throw fault(
        'undecodable',
        'the workbook declares entities of its own',
        { file },
        'Save it again with Excel or LibreOffice.',
      );
  for (const part of ['[Content_Types].xml', 'xl/workbook.xml'])
    if (!parts.has(part))
      throw fault(
        'undecodable',
        `the workbook lacks its part ${part}`,
        { file },
        'Save it again with Excel or LibreOffice.',
      );
  disarm(parts);
  const sheets = sheetParts(parts);
  const styles = stylesPart(parts);
  const restyle = new MarkStyles(parts.get(styles)?.toString());
  const bySheet = new Map<string, Mark[]>();
  for (const mark of marks.slice(0, MOST_MARKS)) {
    const part = (mark.sheet === undefined ? sheets[0] : sheets.find(({ name }) => name === mark.sheet))?.part;
    if (part !== undefined && parts.has(part)) bySheet.set(part, [...(bySheet.get(part) ?? []), mark]);
  }
  for (const [part, of] of bySheet) markSheet(parts, part, of, restyle, marks.length - MOST_MARKS);
  parts.set(styles, Buffer.from(restyle.xml));
  const annotated = packParts(parts);
  await refuseDamaged(annotated, file); // what a reader passes over in a part may not bear being edited
  return annotated;
}

function markSheet(parts: Parts, part: string, marks: readonly Mark[], styles: MarkStyles, beyond: number): void {
  const cells = new Map<string, { readonly place: Mark; level: MarkLevel; readonly texts: Set<string> }>();
  for (const mark of marks) {
    const name = referenceOf(mark);
    const known = cells.get(name);
    if (!known) cells.set(name, { place: mark, level: mark.level, texts: new Set([mark.text]) });
    else {
      known.texts.add(mark.text);
      if (LEVELS.indexOf(mark.level) < LEVELS.indexOf(known.level)) known.level = mark.level;
    }
  }
  const places = [...cells.values()];
  if (beyond > 0) places.at(-1)!.texts.add(`${beyond} more problems are not marked.`);
  const levels = new Map(places.map(({ place, level }) => [referenceOf(place), level]));
  parts.set(
    part,
    Buffer.from(
      restyled(
        parts.get(part)!.toString(),
        places.map(({ place }) => place),
        (place, style) => styles.of(style, levels.get(referenceOf(place))!),
      ),
    ),
  );
  const comments = places.map(
    ({ place: { row, column }, texts }): CellComment => ({ row, column, text: [...texts].join('\n\n') }),
  );
  comment(
    parts,
    part,
    comments.sort((a, b) => a.row - b.row || a.column - b.column),
  );
}

/** The part of styles, which a workbook without one is told of. */
function stylesPart(parts: Parts): string {
  const known = relationsOf(parts, 'xl/workbook.xml').find(({ type }) => type.endsWith('/styles'))?.target;
  if (known !== undefined && parts.has(known)) return known;
  const part = 'xl/styles.xml';
  relate(parts, 'xl/workbook.xml', 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles', part);
  declare(parts, { part }, 'application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml');
  return part;
}
