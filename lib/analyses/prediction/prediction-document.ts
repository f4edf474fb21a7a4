import type { CohortFrame } from '../../cohort/index.ts';
import type { ModelContent, ResultTable } from '../../result/index.ts';
import { expandedCel, variableWords } from '../models/model-definition.ts';
import { columnsOf, columnWords, type Term } from '../models/model-terms.ts';
import type { Covariate, Interaction } from '../parts/covariate.ts';
import { eventsOf, type Predictor, type RiskAt, type Target } from './prediction-model.ts';

/** Months between two points of the baseline; it ends where fewer than so many are left, so that no point tells of one patient. */
const STEP = 3;
const LEAST = 5;

type Part = ModelContent['terms'][number]['of'][number];
type Variable = ModelContent['variables'][number];

/** A made model as a document for others: only what has a coefficient, nothing of a single patient. */
export function modelContent(of: {
  readonly frame: CohortFrame;
  readonly title: string;
  readonly outcome: ModelContent['outcome'];
  readonly covariates: readonly Covariate[];
  readonly interactions: readonly Interaction[];
  readonly terms: readonly Term[];
  readonly predictor: Predictor;
  readonly target: Target;
  readonly risk: RiskAt;
  readonly centre: number;
  readonly horizon: number;
  readonly times: readonly number[];
  readonly performance: ResultTable;
  readonly method: readonly string[];
}): ModelContent {
  const { frame, covariates, terms, predictor, target, horizon, centre } = of;
  const columns = columnsOf(terms);
  const parts = partsOf(covariates, of.interactions, terms);
  const kept = columns.flatMap(({ name, values }, j) => {
    const coefficient = predictor.coefficients[j]!;
    return coefficient === 0 ? [] : [{ name, values, coefficient, of: parts.get(name)! }];
  });
  const used = [...new Set(kept.flatMap((term) => term.of.map(({ variable }) => variable)))].sort((a, b) => a - b);
  const genes = used.some((i) => /altered\(/.test(celOf(frame, covariates[i]!.asked) ?? ''));
  const event = eventsOf(target);
  return {
    title: of.title,
    outcome: of.outcome,
    horizon: Number.isNaN(horizon) || target.kind === 'binary' ? null : horizon,
    patients: event.length,
    events: event.reduce((sum, e) => sum + e, 0),
    variables: used.map((i) => variableOf(frame, covariates[i]!, terms[i]!)),
    terms: kept.map(({ name, values, coefficient, of: own }) => ({
      label: columnWords(terms, name),
      coefficient,
      mean: values.reduce((sum, x) => sum + x, 0) / values.length,
      of: own.map((part) => ({ ...part, variable: used.indexOf(part.variable) })),
    })),
    intercept: predictor.intercept,
    centre,
    baseline: target.kind === 'binary' ? [] : baselineOf(target, of.risk, centre, [...of.times, horizon]),
    ...(genes ? { qualifying: JSON.parse(JSON.stringify(frame.definition.qualifying)) } : {}),
    candidates: covariates.map(({ title }) => title),
    performance: of.performance.rows.map((row) => ({
      measure: String(row['measure']),
      value: numberOr(row['value']),
      low: numberOr(row['value_low']),
      high: numberOr(row['value_high']),
      corrected: numberOr(row['corrected']),
    })),
    method: [...of.method],
  };
}

function numberOr(cell: unknown): number | null {
  return typeof cell === 'number' ? cell : null;
}

function celOf(frame: CohortFrame, asked: string): string | undefined {
  const group = Object.hasOwn(frame.definition.groups ?? {}, asked) ? frame.definition.groups[asked]!.by : undefined;
  if (group !== undefined) return expandedCel(frame, group) ?? group;
  return expandedCel(frame, asked) ?? (/^[\p{L}\p{N}_-]+$/u.test(asked) ? undefined : asked);
}

function variableOf(frame: CohortFrame, { asked, title, values }: Covariate, { knots }: Term): Variable {
  const cel = celOf(frame, asked);
  const rest = { name: asked, label: title, ...(cel === undefined ? {} : { cel }) };
  if (values.kind === 'levels')
    return {
      ...rest,
      kind: 'levels',
      levels: [...values.labels],
      says: variableWords(frame, { asked, title, levels: values.labels }),
    };
  return {
    ...rest,
    kind: 'number',
    ...(values.unit === undefined ? {} : { unit: values.unit }),
    per: values.per,
    ...(knots === undefined ? {} : { knots: [...knots] }),
    says: variableWords(frame, { asked, title, unit: values.unit }),
  };
}

/** What each column is a product of; variables by their place among the covariates. */
function partsOf(
  covariates: readonly Covariate[],
  interactions: readonly Interaction[],
  terms: readonly Term[],
): ReadonlyMap<string, readonly Part[]> {
  const own = covariates.map(({ values }, variable) =>
    terms[variable]!.columns.map(({ name }, k): Part => {
      if (values.kind === 'levels') return { variable, level: values.labels[Number(name.split(':')[1])]! };
      return terms[variable]!.knots === undefined ? { variable } : { variable, basis: k };
    }),
  );
  const single = own.flatMap((parts, variable) =>
    parts.map((part, k) => [terms[variable]!.columns[k]!.name, [part]] as const),
  );
  const products = interactions.flatMap(([a, b], p) => {
    const pairs = own[a]!.flatMap((first) => own[b]!.map((second) => [first, second] as const));
    return terms[covariates.length + p]!.columns.map(({ name }, k) => [name, pairs[k]!] as const);
  });
  return new Map<string, readonly Part[]>([...single, ...products]);
}

/** Baseline survival on a grid of months that owes nothing to when anybody had the event. */
function baselineOf(
  { followUp }: Extract<Target, { kind: 'survival' }>,
  risk: RiskAt,
  centre: number,
  asked: readonly number[],
): ModelContent['baseline'] {
  const last = [...followUp.time].sort((a, b) => b - a)[LEAST - 1] ?? 0;
  const grid = Array.from({ length: Math.floor(last / STEP) }, (_, i) => (i + 1) * STEP);
  const times = [...new Set([...grid, ...asked.filter((time) => time <= last)])].sort((a, b) => a - b);
  return times.flatMap((time) => {
    const survival = 1 - risk(Float64Array.of(centre), time)[0]!;
    return survival > 0 ? [{ time, survival }] : [];
  });
}
