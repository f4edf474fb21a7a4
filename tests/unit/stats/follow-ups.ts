import * as fc from 'fast-check';
import type { FollowUp } from '../../../lib/stats/index.ts';

/** A patient as tests write her. */
export interface Patient {
  readonly time: number;
  readonly event: number;
  readonly group: number;
  readonly x: number;
}

/** Times that tie often: whole days, or halves of a tenth, where sums of doubles tie only up to rounding. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 30 }),
  fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom(0.1, 0.05)).map(([k, unit]) => k * unit),
);

/** Up to forty patients in three groups. */
export const patients = (options: { min?: number; max?: number } = {}): fc.Arbitrary<Patient[]> =>
  fc.array(
    fc.record({
      time,
      event: fc.integer({ min: 0, max: 1 }),
      group: fc.integer({ min: 0, max: 2 }),
      x: fc.integer({ min: -5, max: 5 }),
    }),
    { minLength: options.min ?? 1, maxLength: options.max ?? 40 },
  );

/** The same patients in another order, which `keys` decide. */
export function shuffled<T>(items: readonly T[], keys: readonly number[]): T[] {
  return items
    .map((item, i) => ({ item, key: keys[i % keys.length]! * 7919 + ((i * 104_729) % 1009) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

export function followUp(rows: readonly Pick<Patient, 'time' | 'event'>[]): FollowUp {
  return {
    time: Float64Array.from(rows, (row) => row.time),
    event: Uint8Array.from(rows, (row) => row.event),
  };
}

export const groupsOf = (rows: readonly Patient[]): Int32Array => Int32Array.from(rows, ({ group }) => group);

/** Follow-up from times and events as they are written down. */
export function observed(time: readonly number[], event: readonly number[], entry?: readonly number[]): FollowUp {
  return {
    time: Float64Array.from(time),
    event: Uint8Array.from(event),
    ...(entry === undefined ? {} : { entry: Float64Array.from(entry) }),
  };
}
