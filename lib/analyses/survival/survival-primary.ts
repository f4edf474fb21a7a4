import type { Findings, PrimaryEstimate, ResultTable } from '../../result/index.ts';
import type { Comparison } from '../curves/survival-comparison.ts';
import type { Groups } from '../curves/survival-curves.ts';
import { cell } from '../parts/cells.ts';
import type { AdjustedComparison } from './adjusted-comparison.ts';

type Cells = ResultTable['rows'][number];

const number = (row: Cells, key: string): number | null => (typeof row[key] === 'number' ? row[key] : null);

/** The hazard ratio of the second group against the first as the table of adjusted ratios has it: its own row among the model's. */
function adjustedEstimate({ rows, title }: ResultTable, [reference, label]: readonly string[]): PrimaryEstimate {
  const row = rows.find(({ level }) => level === label) ?? {
    hazard_ratio_why: `of nobody of ${label} are all covariates known`,
  };
  const why = row['hazard_ratio_why'];
  return {
    says: `Hazard ratio of ${label} against ${reference}, ${title.replace('Hazard ratios ', '')}`,
    format: 'ratio',
    estimate: number(row, 'hazard_ratio'),
    low: number(row, 'hazard_ratio_low'),
    high: number(row, 'hazard_ratio_high'),
    p: number(row, 'p'),
    n: rows.slice(0, 2).reduce((sum, each) => sum + (number(each, 'n') ?? 0), 0),
    events: rows.slice(0, 2).reduce((sum, each) => sum + (number(each, 'events') ?? 0), 0),
    ...(typeof why === 'string' && why !== '' ? { why } : {}),
  };
}

/** The same hazard ratio pooled over imputed data sets, where these were asked for. */
function pooledEstimate(
  { table, imputed, times }: AdjustedComparison,
  [reference, label]: readonly string[],
): PrimaryEstimate | undefined {
  if (imputed === undefined) return undefined;
  const { pooled, data, n, events } = imputed;
  const [title] = pooled.lines;
  const line = pooled.lines.find(({ covariate, level }) => covariate === title?.covariate && level === label);
  const { coefficient = Number.NaN, lower = Number.NaN, upper = Number.NaN, p = Number.NaN } = line?.estimate ?? {};
  const why = line?.estimate?.why || line?.absent || '';
  return {
    says: `Hazard ratio of ${label} against ${reference}, ${table.title.replace('Hazard ratios ', '')}, ${data.sets.length === 0 ? 'nothing to impute' : `multiple imputation (${times})`}`,
    format: 'ratio',
    estimate: cell(Math.exp(coefficient)),
    low: cell(Math.exp(lower)),
    high: cell(Math.exp(upper)),
    p: cell(p),
    n,
    events,
    ...(why === '' ? {} : { why }),
  };
}

/** Of two groups the one estimate of their comparison: the hazard ratio, adjusted where the request adjusts; none of more groups. */
export function comparisonEstimate(
  { labels }: Groups,
  { againstFirst }: Comparison,
  adjusted: AdjustedComparison | undefined,
  { used, events }: Findings['counts'],
): PrimaryEstimate | undefined {
  const [own] = againstFirst;
  if (labels.length !== 2 || own === undefined) return undefined;
  if (adjusted !== undefined) return pooledEstimate(adjusted, labels) ?? adjustedEstimate(adjusted.table, labels);
  return {
    says: `Hazard ratio of ${labels[1]} against ${labels[0]}`,
    format: 'ratio',
    estimate: cell(own.hazardRatio),
    low: cell(own.lower),
    high: cell(own.upper),
    p: cell(own.p),
    n: used,
    events,
    ...(own.why === '' ? {} : { why: own.why }),
  };
}
