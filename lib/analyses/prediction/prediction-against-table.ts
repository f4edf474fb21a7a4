import type { CohortFrame } from '../../cohort/index.ts';
import type { ResultTable } from '../../result/index.ts';
import { compareConcordance, compareRoc, normal } from '../../stats/index.ts';
import { cell } from '../parts/cells.ts';
import type { Covariate } from '../parts/covariate.ts';
import type { Against } from './prediction-against.ts';
import { type Measured, measure } from './prediction-measures.ts';
import { eventsOf, type Target } from './prediction-model.ts';
import type { Optimism } from './prediction-optimism.ts';

const NONE: Measured = { estimate: Number.NaN, lower: Number.NaN, upper: Number.NaN };

function rangeOf(values: readonly number[]): string {
  if (values.length === 0) return '';
  const print = (x: number) => String(Number(x.toPrecision(4)));
  const [least, most] = values.reduce(
    ([a, b], x) => [Math.min(a, x), Math.max(b, x)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return `${print(least)} to ${print(most)}`;
}

/** How much more concordant the model is than a score, on the same patients. */
function differenceOf(target: Target, model: Float64Array, score: Float64Array, level: number): Measured {
  if (target.kind === 'survival') {
    const found = compareConcordance(target.followUp, model, score, { level });
    return found.ok ? { estimate: found.difference, lower: found.lower, upper: found.upper } : NONE;
  }
  const found = compareRoc(target.outcome, model, score);
  if (!found.ok) return NONE;
  const width = -normal.quantile((1 - level) / 2) * found.standardError;
  return { estimate: found.difference, lower: found.difference - width, upper: found.difference + width };
}

/** The steps of eligibility that a score itself decides. */
function choosing(frame: CohortFrame, score: Covariate | undefined): string {
  if (score === undefined) return '';
  const names = (cel: string) => cel.split(/[^\p{L}\p{N}_]+/u).includes(score.asked);
  const steps = (frame.definition.criteria ?? []).filter(({ cel }) => names(cel));
  return steps.map(({ id, says }) => `step ${id} (${says})`).join(', ');
}

/** Concordance and accuracy of each on the same patients, with the range that each score has there and in the whole cohort. */
export function againstTable(
  { target, rivals, n }: Against,
  frame: CohortFrame,
  of: { readonly horizon: number; readonly level: number; readonly optimism: Optimism | undefined },
): ResultTable {
  const survival = target.kind === 'survival';
  const events = eventsOf(target).reduce((sum, e) => sum + e, 0);
  const chosen = rivals.flatMap(({ label, score, here, everywhere }) => {
    const steps = choosing(frame, score);
    if (steps === '') return [];
    return [
      `${label} itself chose these patients: ${steps}. Its range is ${rangeOf(here)} here and ${rangeOf(everywhere)} in all patients with it known, so that it tells them apart less well than it would without that choice.`,
    ];
  });
  return {
    id: 'against',
    title: 'The model against scores, on the same patients',
    columns: [
      { key: 'predictor', label: 'Predictor', format: 'text' },
      {
        key: 'concordance',
        label: survival ? 'Concordance' : 'c-statistic',
        format: 'number',
        low: 'concordance_low',
        high: 'concordance_high',
        why: 'concordance_why',
      },
      { key: 'corrected', label: 'Corrected for optimism', format: 'number', why: 'corrected_why' },
      {
        key: 'difference',
        label: 'The model less it, as seen',
        format: 'number',
        low: 'difference_low',
        high: 'difference_high',
        why: 'difference_why',
      },
      {
        key: 'difference_corrected',
        label: 'Corrected for optimism',
        format: 'number',
        low: 'difference_corrected_low',
        high: 'difference_corrected_high',
        why: 'difference_corrected_why',
      },
      ...(survival
        ? [
            {
              key: 'area',
              label: `AUC at ${Number(of.horizon.toPrecision(6))} months`,
              format: 'number' as const,
              low: 'area_low',
              high: 'area_high',
              why: 'area_why',
            },
          ]
        : []),
      { key: 'range', label: 'Range here', format: 'text' },
      { key: 'range_all', label: 'Range in all patients of the cohort', format: 'text' },
    ],
    rows: rivals.map(({ label, linear, here, everywhere, score }) => {
      const found = measure(target, linear, undefined, of.horizon, of.level);
      const area = survival && !Number.isNaN(of.horizon) ? found.area : NONE;
      const optimism = of.optimism?.concordance ?? Number.NaN;
      const corrected = score === undefined ? found.concordance.estimate - optimism : Number.NaN;
      const less = score === undefined ? NONE : differenceOf(target, rivals[0]!.linear, linear, of.level);
      return {
        predictor: label,
        concordance: cell(found.concordance.estimate),
        concordance_low: cell(found.concordance.lower),
        concordance_high: cell(found.concordance.upper),
        concordance_why: Number.isNaN(found.concordance.estimate) ? 'no estimate' : '',
        corrected: cell(corrected),
        corrected_why: score !== undefined ? 'not made here' : Number.isNaN(corrected) ? 'not corrected' : '',
        ...lessCells('difference', less, 0, score === undefined),
        ...lessCells('difference_corrected', less, optimism, score === undefined),
        area: cell(area.estimate),
        area_low: cell(area.lower),
        area_high: cell(area.upper),
        area_why: Number.isNaN(area.estimate) ? 'no estimate' : '',
        range: rangeOf(here),
        range_all: rangeOf(everywhere),
      };
    }),
    notes: [
      `Of ${n} patients (${events} events) for whom the model and all scores are known. The model was made from these patients, the scores elsewhere: compare its corrected figure.`,
      `Intervals of differences are ${survival ? 'by the infinitesimal jackknife of both concordances at once' : "DeLong's"}; corrected, a difference and its interval are moved by the optimism of the model's ${survival ? 'concordance' : 'c-statistic'}, taken as known.`,
      ...chosen,
    ],
  };
}

/** A difference from the model with its interval, both moved by what the bootstrap takes back of the model. */
function lessCells(key: string, { estimate, lower, upper }: Measured, optimism: number, own: boolean) {
  const why = own ? 'the model itself' : Number.isNaN(estimate) ? 'no estimate' : 'not corrected';
  return {
    [key]: cell(estimate - optimism),
    [`${key}_low`]: cell(lower - optimism),
    [`${key}_high`]: cell(upper - optimism),
    [`${key}_why`]: own || Number.isNaN(estimate - optimism) ? why : '',
  };
}
