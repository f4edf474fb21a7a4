import { writeFile } from 'node:fs/promises';
import { writeXlsx } from 'hucre/xlsx';

/** Writes a workbook of one sheet as a hospital would: a row a patient, key, follow-up and numbers of two decimals. */
export async function writeWorkbook(file: string, rows: number, columns: number): Promise<void> {
  const measured = columns - 3;
  const header = ['patient', 'months', 'died', ...Array.from({ length: measured }, (_, i) => `c${i}`)];
  const body = Array.from({ length: rows }, (_, row) => [
    `P${row}`,
    1 + (row % 60),
    row % 2,
    ...Array.from({ length: measured }, (_, i) => ((row * 7919 + i * 104_729) % 10_000) / 100),
  ]);
  await writeFile(file, await writeXlsx({ sheets: [{ name: 'patients', rows: [header, ...body] }] }));
}
