import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { SignetError } from '../../../lib/base/index.ts';
import type { Column, Table } from '../../../lib/cohort/index.ts';
import { readParquet, writeParquet } from '../../../lib/formats/index.ts';

const NONE = Number.NaN;

const PATIENTS: Table = {
  rows: 3,
  columns: new Map<string, Column>([
    ['patient', { type: 'text', values: ['a1', 'b2', 'c3'] }],
    ['size', { type: 'number', unit: 'cm', label: 'Largest metastasis', values: Float64Array.of(1.5, NONE, -0.25) }],
    ['cea.bound', { type: 'text', values: [null, '<0.5', ''] }],
    ['resected', { type: 'date', label: 'Resection', values: Float64Array.of(19_000, NONE, -1) }],
    ['stage', { type: 'category', levels: ['IV', 'I', 'never'], codes: Int32Array.of(1, -1, 0) }],
    ['died', { type: 'boolean', values: Uint8Array.of(0, 2, 1) }],
  ]),
};

const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed());
const maybe = <T>(value: fc.Arbitrary<T>, nothing: T) => fc.oneof(value, fc.constant(nothing));

function columnOf(rows: number): fc.Arbitrary<Column> {
  const many = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: rows, maxLength: rows });
  const label = fc.option(text, { nil: undefined }).map((value) => (value === undefined ? {} : { label: value }));
  const number = maybe(fc.double({ noNaN: true }), NONE);
  const day = maybe(fc.integer({ min: -700_000, max: 700_000 }), NONE);
  return fc
    .oneof(
      fc.record({
        type: fc.constant('number' as const),
        values: many(number).map((v) => Float64Array.from(v)),
        unit: text,
      }),
      fc.record({ type: fc.constant('date' as const), values: many(day).map((v) => Float64Array.from(v)) }),
      fc.record({
        type: fc.constant('boolean' as const),
        values: many(fc.integer({ min: 0, max: 2 })).map((v) => Uint8Array.from(v)),
      }),
      fc.record({ type: fc.constant('text' as const), values: many(fc.option(text)) }),
      fc.uniqueArray(text, { maxLength: 4 }).chain((levels) =>
        fc.record({
          type: fc.constant('category' as const),
          levels: fc.constant(levels),
          codes: many(fc.integer({ min: -1, max: levels.length - 1 })).map((v) => Int32Array.from(v)),
        }),
      ),
    )
    .chain((column) => label.map((more): Column => ({ ...column, ...more })));
}

const tables: fc.Arbitrary<Table> = fc.nat({ max: 40 }).chain((rows) =>
  fc
    .dictionary(
      text.filter((name) => name !== ''),
      columnOf(rows),
      { maxKeys: 6, noNullPrototype: true },
    )
    .map((columns) => ({ rows, columns: new Map(Object.entries(columns)) })),
);

it('comes back as the table it was, in order, with labels, units, levels and what is missing', async () => {
  const metadata = { frame: 'f', panels: '{"exome":null}' };
  const read = await readParquet(writeParquet(PATIENTS, metadata));
  expect(read.table).toEqual(PATIENTS);
  expect([...read.table.columns.keys()]).toEqual([...PATIENTS.columns.keys()]);
  expect({ ...read.metadata }).toEqual(metadata);
});

it('comes back whatever the table', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      const { table: read } = await readParquet(writeParquet(table, {}));
      expect(read).toEqual(table);
      expect([...read.columns.keys()]).toEqual([...table.columns.keys()]);
    }),
  );
});

it('comes back over several groups of rows', async () => {
  const rows = 250_001;
  const values = Float64Array.from({ length: rows }, (_, i) => (i % 7 === 0 ? NONE : i / 3));
  const codes = Int32Array.from({ length: rows }, (_, i) => (i % 4) - 1);
  const table: Table = {
    rows,
    columns: new Map<string, Column>([
      ['x', { type: 'number', values }],
      ['c', { type: 'category', levels: ['p', 'q', 'r'], codes }],
    ]),
  };
  const { table: read } = await readParquet(writeParquet(table, {}));
  expect(read.columns.get('x')).toEqual(table.columns.get('x'));
  expect(read.columns.get('c')).toEqual(table.columns.get('c'));
});

it('is the same bytes for the same table', () => {
  expect(writeParquet(PATIENTS, { a: '1' })).toEqual(writeParquet(PATIENTS, { a: '1' }));
});

it('is a Parquet file to DuckDB', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-parquet-'));
  try {
    const file = path.join(directory, 'patients.parquet');
    await writeFile(file, writeParquet(PATIENTS, { frame: 'f' }));
    const connection = await (await DuckDBInstance.create()).connect();
    const rows = async (sql: string) =>
      (await connection.runAndReadAll(sql.replace('FILE', `'${file}'`))).getRowsJson();
    expect(
      await rows('describe select * from FILE').then((found) => found.map(([name, type]) => [name, type])),
    ).toEqual([
      ['patient', 'VARCHAR'],
      ['size', 'DOUBLE'],
      ['cea.bound', 'VARCHAR'],
      ['resected', 'DATE'],
      ['stage', 'VARCHAR'],
      ['died', 'BOOLEAN'],
    ]);
    expect(await rows('select * from FILE')).toEqual([
      ['a1', 1.5, null, '2022-01-08', 'I', false],
      ['b2', null, '<0.5', null, null, null],
      ['c3', -0.25, '', '1969-12-31', 'IV', true],
    ]);
    expect(await rows("select decode(value) from parquet_kv_metadata(FILE) where decode(key) = 'frame'")).toEqual([
      ['f'],
    ]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('is refused where another program wrote it', async () => {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const other = parquetWriteBuffer({ columnData: [{ name: 'x', data: [1, 2] }] });
  await expect(readParquet(new Uint8Array(other))).rejects.toThrow(SignetError);
});
