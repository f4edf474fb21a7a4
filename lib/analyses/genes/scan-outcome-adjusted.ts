import type { Cell, ResultColumn } from '../../result/index.ts';
import {
  chiSquare,
  firthLogistic,
  GENE_OUTCOME,
  geneScan,
  type LogisticRows,
  logistic,
  mantelHaenszel,
  normal,
  type Stratum,
} from '../../stats/index.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import { limitOfRatio } from '../models/regression.ts';
import { cell, pCells } from '../parts/cells.ts';
import { batchCounts, carriersAmong, coveredPlaces } from '../parts/gene-members.ts';
import { type GeneTest, share } from './gene-test.ts';

/** Patients of a scan: the frame's rows, and by place which outcome they have; 1 is the second label. */
export interface OutcomePatients {
  readonly labels: readonly [no: string, yes: string];
  readonly rows: Int32Array;
  readonly codes: Uint8Array;
}

function columnsOf([no, yes]: OutcomePatients['labels'], p: string): readonly ResultColumn[] {
  return [
    { key: 'altered_with', label: `Altered, ${yes}`, format: 'text' },
    { key: 'altered_without', label: `Altered, ${no}`, format: 'text' },
    {
      key: 'odds_ratio',
      label: 'Odds ratio',
      format: 'ratio',
      low: 'odds_ratio_low',
      high: 'odds_ratio_high',
      why: 'odds_ratio_why',
    },
    { key: 'p', label: p, format: 'p', why: 'p_why' },
  ];
}

/** The counts of a table of carriers against the outcome. */
function countCells(carrier: Uint8Array, outcome: Uint8Array): Record<string, Cell> {
  let [a, b, withOutcome] = [0, 0, 0];
  carrier.forEach((c, i) => {
    a += c & outcome[i]!;
    b += c & (1 - outcome[i]!);
    withOutcome += outcome[i]!;
  });
  const without = carrier.length - withOutcome;
  return {
    altered: a + b,
    covered: carrier.length,
    altered_with: share(a, withOutcome),
    altered_without: share(b, without),
    n_altered_with: a,
    n_covered_with: withOutcome,
    n_altered_without: b,
    n_covered_without: without,
  };
}

/**
 * Logistic regression of the outcome on each gene beside covariates, by the likelihood-ratio test. Genes with an estimate come from one scan of the
 * batch; the others, which are few, are fitted by themselves.
 */
export function logisticOutcomeTest(
  { labels, rows, codes }: OutcomePatients,
  columns: readonly ModelColumn[],
  level: number,
): GeneTest {
  const places = coveredPlaces(rows);
  const names = columns.map(({ name }) => name);
  const whole: LogisticRows = { outcome: codes, names, covariates: columns.map(({ values }) => values) };
  const outcomes = new Map<Int32Array, Uint8Array>();
  const outcomeOf = (own: Int32Array): Uint8Array => {
    const found = outcomes.get(own) ?? Uint8Array.from(own, (i) => codes[i]!);
    outcomes.set(own, found);
    return found;
  };
  const modelOf = (own: Int32Array): LogisticRows => ({
    outcome: outcomeOf(own),
    names,
    covariates: columns.map(({ values }) => Float64Array.from(own, (i) => values[i]!)),
  });
  const nulls = new Map<Int32Array, number>();
  const nullDeviance = (own: Int32Array, model: LogisticRows): number => {
    const known = nulls.get(own);
    if (known !== undefined) return known;
    const fit = logistic.fit(model);
    const found = fit.ok ? fit.deviance : Number.NaN;
    nulls.set(own, found);
    return found;
  };
  return {
    columns: columnsOf(labels, 'Likelihood-ratio p'),
    ratio: 'odds ratio',
    silent:
      'no two of the covered patients differ in the outcome, or the covariates determine the gene or have no estimate themselves',
    run(genes) {
      const scan = geneScan.logistic(whole, genes, rows);
      return {
        ...batchCounts(genes, rows, places),
        tested(gene) {
          const own = places(genes.covered(gene));
          const carrier = carriersAmong(genes.altered(gene), rows, own);
          if (scan.outcome[gene] === GENE_OUTCOME.estimated) {
            const counts = countCells(carrier, outcomeOf(own));
            return estimated(
              scan.coefficient[gene]!,
              scan.standardError[gene]!,
              scan.likelihoodRatio[gene]!,
              level,
              counts,
            );
          }
          const model = modelOf(own);
          const rowsOf: LogisticRows = {
            ...model,
            names: [...model.names, 'gene'],
            covariates: [...model.covariates, Float64Array.from(carrier)],
          };
          const fit = logistic.fit(rowsOf, { level });
          const deviance = fit.ok ? fit.deviance : fit.problem === 'separated' ? fit.limit.deviance : Number.NaN;
          const statistic = Math.max(0, nullDeviance(own, model) - deviance);
          if (Number.isNaN(statistic)) return undefined;
          const last = columns.length + 1;
          const falls = !fit.ok && fit.problem === 'separated' && fit.directions[fit.columns.indexOf('gene')] === -1;
          const why = fit.ok ? '' : falls ? '0, separated' : 'infinite, separated';
          const p = chiSquare.upper(statistic, 1);
          return {
            p,
            ratio: fit.ok ? fit.oddsRatios[last]! : falls ? 0 : Number.POSITIVE_INFINITY,
            cells: {
              ...countCells(carrier, model.outcome),
              odds_ratio: fit.ok ? cell(fit.oddsRatios[last]!) : null,
              odds_ratio_low: fit.ok ? cell(fit.lower[last]!) : null,
              odds_ratio_high: fit.ok ? cell(fit.upper[last]!) : null,
              odds_ratio_why: why,
              ...(fit.ok ? {} : firthCells(rowsOf, last, level)),
              coefficient: fit.ok ? cell(fit.coefficients[last]!) : null,
              standard_error: fit.ok ? cell(fit.standardErrors[last]!) : null,
              chi_square: statistic,
              ...pCells('p', p, chiSquare.logUpper(statistic, 1)),
            },
          };
        },
      };
    },
  };
}

/** What a scan estimates of a gene, with its Wald interval. */
function estimated(
  coefficient: number,
  standardError: number,
  statistic: number,
  level: number,
  counts: Record<string, Cell>,
): NonNullable<ReturnType<ReturnType<GeneTest['run']>['tested']>> {
  const half = -normal.quantile((1 - level) / 2) * standardError;
  const p = chiSquare.upper(statistic, 1);
  return {
    p,
    ratio: Math.exp(coefficient),
    cells: {
      ...counts,
      odds_ratio: cell(Math.exp(coefficient)),
      odds_ratio_low: cell(Math.exp(coefficient - half)),
      odds_ratio_high: cell(Math.exp(coefficient + half)),
      odds_ratio_why: '',
      coefficient: cell(coefficient),
      standard_error: cell(standardError),
      chi_square: statistic,
      ...pCells('p', p, chiSquare.logUpper(statistic, 1)),
    },
  };
}

/** Firth's penalised odds ratio of the coefficient at a place, for a gene that has no plain one. */
function firthCells(rows: LogisticRows, place: number, level: number): Record<string, Cell> {
  const fit = firthLogistic(rows, { level });
  if (!fit.ok) return {};
  return {
    firth_odds_ratio: cell(Math.exp(fit.coefficients[place]!)),
    firth_odds_ratio_low: cell(limitOfRatio(fit.lower[place]!)),
    firth_odds_ratio_high: cell(limitOfRatio(fit.upper[place]!)),
    firth_p: cell(fit.tests[place]?.p ?? Number.NaN),
  };
}

/** The exact conditional test of each gene over strata: Fisher's, where there is one. */
export function stratifiedOutcomeTest(
  { labels, rows, codes }: OutcomePatients,
  strata: { readonly codes: Int32Array; readonly strata: number },
  level: number,
): GeneTest {
  const places = coveredPlaces(rows);
  return {
    columns: columnsOf(labels, 'Exact conditional p'),
    ratio: 'odds ratio',
    silent: 'in no stratum do covered patients differ in both outcome and gene',
    run(genes) {
      return {
        ...batchCounts(genes, rows, places),
        tested(gene) {
          const own = places(genes.covered(gene));
          const carrier = carriersAmong(genes.altered(gene), rows, own);
          const outcome = Uint8Array.from(own, (i) => codes[i]!);
          const tables = Array.from({ length: strata.strata }, () => [0, 0, 0, 0] as [number, number, number, number]);
          own.forEach((i, at) => {
            const cells = tables[strata.codes[i]!]!;
            const which = (carrier[at] === 1 ? 0 : 2) + (outcome[at] === 1 ? 0 : 1);
            cells[which]!++;
          });
          const found = mantelHaenszel(tables satisfies readonly Stratum[], { level });
          if (!found.ok) return undefined;
          const { exactP: p, conditional } = found;
          const finite = Number.isFinite(conditional.upper);
          return {
            p,
            ratio: conditional.estimate,
            cells: {
              ...countCells(carrier, outcome),
              odds_ratio: cell(conditional.estimate),
              odds_ratio_low: cell(conditional.lower),
              odds_ratio_high: cell(conditional.upper),
              odds_ratio_why: finite ? '' : 'infinite',
              ...pCells('p', p, Math.log(p)),
              strata: found.strata,
            },
          };
        },
      };
    },
  };
}
