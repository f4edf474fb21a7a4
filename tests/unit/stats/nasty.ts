import * as fc from 'fast-check';

/** A patient of a cohort that is hard to compute with. */
export interface Hard {
  readonly time: number;
  readonly entry: number;
  readonly event: number;
  readonly cause: number;
  readonly group: number;
  readonly x: number;
  readonly z: number;
}

/** Tied times, whole or not; nearly all censored, or none; one group, or a group of few; columns that are constant; entries up to the time. */
export const hardCohorts: fc.Arbitrary<Hard[]> = fc
  .record({
    most: fc.constantFrom(3, 30, 2000),
    unit: fc.constantFrom(1, 0.1, 30.4375),
    chance: fc.constantFrom(0, 5, 50, 95, 100),
    groups: fc.constantFrom(1, 2, 3),
    isConstant: fc.boolean(),
  })
  .chain(({ most, unit, chance, groups, isConstant }) =>
    fc.array(
      fc
        .record({
          tick: fc.integer({ min: 1, max: most }),
          luck: fc.integer({ min: 0, max: 99 }),
          other: fc.boolean(),
          group: fc.nat({ max: groups - 1 }),
          late: fc.integer({ min: 0, max: 3 }),
          x: isConstant ? fc.constant(4) : fc.integer({ min: -8, max: 8 }),
          z: fc.integer({ min: 0, max: 1 }),
        })
        .map(({ tick, luck, other, group, late, x, z }) => ({
          time: tick * unit,
          entry: late === 0 ? Math.floor(tick / 2) * unit : 0,
          event: luck < chance ? 1 : 0,
          cause: luck < chance ? (other ? 2 : 1) : 0,
          group,
          x: x / 4,
          z,
        })),
      { minLength: 2, maxLength: 40 },
    ),
  );

const doubles = (rows: readonly Hard[], of: (row: Hard) => number) => Float64Array.from(rows, of);

/** Columns of a cohort. */
export function columnsOf(rows: readonly Hard[]) {
  return {
    time: doubles(rows, ({ time }) => time),
    event: Uint8Array.from(rows, ({ event }) => event),
    cause: Uint8Array.from(rows, ({ cause }) => cause),
    entry: doubles(rows, ({ entry }) => entry),
    group: Int32Array.from(rows, ({ group }) => group),
    x: doubles(rows, ({ x }) => x),
    z: doubles(rows, ({ z }) => z),
  };
}

/** All numbers in a result, with the way to each; texts stand for themselves. */
export function leaves(value: unknown, path = ''): [string, number | string][] {
  if (typeof value === 'number' || typeof value === 'string') return [[path, value]];
  if (ArrayBuffer.isView(value)) return leaves(Array.from(value as unknown as ArrayLike<number>), path);
  if (value instanceof Map) return leaves([...value], path);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, `${path}/${key}`));
}

/** Where two results differ by more than `tolerance` of the largest number, or in kind. */
export function differences(a: unknown, b: unknown, tolerance: number): string[] {
  const [left, right] = [leaves(a), leaves(b)];
  if (left.length !== right.length) return [`${left.length} numbers and ${right.length}`];
  const most = left.reduce(
    (m, [, v]) => (typeof v === 'number' && Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m),
    1,
  );
  return left.flatMap(([path, v], i) => {
    const [other, w] = right[i]!;
    if (path !== other) return [`${path} and ${other}`];
    if (Object.is(v, w)) return [];
    const near = typeof v === 'number' && typeof w === 'number' && Math.abs(v - w) <= tolerance * most;
    return near ? [] : [`${path}: ${v} and ${w}`];
  });
}
