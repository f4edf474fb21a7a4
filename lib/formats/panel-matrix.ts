import type { AlterationKind } from '../cohort/index.ts';
import { known } from './cells.ts';
import type { Rejected } from './rejected.ts';
import type { Source } from './source.ts';

/** What a specimen was sequenced with. */
interface Sequenced {
  readonly specimen: string;
  readonly panel: string;
  /** For what; absent where the column is none that is known: for all. */
  readonly kind?: AlterationKind;
}

/** What sequencing of everything is called. */
const WHOLE: Readonly<Record<string, string>> = { WES: 'exome', WXS: 'exome', WGS: 'genome' };

/**
 * A gene panel matrix of cBioPortal: a row a specimen, and under each kind of data the panel it was looked at with. Nothing, or NA, says
 * nothing. https://docs.cbioportal.org/file-formats/#gene-panel-matrix-file
 */
export async function* panelMatrix(source: Source): AsyncGenerator<readonly (Sequenced | Rejected)[]> {
  for await (const batch of source.rows) {
    const found: (Sequenced | Rejected)[] = [];
    for (const row of batch) {
      if ('rule' in row) {
        found.push(row);
        continue;
      }
      const [specimen = '', ...panels] = row.cells.map((cell) => cell.trim());
      for (const [i, cell] of panels.entries()) {
        const panel = known(cell);
        if (specimen === '' || panel === null) continue;
        const kind = kindOf(source.columns[i + 1] ?? '');
        found.push({ specimen, panel: WHOLE[panel.toUpperCase()] ?? panel, ...(kind && { kind }) });
      }
    }
    yield found;
  }
}

function kindOf(profile: string): AlterationKind | undefined {
  if (/^mutations?/i.test(profile)) return 'mutation';
  if (/cna|gistic/i.test(profile)) return 'copy number';
  return /^(?:structural_variants?|fusions?)$/i.test(profile) ? 'fusion' : undefined;
}
