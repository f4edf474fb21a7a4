import type { AlterationText } from '../cohort/index.ts';
import { known, noNumber, placesOf } from './cells.ts';
import { type AlterationBatches, alteration, discreteClass, type Kept, noLevel } from './copy-number.ts';
import type { Rejected } from './rejected.ts';
import type { Source } from './source.ts';
import { DISCRETE } from './table-kind.ts';

/** https://docs.cbioportal.org/file-formats/#discrete-copy-number-data, its long form. */
const COLUMNS = {
  specimen: ['Sample_Id'],
  gene: ['Hugo_Symbol'],
  geneId: ['Entrez_Gene_Id'],
  value: ['Value'],
} as const;

/** A list of levels of copy number, as it is read. */
interface CopyNumberList {
  readonly batches: AlterationBatches;
  /** Every specimen that was named, whatever its level: whole once the batches were read. */
  readonly specimens: ReadonlySet<string>;
}

/** Alterations of a list of copy number, a row a specimen and gene, as {@link copyNumber} keeps them. */
export function copyNumberList(source: Source, kept: Pick<Kept, 'levels'> = {}): CopyNumberList {
  const specimens = new Set<string>();
  return { specimens, batches: read(source, discreteClass(kept.levels), specimens) };
}

async function* read(
  source: Source,
  classOf: (value: number) => string | undefined,
  specimens: Set<string>,
): AlterationBatches & AsyncGenerator {
  const at = placesOf(source.columns, COLUMNS);
  for await (const batch of source.rows) {
    const found: (AlterationText | Rejected)[] = [];
    for (const row of batch) {
      const cell = (name: keyof typeof COLUMNS): string => (row.cells?.[at[name]] ?? '').trim();
      const [specimen, gene] = [cell('specimen'), cell('gene')];
      if (specimen !== '') specimens.add(specimen);
      if ('rule' in row) {
        const missing = row.level === undefined && specimen !== '' && gene !== '' ? [{ specimen, gene }] : [];
        found.push({ ...row, missing });
        continue;
      }
      const text = known(cell('value'));
      const number = text === null ? Number.NaN : Number(text);
      const value = DISCRETE.has(number) ? number : null;
      const column = source.columns[at.value]!;
      if (text !== null && value === null)
        found.push((Number.isFinite(number) ? noLevel : noNumber)(row.line, column, text));
      const ofClass = value === null ? null : classOf(value);
      const id = known(cell('geneId'));
      if (ofClass !== undefined)
        found.push(alteration(specimen, gene, id === '0' ? null : id, row.line, ofClass, value));
    }
    if (found.length > 0) yield found;
  }
}
