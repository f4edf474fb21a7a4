/** Rows by time, those with the event first. */
export interface TimeOrder {
  readonly times: number;
  /** Places in `rows`: first of a time (with an end), and first of those censored at it. */
  readonly start: Int32Array;
  readonly firstCensored: Int32Array;
  readonly rows: Int32Array;
  /** By place, the first time at which it is at risk; and the places, latest such time first. */
  readonly entered?: Int32Array;
  readonly byEntry?: Int32Array;
}

/**
 * How much the pairs of an event time count. `n`: as they are (Harrell). With S the survival and G the share not censored before the
 * time, and r those at risk: `S`: n S / r; `S/G`: n S / (G r), Schemper's; `n/G`: 1 / G; `n/G2`: 1 / G², Uno's; `I`: 1 / r, so that each event
 * counts about alike.
 */
export const TIME_WEIGHTS = ['n', 'S', 'S/G', 'n/G', 'n/G2', 'I'] as const;

/** One of {@link TIME_WEIGHTS}. */
export type TimeWeight = (typeof TIME_WEIGHTS)[number];

/** The factor by time, of weights in the order of time, or undefined where all are 1. Yardstick: concordancefit. */
export function timeWeights(
  kind: TimeWeight,
  { times, start, firstCensored, rows, entered, byEntry }: TimeOrder,
  weights: Float64Array | undefined,
): Float64Array | undefined {
  let eventCount = 0;
  for (let t = 0; t < times; t++) eventCount += firstCensored[t]! - start[t]!;
  if (kind === 'n' || eventCount < 2) return undefined;
  const w = (place: number) => (weights === undefined ? 1 : weights[place]!);
  let all = 0;
  for (let k = 0; k < rows.length; k++) all += w(k);
  let atRisk = entered === undefined ? all : 0;
  let next = rows.length - 1; // in byEntry, from the earliest
  let survival = 1;
  let uncensored = 1;
  const factor = new Float64Array(times);
  for (let t = 0; t < times; t++) {
    if (byEntry !== undefined) for (; next >= 0 && entered![byEntry[next]!]! <= t; next--) atRisk += w(byEntry[next]!);
    let events = 0;
    let censored = 0;
    for (let k = start[t]!; k < firstCensored[t]!; k++) events += w(k);
    for (let k = firstCensored[t]!; k < start[t + 1]!; k++) censored += w(k);
    if (events > 0) {
      factor[t] = weightOf(kind, { all, survival, uncensored, atRisk });
      survival *= 1 - events / atRisk;
    }
    if (censored > 0) uncensored *= 1 - censored / (atRisk - events); // who has the event at the time can't be censored at it
    atRisk -= events + censored;
  }
  return factor;
}

interface Standing {
  readonly all: number;
  readonly survival: number;
  readonly uncensored: number;
  readonly atRisk: number;
}

function weightOf(kind: TimeWeight, { all, survival, uncensored, atRisk }: Standing): number {
  const share = (all * survival) / atRisk;
  switch (kind) {
    case 'n':
      return 1;
    case 'S':
      return share;
    case 'S/G':
      return share / uncensored;
    case 'n/G':
      return 1 / uncensored;
    case 'n/G2':
      return 1 / uncensored ** 2;
    case 'I':
      return 1 / atRisk;
  }
}
