import * as z from 'zod';
import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { type AskedCovariate, Covariates, Expression } from './request-parts.ts';

/** Variables of a request: a set of the definition's plan, or a list in which names of sets may stand too. */
export const VariableSet = z.union([Expression, z.array(Expression).min(1).max(200)]).meta({
  description: "A set of the definition's plan by its name, or a list of variables, groups and names of sets",
});
export type VariableSet = z.infer<typeof VariableSet>;

/** Covariates of a request: a set of the definition's plan, or a list of covariates in which names of sets may stand too. */
export const CovariateSet = z
  .union([Expression, Covariates])
  .meta({ description: "A set of the definition's plan by its name, or a list of covariates and names of sets" });
export type CovariateSet = z.infer<typeof CovariateSet>;

/** A member of a set or list, and the part of the request that it comes from. */
export interface Member<T> {
  readonly asked: T;
  readonly pointer: string;
}

/** The variables of a set of the plan; undefined where the plan has none of that name. */
export function setNamed({ definition }: Pick<CohortFrame, 'definition'>, name: string): readonly string[] | undefined {
  const sets = definition.plan?.sets ?? {};
  return Object.hasOwn(sets, name) ? sets[name] : undefined;
}

/**
 * Variables, each once, in the order of the request: sets are taken apart, anything else stays as it is written. A text alone is a set.
 * Throws `unknown-set`.
 */
export function variablesOf(frame: CohortFrame, asked: VariableSet, pointer: string): readonly Member<string>[] {
  return membersIn<string>(frame, asked, pointer);
}

/** As {@link variablesOf}, of covariates. Throws `unknown-set`. */
export function covariateSetOf(
  frame: CohortFrame,
  asked: CovariateSet,
  pointer: string,
): readonly Member<AskedCovariate>[] {
  return membersIn<AskedCovariate>(frame, asked, pointer);
}

/** As {@link variablesOf}, of whatever a request lists beside names. Throws `unknown-set`. */
export function membersIn<T>(
  frame: CohortFrame,
  asked: string | readonly (T | string)[],
  pointer: string,
): readonly Member<T | string>[] {
  if (typeof asked === 'string') {
    const set = setNamed(frame, asked);
    if (!set) throw unknownSet(frame, asked, pointer);
    return set.map((name) => ({ asked: name, pointer }));
  }
  const found = new Map<string, Member<T | string>>();
  asked.forEach((each, i) => {
    const set = typeof each === 'string' ? setNamed(frame, each) : undefined;
    for (const member of set ?? [each]) {
      const key = typeof member === 'string' ? member : JSON.stringify(member);
      if (!found.has(key)) found.set(key, { asked: member, pointer: `${pointer}/${i}` });
    }
  });
  return [...found.values()];
}

function unknownSet({ definition }: CohortFrame, name: string, pointer: string): SignetError {
  const sets = Object.keys(definition.plan?.sets ?? {});
  return new SignetError('unknown-set', `The definition's plan has no set ${name}`, {
    place: { pointer, value: name },
    remedy: `${sets.length > 0 ? `Its sets are ${sets.join(', ')}. ` : ''}A variable alone is written as a list, ["${name}"].`,
  });
}
