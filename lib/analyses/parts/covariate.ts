import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { type Grouping, groupingOf, laterBy } from './grouping.ts';
import { expressionTitle } from './naming.ts';
import type { AskedCovariate } from './request-parts.ts';
import { leaveOut, type Selection } from './selection.ts';

/** What a model knows of every patient. */
export interface Covariate {
  /** As the request names it. */
  readonly asked: string;
  readonly title: string;
  readonly pointer: string;
  /** Columns to blame where it is missing. */
  readonly columns: readonly string[];
  /** The date at which it became known, where that is after time zero. */
  readonly known?: string | undefined;
  readonly values: NumberValues | LevelValues;
}

/** Where a spline's knots are, and the quartiles that its line compares. */
export interface SplineBasis {
  readonly knots: readonly number[];
  readonly quartiles: readonly [lower: number, upper: number];
}

interface NumberValues {
  readonly kind: 'number';
  readonly unit?: string | undefined;
  /** So many units make one step of the ratio. */
  readonly per: number;
  /** Knots of a restricted cubic spline. */
  readonly knots?: number | undefined;
  /** Where the spline bends, where that isn't for the patients analysed to say: those of several data sets share it. */
  readonly basis?: SplineBasis | undefined;
  /** By patient row; NaN is missing. */
  readonly of: Float64Array;
  /** Of numbers known only by a limit: a number below one stands as half of it, one above is missing. */
  readonly bounds?: ReturnType<CohortFrame['bounds']>;
}

interface LevelValues {
  readonly kind: 'levels';
  /** The first is the reference. */
  readonly labels: readonly string[];
  /** By patient row; -1 is missing. */
  readonly codes: Int32Array;
}

/** Two covariates whose effects may depend on each other, as their places among the covariates. */
export type Interaction = readonly [number, number];

type Details = Exclude<AskedCovariate, string | { interaction: string[] }>;

const NAME = /^[\p{L}\p{N}_-]+$/u;

/**
 * What a request's list of covariates names. Throws what the frame says of names and expressions, `not-a-covariate` for what is neither number
 * nor levels, `not-a-number` and `not-levels` where details don't fit, `unknown-level`, `covariate-twice`, `no-main-effect`.
 */
export function covariatesOf(
  frame: CohortFrame,
  asked: readonly AskedCovariate[],
  pointer: string,
): { readonly covariates: readonly Covariate[]; readonly interactions: readonly Interaction[] } {
  const covariates: Covariate[] = [];
  const pairs: { readonly names: readonly string[]; readonly pointer: string }[] = [];
  asked.forEach((each, i) => {
    const here = `${pointer}/${i}`;
    if (typeof each === 'object' && 'interaction' in each) {
      pairs.push({ names: each.interaction, pointer: `${here}/interaction` });
      return;
    }
    const details = typeof each === 'string' ? { of: each } : each;
    const at = typeof each === 'string' ? here : `${here}/of`;
    if (covariates.some((other) => other.asked === details.of && !other.pointer.startsWith(here))) {
      throw new SignetError('covariate-twice', `${details.of} is among the covariates twice`, {
        place: { pointer: at, value: details.of },
        remedy: 'Leave one out.',
      });
    }
    covariates.push(covariateOf(frame, details, at));
  });
  return { covariates, interactions: pairs.map(({ names, pointer: at }) => pairOf(covariates, names, at)) };
}

function pairOf(covariates: readonly Covariate[], names: readonly string[], pointer: string): Interaction {
  const [a, b] = names.map((name, i) => {
    const at = covariates.findIndex(({ asked }) => asked === name);
    if (at >= 0) return at;
    throw new SignetError('no-main-effect', `${name} isn't among the other covariates`, {
      place: { pointer: `${pointer}/${i}`, value: name },
      remedy: 'List both of an interaction as covariates of their own too, named alike.',
    });
  }) as [number, number];
  if (a !== b) return [a, b];
  throw new SignetError('covariate-twice', 'A covariate has no interaction with itself', {
    place: { pointer, value: names[0]! },
    remedy: 'Use knots for an effect that is not linear.',
  });
}

/** One covariate. Throws as {@link covariatesOf}. */
export function covariateOf(frame: CohortFrame, details: Details, pointer: string): Covariate {
  const { of: asked, as } = details;
  const named = NAME.test(asked);
  const variable = named ? frame.variables().find(({ name }) => name === asked) : undefined;
  // a model is made for numbers: of a number and a group of one name it takes the number
  const group = Object.hasOwn(frame.definition.groups ?? {}, asked) && (variable?.type !== 'number' || as === 'levels');
  if (group || as === 'levels' || (named && variable === undefined)) {
    return ofLevels(groupingOf(frame, asked, pointer), details, pointer, group ? undefined : variable?.label);
  }
  const column = variable ? frame.variable(asked, pointer) : frame.evaluate(asked, pointer);
  if (column.type === 'number') {
    const title = variable?.label ?? (variable ? asked : expressionTitle(asked));
    return ofNumber(
      {
        title,
        unit: column.unit,
        values: column.values,
        known: laterBy(frame, asked),
        bounds: variable && frame.bounds(asked),
      },
      details,
      pointer,
    );
  }
  if (as === 'number') {
    throw new SignetError('not-a-number', `${asked} is a ${column.type}`, {
      place: { pointer, value: asked },
      remedy: 'Leave out "as", or name a number.',
    });
  }
  if (column.type === 'date') {
    throw new SignetError('not-a-covariate', `${asked} is a date, of which a model can make nothing`, {
      place: { pointer, value: asked },
      remedy: 'Use the time between two dates, such as months(diagnosed, operated).',
    });
  }
  return ofLevels(groupingOf(frame, asked, pointer), details, pointer, variable?.label);
}

function ofNumber(
  of: {
    readonly title: string;
    readonly unit: string | undefined;
    readonly values: Float64Array;
    readonly known: string | undefined;
    readonly bounds: ReturnType<CohortFrame['bounds']>;
  },
  { of: asked, reference, per = 1, knots }: Details,
  pointer: string,
): Covariate {
  if (reference !== undefined) throw misfit('not-levels', `${asked} is a number and has no reference level`, pointer);
  const { title, unit, values, known, bounds } = of;
  const number = { kind: 'number', unit, per, knots, of: values, ...(bounds && { bounds }) } as const;
  return { asked, title, pointer, columns: [asked], known, values: number };
}

function ofLevels(grouping: Grouping, details: Details, pointer: string, label: string | undefined): Covariate {
  const { of: asked, reference, per, knots } = details;
  if (per !== undefined || knots !== undefined)
    throw misfit('not-a-number', `${asked} has levels: "per" and "knots" are for numbers`, pointer);
  const { title, columns, known, codes } = grouping;
  const labels = grouping.labels.map((text) => plainLabel(text, [asked, label ?? title]));
  const first = reference === undefined ? 0 : labels.indexOf(reference);
  if (first < 0) {
    throw new SignetError('unknown-level', `${asked} has no level ${reference}`, {
      place: { pointer: pointer.replace(/of$/, 'reference'), value: reference! },
      remedy: `Its levels are ${labels.join(', ')}.`,
    });
  }
  const order = [first, ...labels.keys()].filter((code, i, all) => all.indexOf(code) === i);
  const place = labels.map((_, code) => order.indexOf(code));
  return {
    asked,
    title: label ?? title,
    pointer,
    columns,
    known,
    values: {
      kind: 'levels',
      labels: order.map((code) => labels[code]!),
      codes: first === 0 ? codes : codes.map((code) => (code < 0 ? -1 : place[code]!)),
    },
  };
}

/** Under a title that says it already, `age >= 65: yes` is `yes`. */
function plainLabel(label: string, titles: readonly string[]): string {
  return ['no', 'yes'].find((plain) => titles.some((title) => label === `${title}: ${plain}`)) ?? label;
}

function misfit(code: string, message: string, pointer: string): SignetError {
  return new SignetError(code, message, { place: { pointer }, remedy: 'Leave it out.' });
}

/** Whether a covariate is missing for a patient. */
export function isMissing({ values }: Covariate, row: number): boolean {
  return values.kind === 'number' ? !Number.isFinite(values.of[row]!) : values.codes[row]! < 0;
}

/** What some patients have of each covariate: numbers, or codes of levels. */
export function valuesOf(covariates: readonly Covariate[], rows: Int32Array): Float64Array[] {
  return covariates.map(({ values }) =>
    Float64Array.from(rows, (row) => (values.kind === 'number' ? values.of[row]! : values.codes[row]!)),
  );
}

/** Those for whom all covariates are known (complete cases). Throws `nothing-to-analyse`. */
export function withCovariates(selection: Selection, covariates: readonly Covariate[]): Selection {
  return covariates.reduce(
    (left, covariate) =>
      leaveOut(
        left,
        { reason: `without ${covariate.title}`, columns: covariate.columns, pointer: covariate.pointer },
        (row) => isMissing(covariate, row),
      ),
    selection,
  );
}
