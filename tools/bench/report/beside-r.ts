import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { patientsCsv } from '../../../lib/answer/index.ts';
import type { CohortFrame } from '../../../lib/cohort/index.ts';

const SCRIPT = path.join(import.meta.dirname, 'report.R');
const MOST_OUTPUT = 10 * 1024 ** 2;

/** What an item of the plan cost R, its sensitivities counted in. */
export interface RItem {
  /** Processor time. */
  readonly seconds: number;
  /** Calls that R had no answer to. */
  readonly failed: number;
}

/** Each item that `report.R` repeats, of the very patients. Throws where R fails. */
export async function reportInR(frame: CohortFrame): Promise<ReadonlyMap<string, RItem>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-bench-'));
  try {
    await writeFrame(frame, folder);
    const { stdout } = await promisify(execFile)('Rscript', [SCRIPT, folder], { maxBuffer: MOST_OUTPUT });
    const lines = stdout.matchAll(/^seconds (\S+) (\S+) (\d+)/gm);
    return new Map(
      [...lines].map(([, item, seconds, failed]) => [item!, { seconds: Number(seconds), failed: Number(failed) }]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The frame as `report.R` reads it, seen also under each sensitivity that sets nothing in for what is missing. */
async function writeFrame(frame: CohortFrame, folder: string): Promise<void> {
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(path.join(folder, name), content);
  const { items, sensitivities } = frame.definition.plan!;
  const seen = Object.entries(sensitivities).filter(([, { impute }]) => impute === undefined);
  write('patients.csv', await patientsCsv(frame, [], []));
  for (const [name] of seen) write(`${name}.csv`, await patientsCsv(frame.under(name), [], []));
  const rows = items.flatMap(({ id }) => [
    `${id},-`,
    ...seen.flatMap(([name, { of }]) => (of.includes(id) ? [`${id},${name}`] : [])),
  ]);
  write('plan.csv', ['item,sensitivity', ...rows, ''].join('\n'));
  const { symbols } = frame.genes();
  write('genes.txt', `${symbols.join('\n')}\n`);
  write('genes.bin', carriersOf(frame));
}

/** A byte a patient, gene after gene: altered 1, not 0, not covered 2. */
function carriersOf(frame: CohortFrame): Uint8Array {
  const genes = frame.genes();
  const bytes = new Uint8Array(genes.symbols.length * frame.rows);
  const has = (bits: Uint32Array, row: number): boolean => ((bits[row >>> 5]! >>> (row & 31)) & 1) === 1;
  genes.symbols.forEach((_, gene) => {
    const [altered, covered] = [genes.altered(gene), genes.covered(gene)];
    for (let row = 0; row < frame.rows; row++)
      bytes[gene * frame.rows + row] = has(covered, row) ? Number(has(altered, row)) : 2;
  });
  return bytes;
}
