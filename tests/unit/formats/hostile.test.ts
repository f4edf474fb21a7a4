import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { SignetError } from '../../../lib/base/index.ts';
import { rejectionOf } from '../../../lib/ingest/rejection.ts';
import { readAll } from './read.ts';

const DATA = path.join(import.meta.dirname, '../../../demo/data');
const XLSX = readFileSync(path.join(DATA, 'crlm-tcia/clinical.xlsx'));
const CSV = readFileSync(path.join(DATA, 'crlm-tcia/clinical.csv')).subarray(0, 5000);
const TSV = readFileSync(path.join(DATA, 'tcga-read/clinical.tsv')).subarray(0, 8000);

const WHOLE = { csv: CSV, tsv: TSV, gzip: gzipSync(CSV), wide: Buffer.from(CSV.toString(), 'utf16le') };

const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.integer({ min: 0, max: 255 }) });

/** The bytes with some of them changed, and perhaps cut. */
function mutated(whole: Buffer, edits: readonly { at: number; byte: number }[], keep: number): Buffer {
  const bytes = Buffer.from(whole.subarray(0, Math.ceil(whole.length * keep)));
  for (const { at, byte } of edits) bytes[Math.floor(at * (bytes.length - 1))] = byte;
  return bytes;
}

/** A file is read, or refused in a way that its keeper is told of; it never ends in anything else. */
async function endsWell(bytes: Uint8Array, size?: number): Promise<void> {
  try {
    await readAll(bytes, size === undefined ? {} : { size });
  } catch (error) {
    const told = error instanceof SignetError ? [error.message !== '', error.remedy !== ''] : [error];
    expect(told).toEqual([true, true]);
    expect(rejectionOf(error, 'f')).toBeDefined();
  }
}

it('ends well whatever the bytes', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 1, max: 100 }), endsWell), {
    numRuns: 500,
  });
});

it.each(Object.entries(WHOLE))('ends well whatever becomes of a %s', async (_, whole) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { maxLength: 5 }),
      fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      (edits, keep) => endsWell(mutated(whole, edits, keep)),
    ),
    { numRuns: 300 },
  );
});

it('ends well whatever becomes of a workbook', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      (edits, keep) => endsWell(mutated(XLSX, edits, keep)),
    ),
    { numRuns: 60 },
  );
});
