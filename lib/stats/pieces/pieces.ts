import type { CoxRows, Ties } from '../cox/cox-design.ts';
import type { NetFailure, NetOptions, NetOutcome, NetPath } from '../elastic-net/elastic-net.ts';
import { foldCount, validationFit } from '../elastic-net/elastic-net-validation.ts';
import { geneScan } from '../genes/gene-scan.ts';
import type { AdjustedScanOptions } from '../genes/gene-scan-adjusted.ts';
import { type PackedGenes, unpackGenes } from '../genes/packed-genes.ts';
import type { LogisticRows } from '../logistic/logistic-likelihood.ts';
import { type SampleMeasure, sampleMeasures } from '../prediction/bootstrap-optimism.ts';
import type { FollowUp } from '../survival/follow-up.ts';

/** Genes a piece, and bootstrap samples: so many that what a piece makes for itself hardly counts. */
const GENES = 1000;
const SAMPLES = 20;

interface Scanned {
  readonly genes: PackedGenes;
  readonly patients?: Int32Array;
}

/** What each heavy computation is made of: numbers alone, which threads can share. */
export interface PieceInputs {
  readonly logRank: Scanned & { readonly followUp: FollowUp };
  readonly cox: Scanned & { readonly followUp: FollowUp };
  readonly adjusted: Scanned & { readonly rows: CoxRows; readonly options: AdjustedScanOptions };
  readonly logistic: Scanned & { readonly rows: LogisticRows };
  readonly optimism: {
    readonly rows: CoxRows;
    readonly coefficients: readonly number[];
    readonly ties: Ties;
    readonly resamples: readonly Int32Array[];
  };
  readonly validation: {
    readonly given: NetOutcome;
    readonly covariates: readonly Float64Array[];
    readonly folds: Int32Array;
    readonly options: NetOptions;
  };
}

/** What one piece of each comes to. */
export interface PieceResults {
  readonly logRank: ReturnType<typeof geneScan.logRank>;
  readonly cox: ReturnType<typeof geneScan.cox>;
  readonly adjusted: ReturnType<typeof geneScan.adjusted>;
  readonly logistic: ReturnType<typeof geneScan.logistic>;
  readonly optimism: readonly SampleMeasure[];
  readonly validation: NetPath | NetFailure;
}

export type PieceName = keyof PieceInputs;

type Pieces = {
  readonly [Name in PieceName]: {
    count(input: PieceInputs[Name]): number;
    piece(input: PieceInputs[Name], k: number): PieceResults[Name];
  };
};

const byGenes = ({ genes }: Scanned) => Math.ceil(genes.count / GENES);
const genesOf = ({ genes }: Scanned, k: number) =>
  unpackGenes(genes, k * GENES, Math.min(genes.count, (k + 1) * GENES));

/**
 * How each is cut into pieces, whose size doesn't depend on who does them: the same pieces, put together in their order, are the same answer to the last
 * bit.
 */
export const PIECES: Pieces = {
  logRank: {
    count: byGenes,
    piece: (input, k) => geneScan.logRank(input.followUp, genesOf(input, k), input.patients),
  },
  cox: {
    count: byGenes,
    piece: (input, k) => geneScan.cox(input.followUp, genesOf(input, k), input.patients),
  },
  adjusted: {
    count: byGenes,
    piece: (input, k) => geneScan.adjusted(input.rows, genesOf(input, k), input.patients, input.options),
  },
  logistic: {
    count: byGenes,
    piece: (input, k) => geneScan.logistic(input.rows, genesOf(input, k), input.patients),
  },
  optimism: {
    count: ({ resamples }) => Math.ceil(resamples.length / SAMPLES),
    piece: ({ rows, coefficients, ties, resamples }, k) =>
      resamples.slice(k * SAMPLES, (k + 1) * SAMPLES).map(sampleMeasures(rows, coefficients, ties)),
  },
  validation: {
    count: ({ folds }) => 1 + foldCount(folds),
    piece: ({ given, covariates, folds, options }, k) => validationFit(given, covariates, folds, options, k),
  },
};
