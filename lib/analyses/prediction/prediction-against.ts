import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { LinesFigure } from '../../result/index.ts';
import { cox, type FollowUp, logistic } from '../../stats/index.ts';
import { cell } from '../parts/cells.ts';
import { type Covariate, covariateOf } from '../parts/covariate.ts';
import { guardTime } from '../parts/immortal-time.ts';
import { CORRECTED, correctedBenefits, decisions } from './prediction-figures.ts';
import { accuracyAt } from './prediction-measures.ts';
import { type RiskAt, risksFrom, rowsOfTarget, type Target } from './prediction-model.ts';
import { type Optimism, takenOf } from './prediction-optimism.ts';

/** The scores that a model is held against, of every patient of the frame. Throws what covariates throw, `group-known-later`. */
export function scoresAgainst(frame: CohortFrame, asked: readonly string[], naive: boolean): Covariate[] {
  return asked.map((of, i) => {
    const covariate = covariateOf(frame, { of }, `/against/${i}`);
    guardTime(covariate, naive);
    return covariate;
  });
}

function scoreOf({ values }: Covariate, row: number): number {
  if (values.kind === 'number') return values.of[row]!;
  return values.codes[row]! < 0 ? Number.NaN : values.codes[row]!;
}

/** A predictor of the same patients: the model's or a score's, with risks as these patients give them. */
interface Rival {
  readonly label: string;
  readonly linear: Float64Array;
  readonly risk: RiskAt | undefined;
  /** Range among those compared, and among all of the cohort. */
  readonly here: readonly number[];
  readonly everywhere: readonly number[];
  readonly score: Covariate | undefined;
}

/** What the model and scores are worth to the patients of whom all are known. */
export interface Against {
  readonly target: Target;
  readonly rivals: readonly Rival[];
  readonly n: number;
}

/** Puts scores beside the model's linear predictor, in those of its patients of whom all scores are known. Throws `nothing-to-analyse`. */
export function against(
  scores: readonly Covariate[],
  of: {
    readonly target: Target;
    readonly linear: Float64Array;
    readonly risk: RiskAt;
    /** Rows of the frame that the model was made of. */
    readonly rows: Int32Array;
    readonly frame: CohortFrame;
  },
): Against {
  const places = Int32Array.from(of.rows.keys()).filter((i) =>
    scores.every((score) => Number.isFinite(scoreOf(score, of.rows[i]!))),
  );
  if (places.length === 0) {
    throw new SignetError('nothing-to-analyse', 'Of nobody analysed are all scores known', {
      place: { pointer: '/against' },
      remedy: 'Leave out the score that is missing.',
    });
  }
  const target = rowsOfTarget(of.target, places);
  const all = Int32Array.from({ length: of.frame.rows }, (_, row) => row);
  const rivals = scores.map((score): Rival => {
    const values = Float64Array.from(places, (i) => scoreOf(score, of.rows[i]!));
    const linear = scaled(target, values);
    return {
      label: score.title,
      linear: values,
      risk: linear === undefined ? undefined : riskOf(target, linear, values),
      here: [...values],
      everywhere: [...all].map((row) => scoreOf(score, row)).filter((value) => Number.isFinite(value)),
      score,
    };
  });
  const own: Rival = {
    label: 'The model',
    linear: Float64Array.from(places, (i) => of.linear[i]!),
    risk: of.risk,
    here: [],
    everywhere: [],
    score: undefined,
  };
  return { target, rivals: [own, ...rivals], n: places.length };
}

/** The slope of the outcome on a score, and its intercept; undefined where there is none. */
function scaled(
  target: Target,
  values: Float64Array,
): { readonly slope: number; readonly intercept: number } | undefined {
  const covariates = { names: ['score'], covariates: [values] };
  if (target.kind === 'survival') {
    const fit = cox.fit({ ...target.followUp, ...covariates });
    return fit.ok ? { slope: fit.coefficients[0]!, intercept: 0 } : undefined;
  }
  const fit = logistic.fit({ outcome: target.outcome, ...covariates });
  return fit.ok ? { slope: fit.coefficients[1]!, intercept: fit.coefficients[0]! } : undefined;
}

function riskOf(
  target: Target,
  { slope, intercept }: { readonly slope: number; readonly intercept: number },
  values: Float64Array,
): RiskAt {
  const linear = (of: Float64Array) => of.map((value) => intercept + slope * value);
  const risk = risksFrom(target, linear(values));
  return (of, time) => risk(linear(of), time);
}

/** The area under the curve has so many points in time. */
const POINTS = 20;
const LEAST = 5;

function timesOf({ time, event }: FollowUp): number[] {
  const ends = [...time].filter((_, i) => event[i] === 1).sort((a, b) => a - b);
  const all = [...time].sort((a, b) => a - b);
  const [first, last] = [ends[LEAST - 1], all.at(-LEAST - 1)];
  if (first === undefined || last === undefined || last <= first) return [];
  return Array.from({ length: POINTS }, (_, i) => first + ((last - first) * i) / (POINTS - 1));
}

/** Accuracy in time and net benefit of each, as pictures. */
export function againstFigures(
  { target, rivals }: Against,
  of: {
    readonly title: string;
    readonly origin: string;
    readonly horizon: number;
    readonly level: number;
    readonly thresholds: readonly number[];
    readonly optimism: Optimism | undefined;
  },
): LinesFigure[] {
  const names = rivals.map(({ label }) => label).join(', ');
  const figures: LinesFigure[] = [];
  if (target.kind === 'survival') {
    const x = timesOf(target.followUp);
    if (x.length > 0) {
      const lines = rivals.map(({ label, linear }) => ({
        label,
        x,
        y: x.map((at) => {
          const found = accuracyAt(target.followUp, linear, undefined, at, of.level);
          return found.ok ? cell(found.area.estimate) : null;
        }),
      }));
      const shown = lines.flatMap(({ y }) => y.filter((value) => value !== null));
      figures.push({
        kind: 'lines',
        id: 'against-accuracy',
        title: `${of.title}: accuracy in time, the model and scores`,
        alt: `Area under the curve in time of ${names}, on the same patients.`,
        xLabel: `Months since ${of.origin}`,
        yLabel: 'Area under the curve',
        xFormat: 'number',
        yFormat: 'number',
        lines,
        from: Math.max(0, Math.floor((Math.min(0.5, ...shown) - 0.05) * 10) / 10),
        to: 1,
        reference: 0.5,
      });
    }
  }
  const curves = rivals.flatMap(({ label, linear, risk }) => {
    if (risk === undefined || (target.kind === 'survival' && Number.isNaN(of.horizon))) return [];
    return [{ label, benefits: decisions(target, risk(linear, of.horizon), of.horizon, of.thresholds) }];
  });
  const taken = takenOf(of.optimism);
  const [first] = curves;
  if (first === undefined || first.benefits.length < 2) return figures;
  const x = first.benefits.map(({ threshold }) => threshold);
  const to =
    1.08 * Math.max(0.01, ...curves.flatMap(({ benefits }) => benefits.flatMap(({ model, all }) => [model, all])));
  return [
    ...figures,
    {
      kind: 'lines',
      id: 'against-decision-curve',
      title: `${of.title}: decision curve, the model and scores`,
      alt: `Net benefit by threshold of risk of ${names}, on the same patients; risks of scores are as these patients give them.`,
      xLabel: 'Threshold of risk',
      yLabel: 'Net benefit',
      xFormat: 'share',
      yFormat: 'number',
      lines: [
        ...curves.map(({ label, benefits }) => ({ label, x, y: benefits.map(({ model }) => cell(model)) })),
        ...(taken === undefined
          ? []
          : [
              {
                label: `The model, ${CORRECTED.toLowerCase()}`,
                x,
                y: correctedBenefits(first.benefits, taken).map(cell),
              },
            ]),
        { label: 'Treat all', x, y: first.benefits.map(({ all }) => cell(all)) },
        { label: 'Treat none', x, y: x.map(() => 0) },
      ],
      from: -0.15 * to,
      to,
      reference: null,
    },
  ];
}
