import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CellValue, writeXlsxStream } from 'hucre/xlsx';

/** Writes a workbook of one sheet as a hospital would: a row a patient, key, follow-up and numbers of two decimals. */
export async function writeWorkbook(file: string, rows: number, columns: number): Promise<void> {
  const workbook = writeXlsxStream(rowsOf(rows, columns), { name: 'patients' });
  await pipeline(Readable.fromWeb(workbook as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(file));
}

function* rowsOf(rows: number, columns: number): Generator<CellValue[]> {
  const measured = columns - 3;
  yield ['patient', 'months', 'died', ...Array.from({ length: measured }, (_, i) => `c${i}`)];
  for (let row = 0; row < rows; row++)
    yield [
      `P${row}`,
      1 + (row % 60),
      row % 2,
      ...Array.from({ length: measured }, (_, i) => ((row * 7919 + i * 104_729) % 10_000) / 100),
    ];
}
