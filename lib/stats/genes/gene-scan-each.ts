import { cox } from '../cox/cox.ts';
import { type CoxRows, coxDesigns } from '../cox/cox-design.ts';
import type { CoxFailure, CoxMonotone, CoxResult } from '../cox/cox-result.ts';
import { chiSquare } from '../numeric/distributions.ts';
import { dot, inverse, multiply } from '../numeric/linear.ts';
import type { FollowUp } from '../survival/follow-up.ts';
import { logRank } from '../survival/log-rank.ts';
import { type CoverageGroup, carriersByCoverage, type GeneBits, rowOfPatient } from './gene-carriers.ts';
import type { LogRankScan } from './gene-log-rank.ts';
import { emptyModels, GENE_OUTCOME, type ModelScan } from './gene-outcome.ts';

/** Of genes beside covariates. */
export interface AdjustedScan extends ModelScan {
  /** Where the covariates alone have no estimate among those covered: why. The genes' outcome is `noCovariateModel`. */
  readonly failures: readonly (CoxFailure | CoxMonotone)[];
}

/** A gene's name beside the covariates; a space keeps it apart from theirs. */
const GENE = 'the gene';

/**
 * Cox model of each gene beside covariates (or none), each fitted whole: slower than what walks carriers, and free to have delayed entry, strata, weights
 * and offsets. `patients[i]` is the patient of row i. O(n p²) a step of each gene. Yardstick: survival::coxph for each gene.
 */
export function eachGeneCox(rows: CoxRows, genes: GeneBits, patients?: Int32Array): AdjustedScan {
  const scan = { ...emptyModels(genes.count), failures: [] as (CoxFailure | CoxMonotone)[] };
  for (const group of carriersByCoverage(genes, rowOfPatient(rows.time.length, patients))) {
    const own = partOf(rows, group.covered);
    const fitter = geneFitter(own);
    if (fitter.failure !== undefined) scan.failures.push(fitter.failure);
    eachOf(group, (gene, carried, carriers) => {
      scan.covered[gene] = group.covered.length;
      scan.carriers[gene] = carriers;
      scan.carrierEvents[gene] = carried.reduce((sum, c, i) => sum + c * own.event[i]!, 0);
      const found = fitter.fit(carried);
      scan.outcome[gene] = found.outcome;
      for (const name of ['coefficient', 'standardError', 'score', 'likelihoodRatio'] as const) {
        scan[name][gene] = found[name] ?? Number.NaN;
      }
      scan.wald[gene] = (scan.coefficient[gene]! / scan.standardError[gene]!) ** 2;
      scan.p[gene] = chiSquare.upper(scan.wald[gene]!, 1);
      scan.scoreP[gene] = chiSquare.upper(scan.score[gene]!, 1);
      scan.likelihoodRatioP[gene] = chiSquare.upper(scan.likelihoodRatio[gene]!, 1);
    });
  }
  return scan;
}

/** Log-rank test of each gene's carriers against the others, with delayed entry and strata. O(n log n) a gene. Yardstick: as {@link logRank}. */
export function eachGeneLogRank(f: FollowUp, genes: GeneBits, patients?: Int32Array, strata?: Int32Array): LogRankScan {
  const column = () => new Float64Array(genes.count);
  const scan: LogRankScan = {
    ...emptyModels(genes.count),
    expected: column(),
    variance: column(),
    chiSquare: column(),
    p: column(),
  };
  const rows: CoxRows = { ...f, names: [], covariates: [], ...(strata === undefined ? {} : { strata }) };
  for (const group of carriersByCoverage(genes, rowOfPatient(f.time.length, patients))) {
    const own = partOf(rows, group.covered);
    eachOf(group, (gene, carried, carriers) => {
      const found = logRank.solve(logRank.accumulate(own, Int32Array.from(carried), 2, own.strata));
      scan.covered[gene] = group.covered.length;
      scan.carriers[gene] = carriers;
      scan.carrierEvents[gene] = found.observed[1]!;
      scan.expected[gene] = found.expected[1]!;
      scan.variance[gene] = found.variance[1]![1]!;
      scan.chiSquare[gene] = found.ok ? found.chiSquare : Number.NaN;
      scan.p[gene] = chiSquare.upper(scan.chiSquare[gene]!, 1);
    });
  }
  return scan;
}

interface Found {
  readonly outcome: number;
  readonly coefficient?: number;
  readonly standardError?: number;
  readonly score?: number;
  readonly likelihoodRatio?: number;
}

/** Fits genes beside the covariates of these rows; `failure` says why the covariates alone have no estimate. */
export function geneFitter(rows: CoxRows): {
  readonly failure: CoxFailure | CoxMonotone | undefined;
  fit(carried: Float64Array): Found;
} {
  const { names, covariates } = rows;
  const without = names.length === 0 ? undefined : cox.fit(rows);
  if (without?.ok === false) return { failure: without, fit: () => ({ outcome: GENE_OUTCOME.noCovariateModel }) };
  return {
    failure: undefined,
    fit(carried) {
      const model = { ...rows, names: [...names, GENE], covariates: [...covariates, carried] };
      const found = cox.fit(model);
      if (
        !found.ok &&
        (found.problem === 'constant' || found.problem === 'no information' || found.problem === 'no events')
      ) {
        return { outcome: GENE_OUTCOME.noInformation };
      }
      if (!found.ok && found.problem === 'collinear') return { outcome: GENE_OUTCOME.collinear };
      const atNull = Float64Array.of(...(without?.coefficients ?? []), 0);
      const nullSummary = coxDesigns(model)
        .map((design) => cox.accumulate(design, atNull))
        .reduce(cox.merge);
      const score = scoreOf(nullSummary);
      return { score, ...estimateOf(found, nullSummary.logLikelihood) };
    },
  };
}

/** Score statistic of the last coefficient. */
function scoreOf({ score, information }: ReturnType<typeof cox.accumulate>): number {
  const p = score.length;
  const variance = inverse(information, p, 0);
  if ('dependent' in variance) return Number.NaN;
  return dot(multiply(variance, score), score);
}

function estimateOf(found: CoxResult, without: number): Found {
  if (!('logLikelihood' in found)) return { outcome: GENE_OUTCOME.notConverged };
  const likelihoodRatio = Math.max(0, 2 * (found.logLikelihood - without));
  if (found.ok) {
    const last = found.names.length - 1;
    return {
      outcome: GENE_OUTCOME.estimated,
      coefficient: found.coefficients[last]!,
      standardError: found.standardErrors[last]!,
      likelihoodRatio,
    };
  }
  const direction = found.directions[found.columns.indexOf(GENE)];
  if (direction === undefined) return { outcome: GENE_OUTCOME.notConverged };
  return {
    outcome: direction > 0 ? GENE_OUTCOME.increasing : GENE_OUTCOME.decreasing,
    coefficient: direction * Number.POSITIVE_INFINITY,
    likelihoodRatio,
  };
}

function partOf(rows: CoxRows, own: Int32Array): CoxRows {
  const pick = (values: Float64Array) => Float64Array.from(own, (i) => values[i]!);
  const { entry, strata, weights, offset } = rows;
  return {
    names: rows.names,
    time: pick(rows.time),
    event: Uint8Array.from(own, (i) => rows.event[i]!),
    covariates: rows.covariates.map(pick),
    ...(entry === undefined ? {} : { entry: pick(entry) }),
    ...(strata === undefined ? {} : { strata: Int32Array.from(own, (i) => strata[i]!) }),
    ...(weights === undefined ? {} : { weights: pick(weights) }),
    ...(offset === undefined ? {} : { offset: pick(offset) }),
  };
}

function eachOf(group: CoverageGroup, take: (gene: number, carried: Float64Array, carriers: number) => void): void {
  group.genes.forEach((gene, k) => {
    const members = group.carriers.subarray(0, group.take(k));
    const carried = new Float64Array(group.covered.length);
    for (const i of members) carried[i] = 1;
    take(gene, carried, members.length);
  });
}
