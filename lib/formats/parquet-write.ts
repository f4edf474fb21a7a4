import { zstdCompressSync } from 'node:zlib';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import { type Column, MISSING, type Table } from '../cohort/index.ts';
import { chunkSize, DESCRIPTION_KEY, described, type TableDescription } from './parquet-columns.ts';

/** Rows that are encoded at once: it bounds what encoding needs besides the table. */
const GROUP_ROWS = 100_000;

type Cells = (number | string | boolean | null)[];

/**
 * A table as a Parquet file that any reader understands: doubles, dates, booleans and strings, missing is null; labels, units and the order
 * of levels stand in the file's metadata, beside `metadata`.
 */
export function writeParquet(table: Table, metadata: Readonly<Record<string, string>>): Uint8Array {
  const columns = [...table.columns];
  const description: TableDescription = {
    rows: table.rows,
    columns: columns.map(([name, column]) => described(name, column)),
  };
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    columnData: columns.map(([name, column]) => ({ name, data: cellsOf(column) })),
    schema: [
      { name: 'table', num_children: columns.length },
      ...columns.map(([name, column]) => ({ name, repetition_type: 'OPTIONAL' as const, ...storageOf(column) })),
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes, { chunkSize: chunkSize(bytes.length) }) },
    rowGroupSize: GROUP_ROWS,
    kvMetadata: [
      { key: DESCRIPTION_KEY, value: JSON.stringify(description) },
      ...Object.entries(metadata).map(([key, value]) => ({ key, value })),
    ],
    createdBy: 'signet',
  });
  return writer.getBytes();
}

function storageOf(column: Column): Pick<SchemaElement, 'type' | 'converted_type'> {
  switch (column.type) {
    case 'number':
      return { type: 'DOUBLE' };
    case 'boolean':
      return { type: 'BOOLEAN' };
    case 'date':
      return { type: 'INT32', converted_type: 'DATE' };
    default:
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' };
  }
}

function cellsOf(column: Column): Cells {
  switch (column.type) {
    case 'number':
    case 'date':
      return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
    case 'boolean':
      return Array.from(column.values, (value) => (value === MISSING ? null : value === 1));
    case 'category':
      return Array.from(column.codes, (code) => column.levels[code] ?? null);
    case 'text':
      return [...column.values];
  }
}
