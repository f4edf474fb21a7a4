import type { CohortFrame } from '../cohort/index.ts';
import type { Findings } from '../result/index.ts';
import type { GeneTest } from './gene-test.ts';
import type { Scanned } from './scan-genes.ts';
import { leaveOut, type Selection, select } from './selection.ts';

/** The part of a request that every target needs. */
export interface TargetRequest {
  readonly where?: string | undefined;
  readonly level: number;
}

/** What genes are tested against, and what is said of it. */
export interface Target {
  readonly selection: Selection;
  readonly test: GeneTest;
  readonly title: string;
  readonly events: number | null;
  readonly pName: string;
  readonly method: readonly string[];
  readonly citations: readonly string[];
  readonly assumptions: Findings['assumptions'];
  readonly warnings: Findings['warnings'];
  notes(scanned: Scanned): string[];
}

/** Those of the subgroup with at least one gene that their sequencing covers: of the others nothing is known, and they aren't wild type. */
export function sequenced(frame: CohortFrame, where: string | undefined): Selection {
  const genes = frame.genes();
  const any = new Uint32Array(genes.words);
  for (const bits of new Set(genes.symbols.map((_, gene) => genes.covered(gene)))) {
    for (let w = 0; w < any.length; w++) any[w]! |= bits[w] ?? 0;
  }
  return leaveOut(
    select(frame, where),
    { reason: 'without sequencing that covers a gene', columns: [], pointer: '/scan' },
    (row) => ((any[row >>> 5]! >>> (row & 31)) & 1) === 0,
  );
}
