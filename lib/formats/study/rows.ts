import { type Column, MISSING, type Table } from '../../cohort/index.ts';
import type { ZipFileContent } from '../zip-write.ts';

/** A cell of a column as text that reads as itself; '' where it is missing. */
export function cellText(column: Column | undefined, row: number): string {
  switch (column?.type) {
    case 'number':
      return Number.isNaN(column.values[row]!) ? '' : String(column.values[row]!);
    case 'date':
      return Number.isNaN(column.values[row]!)
        ? ''
        : new Date(column.values[row]! * 86_400_000).toISOString().slice(0, 10);
    case 'boolean':
      return column.values[row] === MISSING ? '' : column.values[row] === 1 ? 'true' : 'false';
    case 'category':
      return column.levels[column.codes[row]!] ?? '';
    case 'text':
      return column.values[row] ?? '';
    default:
      return '';
  }
}

/** Reads a table's cells by the name of their column. */
export function cellsOf(table: Table): (name: string, row: number) => string {
  return (name, row) => cellText(table.columns.get(name), row);
}

/** Lines of cells between tabs; what would break a line or a cell is a blank. */
export function tabText(rows: Iterable<readonly string[]>): string {
  let text = '';
  for (const row of rows) text += `${row.map((cell) => cell.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')}\n`;
  return text;
}

/** The meta file of a file of genes, which it names. */
export function profile(
  study: string,
  file: string,
  fields: Readonly<Record<string, string | undefined>>,
): ZipFileContent {
  return {
    name: file.replace(/^data_/, 'meta_'),
    content: metaText({ cancer_study_identifier: study, ...fields, data_filename: file }),
  };
}

/** The name of a file of data: cBioPortal takes whatever has the word meta in its name for a meta file. */
export function dataName(name: string): string {
  return name.replaceAll(/(?<![a-z0-9])meta(?![a-z])/gi, (word) => `${word}s`);
}

/** Where a file lies that cBioPortal has no place for: no meta file names it, so that only the definition's cohort reads it. */
export function besideName(file: string): string {
  return `beside/${file}`;
}

/** Things in layers, none of which has two of one name; those of a name in their order. */
export function layersOf<T>(things: readonly T[], nameOf: (thing: T) => string): readonly (readonly T[])[] {
  const layers: T[][] = [];
  const seen = new Map<string, number>();
  for (const thing of things) {
    const name = nameOf(thing);
    const layer = seen.get(name) ?? 0;
    seen.set(name, layer + 1);
    if (!layers[layer]) layers[layer] = [];
    layers[layer].push(thing);
  }
  return layers;
}

/** A meta file: a field a line. */
export function metaText(fields: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(fields)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value.replaceAll(/\s+/g, ' ')}\n`]))
    .join('');
}
