import { type CauseFollowUp, checkCauses } from './cause-table.ts';
import type { FollowUp } from './follow-up.ts';
import type { CensoringWeights } from './horizon-weights.ts';
import { observationWeights } from './observation-weights.ts';
import { timeRanks } from './times.ts';

/** Whether anybody comes under observation after others have left: else delayed entry says nothing. */
export function comesLate<F extends Pick<CauseFollowUp, 'time' | 'entry'>>(
  f: F,
): f is F & { readonly entry: Float64Array } {
  const first = f.time.reduce((least, t) => Math.min(least, t), Number.POSITIVE_INFINITY);
  return f.entry?.some((at) => at >= first) ?? false;
}

/**
 * How much each patient counts in a share of all patients: alike, or, where some come late and those with short times are thereby missing, by her
 * weight at the horizon.
 */
export function shareWeights({ time, event, entry }: FollowUp, horizon: number): Float64Array {
  const f = { time, cause: event, ...(entry === undefined ? {} : { entry }) };
  return comesLate(f) ? censoringWeights(f, horizon).weights : new Float64Array(time.length).fill(1);
}

/** Weights for the event `cause`. Throws {@link InvalidFollowUp} on rows that can't be used. O(n log n). */
export function censoringWeights(f: CauseFollowUp, horizon: number, cause = 1): CensoringWeights {
  checkCauses(f);
  const n = f.time.length;
  if (comesLate(f)) return observationWeights(f, horizon, cause);
  const { distinct, rank } = timeRanks(f.time);
  const times = distinct.length;
  const censored = new Float64Array(times);
  const leaving = new Float64Array(times);
  for (let i = 0; i < n; i++) {
    leaving[rank[i]!]!++;
    if (f.cause[i] === 0) censored[rank[i]!]!++;
  }
  const atRisk = new Float64Array(times);
  const before = new Float64Array(times); // G right before each time
  const drift = new Float64Array(times + 1); // sum of n C/Y² up to and without each time
  let [y, g, atHorizon] = [n, 1, 1];
  for (let k = 0; k < times; k++) {
    atRisk[k] = y;
    before[k] = g;
    const c = censored[k]!;
    const events = leaving[k]! - c;
    if (c > 0) g *= 1 - c / (y - events);
    if (distinct[k]! <= horizon) atHorizon = g;
    drift[k + 1] = drift[k]! + (n * c) / y ** 2;
    y -= leaving[k]!;
  }
  const state = Array.from(f.time, (t, i): 'case' | 'other' | 'past' | 'lost' => {
    if (t > horizon) return 'past';
    if (f.cause[i] === 0) return 'lost';
    return f.cause[i] === cause ? 'case' : 'other';
  });
  const weights = Float64Array.from(state, (is, i) => {
    if (is === 'lost') return 0;
    return 1 / (is === 'past' ? atHorizon : before[rank[i]!]!);
  });
  const last = distinct.reduce((count, t) => count + (t <= horizon ? 1 : 0), 0); // times up to the horizon
  return {
    weights,
    state,
    influence(values) {
      // sums over rows of the value, by the time before which G counts for them; those past the horizon stand at its end
      const sums = new Float64Array(last + 1);
      for (let i = 0; i < n; i++) {
        if (state[i] !== 'lost') sums[state[i] === 'past' ? last : rank[i]!]! += values[i]! * weights[i]!;
      }
      const drifted = new Float64Array(last + 2); // of those at earlier times, value times their drift
      const later = new Float64Array(last + 2);
      for (let k = 0; k <= last; k++) drifted[k + 1] = drifted[k]! + sums[k]! * drift[k]!;
      for (let k = last; k >= 0; k--) later[k] = later[k + 1]! + sums[k]!;
      return f.time.map((t, i) => {
        const k = rank[i]!;
        if (t > horizon) return -drifted[last + 1]! / n;
        const own = (f.cause[i] === 0 ? n / atRisk[k]! : 0) - drift[k + 1]!;
        return (own * later[k + 1]! - drifted[k + 1]!) / n;
      });
    },
  };
}
