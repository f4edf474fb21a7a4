import { gzipSync } from 'node:zlib';
import type { Reading } from '../cohort/index.ts';
import { openSource } from '../formats/index.ts';
import { type Her, normal } from './her.ts';
import { unpacked } from './mentions.ts';

/** How rows of a text are told to be hers: as the definition reads it, or by their first cell, as copy-number segments and panel matrices are. */
export type Telling = Reading | 'first';

/** A table of a text file: its header, and the columns that say whose a row is, by name or all by being the first. */
interface Looked {
  readonly header?: number | readonly number[];
  readonly columns: readonly string[] | 'first';
}

function tablesOf(telling: Telling): readonly Looked[] {
  if (telling === 'first') return [{ columns: 'first' }];
  const { tables, alterations } = telling;
  const named = tables.map(({ header, patient, specimen }) => ({
    ...(header !== undefined && { header }),
    columns: [patient, ...(specimen === undefined ? [] : [specimen])],
  }));
  return alterations ? [...named, { columns: [alterations.specimen] }] : named;
}

/** Where a row begins, and whether it goes. */
interface Begun {
  readonly line: number;
  readonly hers: boolean;
}

async function rowsOf(bytes: Uint8Array, file: string, { header, columns }: Looked, her: Her): Promise<Begun[]> {
  const at = { file, ...(header !== undefined && { header }) };
  const source = await openSource(once(bytes), at as Parameters<typeof openSource>[1]);
  const named = columns === 'first' ? [0] : columns.map((name) => source.columns.indexOf(name));
  const whose = named.filter((place) => place >= 0);
  const begun: Begun[] = [];
  const isHers = (cell: string | undefined): boolean => cell !== undefined && her.identifiers.has(normal(cell));
  for await (const batch of source.rows)
    for (const row of batch) {
      if (!('rule' in row)) begun.push({ line: row.line, hers: whose.some((place) => isHers(row.cells[place])) });
      else if (row.level === undefined) begun.push({ line: row.line, hers: row.cells?.some(isHers) ?? false });
    }
  return begun;
}

/**
 * The file without her rows, byte for byte the same otherwise; undefined where rows can't be cut out of it: what isn't text with line feeds, or has no column
 * that says whose a row is. Gzip is packed anew.
 */
export async function withoutHer(
  bytes: Uint8Array,
  file: string,
  telling: Telling,
  her: Her,
): Promise<Uint8Array | undefined> {
  const plain = unpacked(bytes);
  if (plain.includes(0) || !plain.includes(10)) return undefined; // a workbook, UTF-16, an old Macintosh
  const gone = new Set<number>();
  const lines = linesOf(plain);
  for (const table of tablesOf(telling)) {
    const begun = await rowsOf(plain, file, table, her);
    for (const [i, { line, hers }] of begun.entries()) {
      const end = begun[i + 1]?.line ?? lines.length + 1;
      if (hers) for (let each = line; each < end; each += 1) gone.add(each);
    }
  }
  if (gone.size === 0) return undefined;
  const left = Buffer.concat(lines.filter((_, i) => !gone.has(i + 1)));
  return plain === bytes ? left : gzipSync(left);
}

/** Lines with their ends. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from) + 1 || bytes.length;
    lines.push(bytes.subarray(from, end));
    from = end;
  }
  return lines;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
