/** Numbers that a study attested, by name. */
export type Numbers = Readonly<Record<string, number | null | readonly (number | null)[]>>;

/** A part of the study beside what all rows together give: lines to read, and what does not match. */
export interface Beside {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
  readonly faults: readonly string[];
}

/** Sums over sites run in another order than over all rows. */
export const SUM_ERROR = 1e-9;

/** A list that was attested. Throws RangeError where there is none of the name. */
export function list(numbers: Numbers, name: string): readonly (number | null)[] {
  const value = numbers[name];
  if (Array.isArray(value)) return value as (number | null)[];
  throw new RangeError(`the study attested no list ${name}`);
}
