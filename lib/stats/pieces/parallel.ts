import type { CoxRows } from '../cox/cox-design.ts';
import type { NetOptions, NetOutcome } from '../elastic-net/elastic-net.ts';
import {
  type NetValidation,
  type NetValidationFailure,
  validationFrom,
} from '../elastic-net/elastic-net-validation.ts';
import type { GeneBits } from '../genes/gene-carriers.ts';
import type { LogRankScan } from '../genes/gene-log-rank.ts';
import type { ModelScan } from '../genes/gene-outcome.ts';
import type { AdjustedScan, AdjustedScanOptions } from '../genes/gene-scan-adjusted.ts';
import type { LogisticScan } from '../genes/gene-scan-logistic.ts';
import { packGenes } from '../genes/packed-genes.ts';
import type { LogisticRows } from '../logistic/logistic-likelihood.ts';
import {
  type OptimismOptions,
  type OptimismResult,
  optimismFrom,
  optimismPlan,
} from '../prediction/bootstrap-optimism.ts';
import type { FollowUp } from '../survival/follow-up.ts';
import { type InPieces, inPieces } from './piece-runner.ts';

/**
 * The heavy computations in pieces: with progress, stopped by a signal between pieces, and on threads where told to. The answer is the same to the last
 * bit whatever `workers` is, and the same as the plain function's. A scan's `patients` are as in {@link geneScan}.
 * As the plain function, over the threads.
 */
export const parallel = {
  /** {@link geneScan.logRank} */
  async logRankScan(
    followUp: FollowUp,
    genes: GeneBits,
    patients?: Int32Array,
    how: InPieces = {},
  ): Promise<LogRankScan> {
    return joined(await inPieces('logRank', { followUp, ...scanned(genes, patients) }, how));
  },

  /** {@link geneScan.cox} */
  async coxScan(followUp: FollowUp, genes: GeneBits, patients?: Int32Array, how: InPieces = {}): Promise<ModelScan> {
    return joined(await inPieces('cox', { followUp, ...scanned(genes, patients) }, how));
  },

  /** {@link geneScan.adjusted}; a model of the covariates that fails is named once a piece. */
  async adjustedScan(
    rows: CoxRows,
    genes: GeneBits,
    patients?: Int32Array,
    { scoreOnly = false, ...how }: AdjustedScanOptions & InPieces = {},
  ): Promise<AdjustedScan> {
    return joined(await inPieces('adjusted', { rows, options: { scoreOnly }, ...scanned(genes, patients) }, how));
  },

  /** {@link geneScan.logistic}; a model of the covariates that fails is named once a piece. */
  async logisticScan(
    rows: LogisticRows,
    genes: GeneBits,
    patients?: Int32Array,
    how: InPieces = {},
  ): Promise<LogisticScan> {
    return joined(await inPieces('logistic', { rows, ...scanned(genes, patients) }, how));
  },

  /** {@link bootstrapOptimism} */
  async bootstrapOptimism(
    rows: CoxRows,
    { workers, ...options }: OptimismOptions & InPieces = {},
  ): Promise<OptimismResult> {
    const plan = optimismPlan(rows, options);
    if ('problem' in plan) return plan;
    const { coefficients, resamples } = plan;
    const { ties = 'efron', signal, progress } = options;
    const input = { rows, coefficients, ties, resamples };
    return optimismFrom(plan, (await inPieces('optimism', input, given({ workers, signal, progress }))).flat());
  },

  /** {@link validateElasticNet}, a piece a fold. On threads the outcome can't have an `order` of its own. */
  async validateElasticNet(
    outcome: NetOutcome,
    covariates: readonly Float64Array[],
    folds: Int32Array,
    { workers, signal, progress, ...options }: NetOptions & InPieces = {},
  ): Promise<NetValidation | NetValidationFailure> {
    if (workers !== undefined && outcome.kind === 'survival' && outcome.order !== undefined) {
      throw new RangeError('a function can be given to no thread');
    }
    const input = { given: outcome, covariates, folds, options };
    const fits = await inPieces('validation', input, given({ workers, signal, progress }));
    return validationFrom(outcome, covariates, folds, fits);
  },
};

function scanned(genes: GeneBits, patients: Int32Array | undefined) {
  return { genes: packGenes(genes), ...(patients === undefined ? {} : { patients }) };
}

function given({ workers, signal, progress }: { [Key in keyof InPieces]: InPieces[Key] | undefined }): InPieces {
  return {
    ...(workers === undefined ? {} : { workers }),
    ...(signal === undefined ? {} : { signal }),
    ...(progress === undefined ? {} : { progress }),
  };
}

/** Scans of some genes after the others: columns one after the other, as lists are. */
function joined<Scan extends object>(scans: readonly Scan[]): Scan {
  const all = (name: string) => scans.map((scan) => (scan as Readonly<Record<string, unknown>>)[name]);
  const join = (parts: readonly unknown[]): unknown => {
    if (parts.every((part) => part instanceof Float64Array)) return columns(parts, Float64Array);
    if (parts.every((part) => part instanceof Int32Array)) return columns(parts, Int32Array);
    if (parts.every((part) => part instanceof Uint8Array)) return columns(parts, Uint8Array);
    return parts.flat();
  };
  return Object.fromEntries(Object.keys(scans[0]!).map((name) => [name, join(all(name))])) as Scan;
}

function columns<Column extends Float64Array | Int32Array | Uint8Array>(
  parts: readonly Column[],
  kind: new (length: number) => Column,
): Column {
  const whole = new kind(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
