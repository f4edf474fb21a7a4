import type { CohortFrame, FoundAlteration } from '../../cohort/index.ts';
import { ALTERATION_CLASSES, type AlterationClass, NOT_COVERED } from '../../result/index.ts';

/** A gene that enough of the covered patients have altered: by place among the patients analysed what they have. */
export interface PrintedGene {
  readonly symbol: string;
  readonly altered: number;
  readonly covered: number;
  /** A set of classes each, as the figure has it. */
  readonly cells: Int32Array;
}

const BY_CLASSIFICATION: Readonly<Record<string, AlterationClass>> = {
  Missense_Mutation: 'missense',
  Nonsense_Mutation: 'truncating',
  Frame_Shift_Del: 'truncating',
  Frame_Shift_Ins: 'truncating',
  Splice_Site: 'splice site',
  In_Frame_Del: 'in frame',
  In_Frame_Ins: 'in frame',
};

function classOf({ kind, class: named }: FoundAlteration): AlterationClass {
  if (kind === 'fusion') return 'fusion';
  if (kind === 'copy number') return /^del/i.test(named ?? '') ? 'deletion' : 'amplification';
  return BY_CLASSIFICATION[named ?? ''] ?? 'other mutation';
}

function has(bits: Uint32Array, row: number): boolean {
  return (((bits[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
}

/** Genes altered in at least a share of the covered patients, the most frequent first; `rows` are the frame's. */
export function frequentGenes(frame: CohortFrame, rows: Int32Array, atLeast: number): readonly PrintedGene[] {
  const genes = frame.genes();
  const place = new Int32Array(frame.rows).fill(-1);
  rows.forEach((row, i) => {
    place[row] = i;
  });
  const frequent = genes.symbols.flatMap((symbol, gene) => {
    const [bits, known] = [genes.altered(gene), genes.covered(gene)];
    let [altered, covered] = [0, 0];
    for (const row of rows) {
      if (!has(known, row)) continue;
      covered++;
      if (has(bits, row)) altered++;
    }
    return altered > 0 && altered >= atLeast * covered ? [{ symbol, gene, altered, covered }] : [];
  });
  const sorted = frequent.sort(
    (a, b) => b.altered / b.covered - a.altered / a.covered || b.altered - a.altered || (a.symbol < b.symbol ? -1 : 1),
  );
  return sorted.map(({ symbol, gene, altered, covered }) => {
    const known = genes.covered(gene);
    const cells = Int32Array.from(rows, (row) => (has(known, row) ? 0 : NOT_COVERED));
    for (const found of genes.found(gene)) {
      const at = place[found.patient]!;
      if (at >= 0) cells[at] = Math.max(0, cells[at]!) | (1 << ALTERATION_CLASSES.indexOf(classOf(found)));
    }
    return { symbol, altered, covered, cells };
  });
}

/** How many of a gene's patients have each class. */
export function classCounts({ cells }: PrintedGene): readonly (readonly [name: AlterationClass, patients: number])[] {
  return ALTERATION_CLASSES.map((name, bit) => [name, cells.filter((cell) => cell > 0 && (cell >> bit) & 1).length]);
}

/** The order in which patients are drawn: by the first gene altered before not, not before not covered, then by the second, and so on. */
export function memoSorted(genes: readonly PrintedGene[], patients: number): readonly number[] {
  return [...Array(patients).keys()].sort((a, b) => {
    for (const { cells } of genes) {
      const difference = Math.sign(cells[b]!) - Math.sign(cells[a]!);
      if (difference !== 0) return difference;
    }
    return a - b;
  });
}
