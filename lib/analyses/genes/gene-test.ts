import type { Cell, ResultColumn } from '../../result/index.ts';

/** A gene tested: its row of the table, and its place in the picture. */
export interface TestedGene {
  readonly symbol: string;
  readonly p: number;
  /** Infinity and 0 where the ratio is so. */
  readonly ratio: number;
  readonly cells: Readonly<Record<string, Cell>>;
  /** p of the model beside the test; NaN where it has none. */
  readonly modelP?: number;
}

/** What one batch of genes came to. */
export interface GeneBatch {
  /** By gene of the batch: those analysed whom its sequencing covers, and those of them who carry an alteration. */
  readonly covered: Int32Array;
  readonly carriers: Int32Array;
  /** The test of a gene; undefined where its data say nothing. */
  tested(gene: number): Omit<TestedGene, 'symbol'> | undefined;
}

/** How genes are tested against something: the part of a scan that differs by what is asked. */
export interface GeneTest {
  /** Columns between the gene and the p values' adjustment. */
  readonly columns: readonly ResultColumn[];
  /** Of a model that stands beside the test: its columns, after which its adjusted p stands. */
  readonly beside?: readonly ResultColumn[];
  readonly ratio: string;
  /** Why a gene with enough carriers may still have no test. */
  readonly silent: string;
  /** Tests genes, given as bit sets over the frame's rows. */
  run(genes: {
    readonly count: number;
    altered(gene: number): Uint32Array;
    covered(gene: number): Uint32Array;
  }): GeneBatch;
}

/** `12/67 (17.9%)` */
export function share(part: number, whole: number): string {
  return whole === 0 ? '0/0' : `${part}/${whole} (${((100 * part) / whole).toFixed(1)}%)`;
}
