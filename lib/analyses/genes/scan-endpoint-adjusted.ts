import {
  type CoxResult,
  type CoxRows,
  cox,
  type FollowUp,
  GENE_OUTCOME,
  geneScan,
  logRank,
} from '../../stats/index.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import { partOf } from '../parts/follow-up.ts';
import { batchCounts, carriersAmong, coveredPlaces } from '../parts/gene-members.ts';
import type { GeneTest } from './gene-test.ts';
import { endpointCells, endpointColumns, type GeneFit } from './scan-endpoint-cells.ts';

/** Patients of a scan and what is held against the genes' effect. */
export interface AdjustedPatients {
  readonly followUp: FollowUp;
  /** The frame's rows, in the follow-up's order. */
  readonly rows: Int32Array;
  readonly strata: Int32Array | undefined;
  readonly columns: readonly ModelColumn[];
}

/** Name of the gene's column: no covariate has it. */
const GENE = 'gene';

const SILENT =
  'at no event do carriers and others stand at risk together, or the covariates determine the gene or have no estimate themselves';

const WHY: Readonly<Record<number, string>> = {
  [GENE_OUTCOME.estimated]: '',
  [GENE_OUTCOME.decreasing]: '0, monotone likelihood',
  [GENE_OUTCOME.increasing]: 'infinite, monotone likelihood',
  [GENE_OUTCOME.notConverged]: 'monotone likelihood together with covariates',
};

function result(fit: GeneFit, level: number, p: number) {
  const ratio = fit.why === '' ? Math.exp(fit.coefficient) : fit.coefficient < 0 ? 0 : Number.POSITIVE_INFINITY;
  return { p, ratio, cells: endpointCells(fit, level) };
}

/**
 * Cox regression of each gene beside covariates, by the likelihood-ratio test; within strata and under delayed entry each gene is fitted by itself,
 * and without covariates tested by log-rank.
 */
export function adjustedEndpointTest(patients: AdjustedPatients, level: number): GeneTest {
  const { followUp, strata, columns } = patients;
  return columns.length > 0 && strata === undefined && followUp.entry === undefined
    ? togetherTest(patients, level)
    : oneByOneTest(patients, level);
}

/** All genes of a batch beside one model of the covariates. */
function togetherTest({ followUp, rows, columns }: AdjustedPatients, level: number): GeneTest {
  const model: CoxRows = {
    ...followUp,
    names: columns.map(({ name }) => name),
    covariates: columns.map(({ values }) => values),
  };
  const places = coveredPlaces(rows);
  return {
    columns: endpointColumns('Likelihood-ratio p'),
    ratio: 'hazard ratio',
    silent: SILENT,
    run(genes) {
      const scan = geneScan.adjusted(model, genes, rows);
      return {
        covered: scan.covered,
        carriers: scan.carriers,
        tested(gene) {
          const p = scan.likelihoodRatioP[gene]!;
          if (Number.isNaN(p)) return undefined;
          const fit: GeneFit = {
            carriers: scan.carriers[gene]!,
            covered: scan.covered[gene]!,
            events: eventsAt(followUp, places(genes.covered(gene))),
            carrierEvents: scan.carrierEvents[gene]!,
            chiSquare: scan.likelihoodRatio[gene]!,
            coefficient: scan.coefficient[gene]!,
            standardError: scan.standardError[gene]!,
            why: WHY[scan.outcome[gene]!] ?? 'no estimate',
          };
          return result(fit, level, p);
        },
      };
    },
  };
}

function eventsAt({ event }: FollowUp, places: Int32Array): number {
  return places.reduce((sum, i) => sum + event[i]!, 0);
}

/** Each gene in a model of its own: slower, and free to have strata and delayed entry. */
function oneByOneTest({ followUp, rows, strata, columns }: AdjustedPatients, level: number): GeneTest {
  const places = coveredPlaces(rows);
  const names = columns.map(({ name }) => name);
  const modelOf = (own: Int32Array): CoxRows => ({
    ...partOf(followUp, [...own]),
    ...(strata === undefined ? {} : { strata: Int32Array.from(own, (i) => strata[i]!) }),
    names,
    covariates: columns.map(({ values }) => Float64Array.from(own, (i) => values[i]!)),
  });
  const nulls = new Map<Int32Array, number>();
  const nullLikelihood = (own: Int32Array, model: CoxRows): number => {
    const known = nulls.get(own);
    if (known !== undefined) return known;
    const fit = cox.fit(model);
    const found = fit.ok ? fit.logLikelihood : Number.NaN;
    nulls.set(own, found);
    return found;
  };
  return {
    columns: endpointColumns(columns.length > 0 ? 'Likelihood-ratio p' : 'Log-rank p'),
    ratio: 'hazard ratio',
    silent: SILENT,
    run(genes) {
      return {
        ...batchCounts(genes, rows, places),
        tested(gene) {
          const own = places(genes.covered(gene));
          const carrier = carriersAmong(genes.altered(gene), rows, own);
          const model = modelOf(own);
          const fit = cox.fit({
            ...model,
            names: [...names, GENE],
            covariates: [...model.covariates, Float64Array.from(carrier)],
          });
          const statistic = columns.length > 0 ? risen(fit, nullLikelihood(own, model)) : logRankOf(model, carrier);
          if (Number.isNaN(statistic)) return undefined;
          const carriers = carrier.reduce((sum, c) => sum + c, 0);
          const found: GeneFit = {
            carriers,
            covered: own.length,
            events: model.event.reduce((sum, e) => sum + e, 0),
            carrierEvents: carrier.reduce((sum, c, i) => sum + (c & model.event[i]!), 0),
            chiSquare: statistic,
            ...estimateOf(fit),
          };
          const cells = endpointCells(found, level);
          return { ...result(found, level, Number(cells['p'] ?? 0)), cells };
        },
      };
    },
  };
}

/** Twice the rise of the likelihood that the gene brings. */
function risen(fit: CoxResult, without: number): number {
  return 'logLikelihood' in fit ? Math.max(0, 2 * (fit.logLikelihood - without)) : Number.NaN;
}

function logRankOf(model: CoxRows, carrier: Uint8Array): number {
  const found = logRank.solve(logRank.accumulate(model, Int32Array.from(carrier), 2, model.strata));
  return found.ok ? found.chiSquare : Number.NaN;
}

function estimateOf(fit: CoxResult): Pick<GeneFit, 'coefficient' | 'standardError' | 'why'> {
  if (fit.ok) {
    const last = fit.names.length - 1;
    return { coefficient: fit.coefficients[last]!, standardError: fit.standardErrors[last]!, why: '' };
  }
  const at = fit.columns.indexOf(GENE);
  const falls = fit.problem === 'monotone' && at >= 0 && fit.directions[at]! < 0;
  const why =
    fit.problem !== 'monotone'
      ? 'no information'
      : at < 0
        ? 'monotone likelihood together with covariates'
        : WHY[falls ? GENE_OUTCOME.decreasing : GENE_OUTCOME.increasing]!;
  return { coefficient: falls ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY, standardError: Number.NaN, why };
}
