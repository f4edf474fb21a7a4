import type { CohortFrame } from '../../cohort/index.ts';
import {
  type FollowUp,
  ILLNESS_DEATH,
  illnessDeathStays,
  multistate,
  type Stays,
  type SurvivalInterval,
  type TransitionProbabilities,
} from '../../stats/index.ts';
import type { CoxChoices, CoxModel } from '../cox/cox-regression.ts';
import { fitCox } from '../cox/cox-regression.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import { endpointLabel } from '../parts/causes.ts';
import { leaveOut, type Selection } from '../parts/selection.ts';

type Endpoint = ReturnType<CohortFrame['endpoint']>;

/** Share by which two durations differ when one of them was rounded. */
const SAME_TIME = 1e-8;

/** Names of the three states, in their order. */
export type StateNames = readonly [before: string, after: string, end: string];

/** What the states are called where the request doesn't say. */
export function stateNames(frame: CohortFrame, intermediate: string, terminal: string): StateNames {
  const what = endpointLabel(frame, intermediate).replace(/-free (survival|interval)$/i, '');
  const inside = /^[A-Z][a-z]/.test(what) ? what[0]!.toLowerCase() + what.slice(1) : what;
  if (terminal.toLowerCase() === 'os') return [`Alive without ${inside}`, `Alive after ${inside}`, 'Dead'];
  const end = endpointLabel(frame, terminal);
  return [`Before ${inside}`, `After ${inside}`, `Event of ${end}`];
}

/** Those of whom the intermediate event is known, and not known to come after the end. Throws `nothing-to-analyse`. */
export function withIntermediate(selection: Selection, intermediate: Endpoint, terminal: Endpoint): Selection {
  const { name, time, event, columns } = intermediate;
  const pointer = '/intermediate';
  const known = leaveOut(
    selection,
    { reason: `without ${name}`, columns, pointer },
    (row) => !(time[row]! >= 0 && time[row]! < Number.POSITIVE_INFINITY) || event[row]! > 1,
  );
  return leaveOut(
    known,
    { reason: `with ${name} after the end of ${terminal.name}`, columns: [...columns, ...terminal.columns], pointer },
    (row) => event[row] === 1 && time[row]! > terminal.time[row]! * (1 + SAME_TIME),
  );
}

/** Patients on their way: to the end, with the time of the intermediate event. */
export interface Course {
  readonly followUp: FollowUp;
  /** NaN where it didn't come, or only together with the end. */
  readonly illness: Float64Array;
  /** Censored where nobody watched for the intermediate event any more. */
  readonly cut: number;
}

/** The course of these rows. Who is free of the intermediate event is followed only as long as somebody watched for it. */
export function courseOf(f: FollowUp, intermediate: Endpoint, rows: Int32Array): Course {
  const [time, event] = [f.time.slice(), f.event.slice()];
  const illness = new Float64Array(rows.length).fill(Number.NaN);
  let cut = 0;
  rows.forEach((row, i) => {
    const at = intermediate.time[row]!;
    if (intermediate.event[row] === 1) {
      if (at < time[i]! * (1 - SAME_TIME)) illness[i] = at;
    } else if (at < time[i]! * (1 - SAME_TIME) && at > (f.entry?.[i] ?? -1)) {
      time[i] = at;
      event[i] = 0;
      cut++;
    }
  });
  return { followUp: { ...f, time, event }, illness, cut };
}

/** A transition of the model. */
export const TRANSITIONS = [
  [ILLNESS_DEATH.healthy, ILLNESS_DEATH.ill],
  [ILLNESS_DEATH.healthy, ILLNESS_DEATH.dead],
  [ILLNESS_DEATH.ill, ILLNESS_DEATH.dead],
] as const;

/** The part of a course that some patients make. */
export function partOfCourse(
  { followUp, illness }: Course,
  rows: readonly number[],
): Pick<Course, 'followUp' | 'illness'> {
  const { time, event, entry } = followUp;
  return {
    followUp: {
      time: Float64Array.from(rows, (i) => time[i]!),
      event: Uint8Array.from(rows, (i) => event[i]!),
      ...(entry === undefined ? {} : { entry: Float64Array.from(rows, (i) => entry[i]!) }),
    },
    illness: Float64Array.from(rows, (i) => illness[i]!),
  };
}

/** What happened and what is to be expected, of one group. */
export interface Occupation {
  readonly label: string;
  readonly n: number;
  readonly stays: Stays;
  /** From the start, or from each state that patients can be in at the landmark. */
  readonly chances: readonly TransitionProbabilities[];
}

/** State occupation of a group: of all from time zero, or from the landmark of who is then in each state. */
export function occupationOf(
  label: string,
  { followUp, illness }: Pick<Course, 'followUp' | 'illness'>,
  landmark: number | undefined,
  options: { readonly interval: SurvivalInterval; readonly level: number },
): Occupation {
  const stays = illnessDeathStays(followUp, illness);
  const table = multistate.accumulate(stays, 3);
  const { healthy, ill } = ILLNESS_DEATH;
  const from =
    landmark === undefined ? [healthy] : [healthy, ill].filter((state) => inState(stays, state, landmark) > 0);
  const chances = from.map((state) =>
    multistate.solve(table, state, { ...options, ...(landmark === undefined ? {} : { start: landmark }) }),
  );
  return { label, n: followUp.time.length, stays, chances };
}

/** How many are under observation in a state just before a time (at 0, from the start); of the end, how many came to it. */
export function inState({ entry, time, from, to }: Stays, state: number, at: number): number {
  let count = 0;
  for (let i = 0; i < time.length; i++) {
    if (state === ILLNESS_DEATH.dead) {
      if (to[i] === state && time[i]! < at) count++;
    } else if (from[i] === state && (at === 0 ? entry[i]! <= 0 : entry[i]! < at && time[i]! >= at)) count++;
  }
  return count;
}

/** The chances at a time: those of the last corner before it; of the start before any. */
export function chanceAt(chances: TransitionProbabilities, state: number, time: number) {
  const { states, from, level } = chances;
  let k = -1;
  while (k + 1 < chances.time.length && chances.time[k + 1]! <= time) k++;
  const at = k * states + state;
  if (k < 0) {
    const probability = state === from ? 1 : 0;
    return { probability, standardError: 0, lower: Number.NaN, upper: Number.NaN, level };
  }
  return {
    probability: chances.probability[at]!,
    standardError: chances.standardError[at]!,
    lower: chances.lower[at]!,
    upper: chances.upper[at]!,
    level,
  };
}

/** Cox regression of one transition on some columns, on the clock since time zero; a stay begins where its state is entered. */
export function fitTransition(
  stays: Stays,
  [from, to]: readonly [number, number],
  patients: Int32Array,
  columns: readonly ModelColumn[],
  choices: CoxChoices,
): { readonly model: CoxModel; readonly patients: Int32Array } {
  const rows = [...stays.time.keys()].filter((i) => stays.from[i] === from);
  const followUp: FollowUp = {
    entry: Float64Array.from(rows, (i) => stays.entry[i]!),
    time: Float64Array.from(rows, (i) => stays.time[i]!),
    event: Uint8Array.from(rows, (i) => (stays.to[i] === to ? 1 : 0)),
  };
  const of = Int32Array.from(rows, (i) => patients[i]!);
  const own = columns.map(({ name, values }) => ({ name, values: Float64Array.from(of, (i) => values[i]!) }));
  return { model: fitCox({ followUp }, own, choices), patients: of };
}

/** By stay the patient whose it is, in the order in which {@link illnessDeathStays} makes them. */
export function patientsOfStays(stays: Stays): Int32Array {
  let patient = -1;
  return stays.from.map((_, i) => {
    if (i === 0 || stays.to[i - 1] !== ILLNESS_DEATH.ill) patient++;
    return patient;
  });
}
