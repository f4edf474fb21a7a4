import type { CauseFollowUp } from './cause-table.ts';
import { ranksWithEntry } from './entry-ranks.ts';
import type { CensoringWeights } from './horizon-weights.ts';

/**
 * Weights at a horizon where patients also come late: who has an event by then counts n S(T-)/Y(T), who is under observation right after the horizon
 * n S(horizon)/Y, others nothing, with S the survival of any event by the product-limit and Y how many are under observation. Of any other patient like
 * her the chance to be seen is G(T-)H(T-), not censored by then and come by then; S, G and H are product-limits over the same risk sets, so that G H is
 * Y/S but for a constant, and the sums of weights are those of Aalen and Johansen's incidence. Needs entry to be independent of time, event and risk.
 * The influence is the infinitesimal jackknife's: the exact derivative by a row's weight. O(n log n).
 * Source: Geskus, Biometrics 2011;67:39; Woodroofe, Ann Stat 1985;13:163. Yardstick: a second implementation in the tests, and simulation.
 */
export function observationWeights(
  { time, cause, entry }: CauseFollowUp & { readonly entry: Float64Array },
  horizon: number,
  of: number,
): CensoringWeights {
  const n = time.length;
  const { distinct, rank, entered } = ranksWithEntry(time, entry);
  const times = distinct.length;
  const from = entered!;
  const last = distinct.reduce((count, t) => count + (t <= horizon ? 1 : 0), 0); // times up to the horizon
  const [coming, leaving, events] = [new Float64Array(times + 1), new Float64Array(times), new Float64Array(times)];
  for (let i = 0; i < n; i++) {
    coming[from[i]!]!++;
    leaving[rank[i]!]!++;
    if (cause[i] !== 0) events[rank[i]!]!++;
  }
  const before = new Float64Array(times + 1); // survival right before each time
  const atRisk = new Float64Array(times + 1);
  before[0] = 1;
  for (let k = 0, there = 0; k < times; k++) {
    there += coming[k]!;
    atRisk[k] = there;
    before[k + 1] = events[k]! > 0 ? before[k]! * (1 - events[k]! / there) : before[k]!;
    there -= leaving[k]!;
  }
  const state = Array.from(time, (t, i): CensoringWeights['state'][number] => {
    if (t > horizon) return from[i]! <= last ? 'past' : 'lost';
    if (cause[i] === 0) return 'lost';
    return cause[i] === of ? 'case' : 'other';
  });
  const there = state.reduce((count, is) => count + (is === 'past' ? 1 : 0), 0);
  const place = (i: number) => (state[i] === 'past' ? last : rank[i]!);
  const share = (k: number) => (n * before[k]!) / (k === last ? there : atRisk[k]!);
  const weights = Float64Array.from(state, (is, i) => (is === 'lost' ? 0 : share(place(i))));
  return {
    weights,
    state,
    influence(values) {
      const sums = new Float64Array(last + 1); // of weighted values, by time; those past the horizon stand at its end
      for (let i = 0; i < n; i++) if (state[i] !== 'lost') sums[place(i)]! += weights[i]! * values[i]!;
      const later = new Float64Array(last + 2); // from each time on
      for (let k = last; k >= 0; k--) later[k] = later[k + 1]! + sums[k]!;
      // up to and without each time: what being under observation adds, through the survival and through the count
      const watched = new Float64Array(last + 1);
      for (let k = 0; k < last; k++) {
        const [y, d] = [atRisk[k]!, events[k]!];
        const throughSurvival = d > 0 && d < y ? (d / (y * (y - d))) * later[k + 1]! : 0;
        watched[k + 1] = watched[k]! + throughSurvival - (y > 0 ? sums[k]! / y : 0);
      }
      return Float64Array.from(time, (_, i) => {
        const [start, end] = [Math.min(from[i]!, last), Math.min(rank[i]! + 1, last)];
        let change = watched[end]! - watched[start]!;
        if (state[i] === 'past') change -= sums[last]! / there;
        if (rank[i]! < last && cause[i] !== 0) {
          const left = atRisk[rank[i]!]! - events[rank[i]!]!;
          if (left > 0) change -= later[rank[i]! + 1]! / left;
        }
        return change + later[0]! / n; // the sum of all weights is n whatever a row weighs
      });
    },
  };
}
