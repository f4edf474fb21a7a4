import type { CohortFrame } from '../../cohort/index.ts';
import { type Grouping, groupingOf } from './grouping.ts';
import { leaveOut, type Selection } from './selection.ts';

/** Who is compared with whom: patients of one stratum only. */
export interface Strata {
  readonly groupings: readonly Grouping[];
  readonly title: string;
}

/** The strata that a request names; undefined where it names none. Throws what groups throw. */
export function strataOf(frame: CohortFrame, asked: readonly string[] | undefined): Strata | undefined {
  if (asked === undefined) return undefined;
  const groupings = asked.map((by, i) => groupingOf(frame, by, `/strata/${i}`));
  return { groupings, title: groupings.map(({ title }) => title).join(', ') };
}

/** Those whose stratum is known. Throws `nothing-to-analyse`. */
export function withStrata(selection: Selection, strata: Strata | undefined): Selection {
  return (strata?.groupings ?? []).reduce(
    (left, { title, columns, codes }, i) =>
      leaveOut(left, { reason: `without ${title}`, columns, pointer: `/strata/${i}` }, (row) => codes[row]! < 0),
    selection,
  );
}

/** By row a number of its stratum, from 0: the combinations of levels that occur, in their order. */
export function stratumCodes({ groupings }: Strata, rows: Int32Array): { codes: Int32Array; strata: number } {
  const combined = Float64Array.from(rows, (row) =>
    groupings.reduce((code, { codes, labels }) => code * labels.length + codes[row]!, 0),
  );
  const place = new Map([...new Set(combined)].sort((a, b) => a - b).map((code, i) => [code, i]));
  return { codes: Int32Array.from(combined, (code) => place.get(code)!), strata: place.size };
}

/** Strata in a sentence of the method. */
export function strataSentence(strata: Strata | undefined, rows: Int32Array): string[] {
  if (strata === undefined) return [];
  return [
    `Comparisons were made within ${stratumCodes(strata, rows).strata} strata of ${strata.title}, never between them.`,
  ];
}
