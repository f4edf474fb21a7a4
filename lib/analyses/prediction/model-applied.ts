import { canonicalJson, type Json, SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings, ModelContent } from '../../result/index.ts';
import { splineBasis } from '../../stats/index.ts';
import { expandedCel } from '../models/model-definition.ts';
import { type Covariate, covariateOf } from '../parts/covariate.ts';
import type { RiskAt } from './prediction-model.ts';

type Variable = ModelContent['variables'][number];

/** A model's variables as this cohort has them. */
export interface AppliedVariables {
  /** In the model's order. */
  readonly covariates: readonly Covariate[];
  readonly warnings: Findings['warnings'];
}

/** Where a variable of the model stands in the request. */
const at = (i: number, part: string) => `/model/model/variables/${i}/${part}`;

/**
 * Finds the model's variables: by the expression that the request gives, by its name, else by how the model says that it is derived. Throws
 * `variable-missing`, `unit-mismatch`, `kind-mismatch`, `levels-mismatch`, each at its place, and what expressions throw.
 */
export function applyVariables(
  frame: CohortFrame,
  { variables, qualifying }: ModelContent,
  mapped: Readonly<Record<string, string>>,
): AppliedVariables {
  const strange = Object.keys(mapped).find((name) => !variables.some((variable) => variable.name === name));
  if (strange !== undefined) {
    throw new SignetError('unknown-variable', `The model has no variable ${strange}`, {
      place: { pointer: `/variables/${strange}`, value: strange },
      remedy: `Its variables are ${variables.map(({ name }) => name).join(', ')}.`,
    });
  }
  const warnings: { code: string; says: string }[] = [];
  const covariates = variables.map((variable, i) => {
    const covariate = found(frame, variable, i, mapped);
    matched(covariate, variable, i);
    const own = expandedCel(frame, variable.name);
    if (
      !Object.hasOwn(mapped, variable.name) &&
      own !== undefined &&
      variable.cel !== undefined &&
      own !== variable.cel
    ) {
      warnings.push({
        code: 'other-derivation',
        says: `${variable.name} is derived otherwise here (${own}) than where the model was made (${variable.cel}).`,
      });
    }
    return covariate;
  });
  if (qualifying !== undefined && canonicalJson(qualifying) !== canonicalJson(frame.definition.qualifying as Json)) {
    warnings.push({
      code: 'other-alterations-qualify',
      says: `Other alterations qualify here than where the model was made (${JSON.stringify(qualifying)}): its genes may not mean the same.`,
    });
  }
  return { covariates, warnings };
}

function found(frame: CohortFrame, variable: Variable, i: number, mapped: Readonly<Record<string, string>>): Covariate {
  const { name, cel, kind } = variable;
  const here = (of: string, pointer: string) =>
    covariateOf(frame, kind === 'levels' ? { of, as: 'levels' } : { of }, pointer);
  if (Object.hasOwn(mapped, name)) return here(mapped[name]!, `/variables/${name}`);
  const named = isName(name);
  const known =
    Object.hasOwn(frame.definition.groups ?? {}, name) || frame.variables().some((each) => each.name === name);
  if (!named || known) return here(name, at(i, 'name'));
  if (cel !== undefined) return here(cel, at(i, 'cel'));
  throw new SignetError('variable-missing', `This cohort has no ${name} (${variable.says})`, {
    place: { pointer: at(i, 'name'), value: name },
    remedy: 'Derive it in the definition under this name, or say in "variables" what it is called here.',
  });
}

function isName(text: string): boolean {
  return /^[\p{L}\p{N}_-]+$/u.test(text);
}

function matched({ values }: Covariate, variable: Variable, i: number): void {
  const { name, kind, unit, levels = [] } = variable;
  if (values.kind !== kind) {
    throw new SignetError(
      'kind-mismatch',
      `${name} is ${values.kind === 'number' ? 'a number' : 'of levels'} here, and ${kind === 'number' ? 'a number' : 'of levels'} in the model`,
      {
        place: { pointer: at(i, 'kind'), value: kind },
        remedy: 'Say in "variables" what gives it in the model\'s kind.',
      },
    );
  }
  if (values.kind === 'number') {
    if (values.unit === unit) return;
    throw new SignetError(
      'unit-mismatch',
      `${name} is in ${values.unit ?? 'no unit'} here, and in ${unit ?? 'no unit'} in the model`,
      {
        place: { pointer: at(i, 'unit'), ...(unit === undefined ? {} : { value: unit }) },
        remedy: 'Give the column its unit in the definition, or derive the variable in the unit of the model.',
      },
    );
  }
  const strange = values.labels.filter((label) => !levels.includes(label));
  if (strange.length === 0) return;
  throw new SignetError(
    'levels-mismatch',
    `${name} has levels here that the model doesn't know: ${strange.join(', ')}; the model's are ${levels.join(', ')}`,
    {
      place: { pointer: at(i, 'levels'), value: strange.join(', ') },
      remedy: 'Say in "variables" what gives it in the levels of the model.',
    },
  );
}

/** The model's linear predictor of these rows, for whom all its variables are known. */
export function linearOfModel(model: ModelContent, covariates: readonly Covariate[], rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length).fill(model.intercept);
  const column = memo(model, covariates, rows);
  for (const { coefficient, of } of model.terms) {
    const parts = of.map(column);
    for (let i = 0; i < out.length; i++) out[i]! += parts.reduce((product, part) => product * part[i]!, coefficient);
  }
  return out;
}

function memo({ variables }: ModelContent, covariates: readonly Covariate[], rows: Int32Array) {
  return ({ variable, level, basis }: ModelContent['terms'][number]['of'][number]): Float64Array => {
    const { values } = covariates[variable]!;
    if (values.kind === 'levels')
      return Float64Array.from(rows, (row) => (values.labels[values.codes[row]!] === level ? 1 : 0));
    const { per = 1, knots } = variables[variable]!;
    const own = Float64Array.from(rows, (row) => values.of[row]!);
    return knots === undefined || basis === undefined ? own.map((x) => x / per) : splineBasis(own, knots)[basis]!;
  };
}

/** The model's cumulative hazard at its centre: straight between the points of its baseline, NaN beyond the last. */
export function baselineHazardOf({ baseline }: ModelContent): (time: number) => number {
  const points = [
    { time: 0, hazard: 0 },
    ...baseline.map(({ time, survival }) => ({ time, hazard: -Math.log(survival) })),
  ];
  return (time) => {
    const after = points.findIndex((point) => point.time >= time);
    if (after < 0) return Number.NaN;
    if (after === 0) return 0;
    const [a, b] = [points[after - 1]!, points[after]!];
    return a.hazard + ((b.hazard - a.hazard) * (time - a.time)) / (b.time - a.time);
  };
}

/** Risks that the model gives by its own baseline. */
export function riskOfModel(model: ModelContent): RiskAt {
  if (model.outcome.kind === 'binary') return (linear) => linear.map((eta) => 1 / (1 + Math.exp(-eta)));
  const hazard = baselineHazardOf(model);
  return (linear, time) => linear.map((eta) => 1 - Math.exp(-hazard(time) * Math.exp(eta - model.centre)));
}
