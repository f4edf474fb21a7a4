import { SignetError } from '../../base/index.ts';
import type { ModelContent } from '../../result/index.ts';
import type { Covariate } from '../parts/covariate.ts';

/** A variable of the patients analysed: NaN where it isn't known, a level as its place among the levels. */
export interface ReleasedVariable {
  readonly title: string;
  readonly unit?: string;
  /** Of anything but a number. */
  readonly levels?: readonly string[];
  readonly values: Float64Array;
}

/** A fitted model: what each coefficient is of, and how they vary together. */
export interface ReleasedModel {
  readonly kind: 'cox' | 'logistic';
  readonly ties: 'efron' | 'breslow';
  /** A coefficient each, in the order of `beta`. */
  readonly terms: readonly string[];
  readonly beta: readonly number[];
  /** Lower triangle, row by row. */
  readonly covariance: readonly number[];
  /** Of a prediction: the model as others apply it. */
  readonly content?: ModelContent;
}

/** Outcome of the patients analysed, under the name that the definition gives it. */
export interface ReleasedOutcome {
  readonly name: string;
  readonly title: string;
  /** Time zero, in words; none of an outcome without time. */
  readonly origin: string;
  /** Months; of an outcome without time all 1. */
  readonly time: Float64Array;
  readonly event: Uint8Array;
}

/** What a release of a result is made from, before any rule was asked: the very patients that the result is of. */
export interface ReleaseBasis {
  readonly kind: 'curves' | 'model' | 'prediction' | 'table' | 'scores';
  /** Who is analysed: rows of the frame. Everything else is by patient in this order. */
  readonly rows: Int32Array;
  readonly outcome?: ReleasedOutcome;
  readonly groups?: ReleasedVariable;
  /** Within which patients were compared. */
  readonly strata?: ReleasedVariable;
  /** Covariates of a model, or what a table describes. */
  readonly variables: readonly ReleasedVariable[];
  readonly model?: ReleasedModel;
  /** Of a scan: the genes tested. */
  readonly genes: readonly string[];
  /** Parts of the result that no release of it has, in words. */
  readonly without: readonly string[];
}

/** A name of the definition. */
const NAMED = /^[\p{L}\p{N}_-]+$/u;

const GENE = /^altered\("[^"\\]+"\)$/;

/**
 * Refuses what is neither a name of the definition nor a gene: a mean or a column of an expression can be that of one patient, and expressions whose cuts lie a
 * year apart differ by few. Throws `not-released`.
 */
export function checkNamed({ asked }: Pick<Covariate, 'asked'>): void {
  if (NAMED.test(asked) || GENE.test(asked)) return;
  throw notReleased(`${asked} is an expression, not a name of the definition or a gene: derive a variable`);
}

/** Nothing of such a result may leave. */
export function notReleased(why: string): SignetError {
  return new SignetError('not-released', `Of this result nothing may be shared: ${why}`, {
    remedy: 'Ask a question whose result can be shared, and share that.',
  });
}

/** A covariate of these patients. */
export function variableOf({ title, values }: Covariate, rows: Int32Array): ReleasedVariable {
  if (values.kind === 'number')
    return {
      title,
      ...(values.unit !== undefined && { unit: values.unit }),
      values: Float64Array.from(rows, (row) => values.of[row]! / values.per),
    };
  return {
    title,
    levels: values.labels,
    values: Float64Array.from(rows, (row) => (values.codes[row]! < 0 ? Number.NaN : values.codes[row]!)),
  };
}

/** Refuses delayed entry. Throws `not-released`. */
export function refuseEntry(isLate: boolean): void {
  if (isLate)
    throw notReleased(
      'Its patients come under observation after time zero, so that who is at risk tells when each came',
    );
}

/** An outcome by its name in the definition: under many expressions one could be asked as if it were many. Throws `not-released`. */
export function outcomeNamed(asked: string): string {
  if (NAMED.test(asked)) return asked;
  throw notReleased('Its outcome is an expression, not a name of the definition: derive a variable and ask of that');
}
