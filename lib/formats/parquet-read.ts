import { zstdDecompressSync } from 'node:zlib';
import { type DecodedArray, parquetMetadata, parquetScan } from 'hyparquet';
import { SignetError } from '../base/index.ts';
import { type Column, MISSING, type Table } from '../cohort/index.ts';
import { chunkSize, DESCRIPTION_KEY, TableDescription } from './parquet-columns.ts';

/** What {@link writeParquet} wrote: the table, and the metadata given beside it. Throws `not-a-table` where the file is another's. */
export async function readParquet(
  bytes: Uint8Array,
): Promise<{ readonly table: Table; readonly metadata: Readonly<Record<string, string>> }> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const header = parquetMetadata(buffer);
  const metadata: Record<string, string> = Object.create(null);
  for (const { key, value } of header.key_value_metadata ?? []) metadata[key] = value ?? '';
  const { [DESCRIPTION_KEY]: description, ...rest } = metadata;
  if (description === undefined) throw new SignetError('not-a-table', 'the Parquet file was not written by Signet');
  const { rows, columns } = TableDescription.parse(JSON.parse(description));
  const scan = await parquetScan({
    file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
    metadata: header,
    compressors: { ZSTD: (packed, length) => zstdDecompressSync(packed, { chunkSize: chunkSize(length) }) },
    parsers: { dateFromDays: (day) => day },
    useOffsetIndex: false,
  });
  const table = new Map<string, Column>();
  for (const { name, levels, type, label, unit } of columns) {
    const column = emptyColumn(type, rows, levels ?? []);
    const put = filler(column);
    for (const { rowStart, rowEnd } of scan.ranges)
      put(await scan.readColumn({ column: name, rowStart, rowEnd }), rowStart);
    table.set(name, {
      ...column,
      ...(label !== undefined && { label }),
      ...(unit !== undefined && { unit }),
    });
  }
  return { table: { rows, columns: table }, metadata: rest };
}

/** All missing. */
function emptyColumn(type: Column['type'], rows: number, levels: readonly string[]): Column {
  switch (type) {
    case 'number':
    case 'date':
      return { type, values: new Float64Array(rows).fill(Number.NaN) };
    case 'boolean':
      return { type, values: new Uint8Array(rows).fill(MISSING) };
    case 'category':
      return { type, levels, codes: new Int32Array(rows).fill(-1) };
    case 'text':
      return { type, values: new Array<string | null>(rows).fill(null) };
  }
}

/** Puts a row group's cells where they belong. */
function filler(column: Column): (cells: DecodedArray, from: number) => void {
  switch (column.type) {
    case 'number':
    case 'date':
      return each((cell: number, row) => {
        column.values[row] = cell;
      });
    case 'boolean':
      return each((cell: boolean, row) => {
        column.values[row] = cell ? 1 : 0;
      });
    case 'category': {
      const codes = new Map(column.levels.map((level, code) => [level, code]));
      return each((cell: string, row) => {
        column.codes[row] = codes.get(cell) ?? -1;
      });
    }
    case 'text': {
      const values = column.values as (string | null)[];
      return each((cell: string, row) => {
        values[row] = cell;
      });
    }
  }
}

function each<T>(put: (cell: T, row: number) => void): (cells: DecodedArray, from: number) => void {
  return (cells, from) => {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as T | null | undefined;
      if (cell !== null && cell !== undefined) put(cell, from + i);
    }
  };
}
