import { canonicalJson, type Json } from '../base/index.ts';
import type { Definition } from '../cohort/index.ts';

/** A part of a plan that one version has otherwise than another. */
export interface PlanChange {
  /** `item T6`, `set factors`, `sensitivity S1`, `primary` or `order of items`. */
  readonly part: string;
  readonly change: 'added' | 'changed' | 'taken out';
}

export type Plan = NonNullable<Definition['plan']>;

const NO_PLAN: Plan = { sets: {}, items: [], sensitivities: {} };

function partsOf({ primary, sets, items, sensitivities }: Plan): ReadonlyMap<string, Json> {
  return new Map<string, Json>([
    ...(primary === undefined ? [] : [['primary', primary] as const]),
    ...Object.entries(sets).map(([name, variables]) => [`set ${name}`, variables] as const),
    ...items.map((item) => [`item ${item.id}`, item as Json] as const),
    ...Object.entries(sensitivities).map(([name, says]) => [`sensitivity ${name}`, says] as const),
  ]);
}

/** What one plan has otherwise than the one before it, in the order of the plans. A definition without a plan has an empty one. */
export function planChanges(before: Plan = NO_PLAN, after: Plan = NO_PLAN): readonly PlanChange[] {
  const [a, b] = [partsOf(before), partsOf(after)];
  const changes = [...a].flatMap(([part, value]): PlanChange[] => {
    const now = b.get(part);
    if (now === undefined) return [{ part, change: 'taken out' }];
    return canonicalJson(now) === canonicalJson(value) ? [] : [{ part, change: 'changed' }];
  });
  const added = [...b.keys()].flatMap((part): PlanChange[] => (a.has(part) ? [] : [{ part, change: 'added' }]));
  const kept = ({ items }: Plan, other: ReadonlyMap<string, Json>): string =>
    items
      .filter(({ id }) => other.has(`item ${id}`))
      .map(({ id }) => id)
      .join('\n');
  const moved: PlanChange[] = kept(before, b) === kept(after, a) ? [] : [{ part: 'order of items', change: 'changed' }];
  return [...changes, ...added, ...moved];
}
