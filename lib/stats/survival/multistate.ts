import { checkFollowUp, checkLength, InvalidFollowUp } from './follow-up.ts';
import { type SurvivalInterval, survivalLimits } from './survival-interval.ts';
import { ranks, tieTimes } from './times.ts';

/** Stays in states: a row a stay, from entering a state to leaving it or to the last contact. */
export interface Stays {
  /** A stay is at risk of leaving after `entry`, until `time`. */
  readonly entry: Float64Array;
  readonly time: Float64Array;
  /** State, from 0. */
  readonly from: Int32Array;
  /** The state entered at `time`; -1 where the stay is censored. */
  readonly to: Int32Array;
}

/** Counts by distinct time: transitions (`(i * states + from) * states + to`), and stays that end or begin (`i * states + state`). */
export interface TransitionTable {
  readonly states: number;
  readonly time: Float64Array;
  readonly transitions: Float64Array;
  readonly ended: Float64Array;
  readonly begun: Float64Array;
}

/** From when on chances are told, and the scale and level of their limits. */
export interface TransitionOptions {
  /** From which time on; 0 unless said. */
  readonly start?: number;
  readonly interval?: SurvivalInterval;
  readonly level?: number;
}

/** Of who is in state `from` at `start`: by time, the chance to be in each state. Time `k`, state `s` stand at `k * states + s`. */
export interface TransitionProbabilities {
  readonly from: number;
  readonly start: number;
  readonly states: number;
  readonly interval: SurvivalInterval;
  readonly level: number;
  readonly time: Float64Array;
  readonly atRisk: Float64Array;
  readonly probability: Float64Array;
  readonly standardError: Float64Array;
  /** NaN where the interval is undefined (probability 0 or 1). */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Transition probabilities of a Markov model of any number of states (illness-death, competing risks, ...), with delayed entry. Class: one round; any
 * batch of stays. Variance as Greenwood's. O(stays log stays + times x states³).
 * Source: Aalen & Johansen, Scand J Stat 1978;5:141; Andersen et al, Statistical Models Based on Counting Processes, IV.4. Yardstick: etm::etm,
 * mstate::probtrans; in the tests Kaplan-Meier and cumulative incidence, which are special cases.
 */
export const multistate = {
  accumulate(stays: Stays, states: number): TransitionTable {
    const { entry, time, from, to } = stays;
    const n = time.length;
    for (const column of [entry, from, to]) checkLength(column, n);
    checkFollowUp({ time, entry, event: Uint8Array.from(to, (state) => (state >= 0 ? 1 : 0)) });
    for (let i = 0; i < n; i++) {
      const known = from[i]! >= 0 && from[i]! < states && to[i]! >= -1 && to[i]! < states;
      if (!known || to[i] === from[i]) throw new InvalidFollowUp('invalid-event', i);
    }
    const all = new Float64Array(2 * n);
    all.set(time);
    all.set(entry, n);
    const { distinct, rank } = ranks(all);
    const table = emptyTable(distinct, states);
    for (let i = 0; i < n; i++) {
      const cell = rank[i]! * states + from[i]!;
      table.ended[cell]!++;
      table.begun[rank[n + i]! * states + from[i]!]!++;
      if (to[i]! >= 0) table.transitions[cell * states + to[i]!]!++;
    }
    return table;
  },

  merge(a: TransitionTable, b: TransitionTable): TransitionTable {
    const time = Float64Array.from(new Set([...a.time, ...b.time])).sort();
    const merged = emptyTable(time, Math.max(a.states, b.states));
    for (const table of [a, b]) {
      for (let i = 0, to = 0; i < table.time.length; i++, to++) {
        while (time[to] !== table.time[i]) to++;
        addTime(merged, to, table, i);
      }
    }
    return merged;
  },

  /** Chances of who is in state `from` at the start. */
  solve(table: TransitionTable, from: number, options: TransitionOptions = {}): TransitionProbabilities {
    const { start = 0, interval = 'log-log', level = 0.95 } = options;
    const { states, time, transitions, ended, begun } = tied(table);
    const limits = survivalLimits(interval, level);
    const shown = [...time.keys()].filter(
      (i) => time[i]! > start && ended.subarray(i * states, (i + 1) * states).some((count) => count > 0),
    );
    const column = () => new Float64Array(shown.length * states);
    const out = { atRisk: column(), probability: column(), standardError: column(), lower: column(), upper: column() };
    const atRisk = new Float64Array(states);
    let chance = new Float64Array(states);
    chance[from] = 1;
    let covariance = new Float64Array(states * states);
    for (let i = 0, k = 0; i < time.length; i++) {
      const rows = i * states;
      if (shown[k] === i) {
        const step = stepOf(transitions.subarray(rows * states, (rows + states) * states), atRisk);
        covariance = spread(covariance, step, chance, atRisk);
        chance = forward(chance, step);
        for (let s = 0; s < states; s++) {
          const cell = k * states + s;
          const error = Math.sqrt(Math.max(0, covariance[s * states + s]!));
          const [lower, upper] = limits(chance[s]!, error / chance[s]!);
          out.atRisk[cell] = atRisk[s]!;
          out.probability[cell] = chance[s]!;
          out.standardError[cell] = error;
          out.lower[cell] = lower;
          out.upper[cell] = upper;
        }
        k++;
      }
      for (let s = 0; s < states; s++) atRisk[s]! += begun[rows + s]! - ended[rows + s]!;
    }
    return { from, start, states, interval, level, time: Float64Array.from(shown, (i) => time[i]!), ...out };
  },
};

/** The chances of going from each state to each at one time: rows sum to 1. */
function stepOf(transitions: Float64Array, atRisk: Float64Array): Float64Array {
  const states = atRisk.length;
  const step = new Float64Array(states * states);
  for (let g = 0; g < states; g++) {
    step[g * states + g] = 1;
    if (atRisk[g] === 0) continue;
    for (let h = 0; h < states; h++) {
      const share = transitions[g * states + h]! / atRisk[g]!;
      step[g * states + h]! += share;
      step[g * states + g]! -= share;
    }
  }
  return step;
}

function forward(chance: Float64Array, step: Float64Array): Float64Array<ArrayBuffer> {
  const states = chance.length;
  const next = new Float64Array(states);
  for (let g = 0; g < states; g++) for (let h = 0; h < states; h++) next[h]! += chance[g]! * step[g * states + h]!;
  return next;
}

/** What the step carries on of the covariance, and what the multinomial rows of the step add. */
function spread(covariance: Float64Array, step: Float64Array, chance: Float64Array, atRisk: Float64Array) {
  const states = chance.length;
  const half = new Float64Array(states * states);
  const out = new Float64Array(states * states);
  for (let a = 0; a < states; a++) {
    for (let g = 0; g < states; g++) {
      for (let h = 0; h < states; h++) half[a * states + h]! += covariance[a * states + g]! * step[g * states + h]!;
    }
  }
  for (let g = 0; g < states; g++) {
    for (let a = 0; a < states; a++) {
      for (let b = 0; b < states; b++) {
        let own = step[g * states + a]! * half[g * states + b]!;
        if (atRisk[g]! > 0) {
          const [p, q] = [step[g * states + a]!, step[g * states + b]!];
          own += (chance[g]! ** 2 * ((a === b ? p : 0) - p * q)) / atRisk[g]!;
        }
        out[a * states + b]! += own;
      }
    }
  }
  return out;
}

function emptyTable(time: Float64Array, states: number): TransitionTable {
  return {
    states,
    time,
    transitions: new Float64Array(time.length * states * states),
    ended: new Float64Array(time.length * states),
    begun: new Float64Array(time.length * states),
  };
}

function addTime(into: TransitionTable, to: number, from: TransitionTable, i: number): void {
  for (let s = 0; s < from.states; s++) {
    const [a, b] = [to * into.states + s, i * from.states + s];
    into.ended[a]! += from.ended[b]!;
    into.begun[a]! += from.begun[b]!;
    for (let h = 0; h < from.states; h++)
      into.transitions[a * into.states + h]! += from.transitions[b * from.states + h]!;
  }
}

function tied(table: TransitionTable): TransitionTable {
  const { kept, of } = tieTimes(table.time);
  if (kept.length === table.time.length) return table;
  const together = emptyTable(kept, table.states);
  for (let i = 0; i < of.length; i++) addTime(together, of[i]!, table, i);
  return together;
}

/** States of the illness-death model. */
export const ILLNESS_DEATH = { healthy: 0, ill: 1, dead: 2 } as const;

/**
 * The stays of an illness-death model. `illness` is when a patient fell ill (progressed, relapsed, ...), NaN: never; one who fell ill at the end of
 * follow-up counts as not ill, and one who was ill at the entry starts so. `event` is death at `time`. O(n).
 * Source: Andersen & Keiding, Stat Methods Med Res 2002;11:91.
 */
export function illnessDeathStays(
  { time, event, entry }: { readonly time: Float64Array; readonly event: Uint8Array; readonly entry?: Float64Array },
  illness: Float64Array,
): Stays {
  checkFollowUp({ time, event, ...(entry === undefined ? {} : { entry }) });
  checkLength(illness, time.length);
  const { healthy, ill, dead } = ILLNESS_DEATH;
  const stays: { entry: number; time: number; from: number; to: number }[] = [];
  for (let i = 0; i < time.length; i++) {
    const begin = entry?.[i] ?? (time[i] === 0 ? -1 : 0);
    const end = { time: time[i]!, to: event[i] === 1 ? dead : -1 };
    const when = illness[i]!;
    if (!(when < time[i]!)) stays.push({ entry: begin, from: healthy, ...end });
    else if (when <= begin) stays.push({ entry: begin, from: ill, ...end });
    else stays.push({ entry: begin, time: when, from: healthy, to: ill }, { entry: when, from: ill, ...end });
  }
  return {
    entry: Float64Array.from(stays, (stay) => stay.entry),
    time: Float64Array.from(stays, (stay) => stay.time),
    from: Int32Array.from(stays, (stay) => stay.from),
    to: Int32Array.from(stays, (stay) => stay.to),
  };
}
