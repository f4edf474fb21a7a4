import type { CoxRows } from '../cox/cox-design.ts';
import { type CauseFollowUp, checkCauses } from '../survival/cause-table.ts';
import { ranksWithEntry } from '../survival/entry-ranks.ts';
import { checkLength } from '../survival/follow-up.ts';

/** Rows of Fine and Gray's model. */
export interface FineGrayRows extends CauseFollowUp {
  readonly covariates: readonly Float64Array[];
  readonly names: readonly string[];
  /** A whole number a row; rows of different strata share no risk set, and no censoring. */
  readonly strata?: Int32Array;
}

/** The weighted rows whose Cox model is Fine and Gray's. */
export interface FineGrayIntervals {
  /** Rows (start, stop] with weights: for {@link cox.fit} with Breslow ties. */
  readonly rows: CoxRows;
  /** The patient of each: a cluster, which makes the variance robust. */
  readonly cluster: Int32Array;
}

/**
 * Who is at risk of being censored at a time: all who are there, as cmprsk::crr has it, or only who has no event then, censorings coming after
 * events, as survival::finegray has it. They differ where events and censorings share times.
 */
type Censored = 'among-all' | 'after-events';

export interface FineGrayIntervalOptions {
  /** Of interest; 1 unless said. */
  readonly cause?: number;
  /** `among-all` unless said. */
  readonly censored?: Censored;
}

/** What a row of {@link FineGrayIntervals} is made of. */
interface Part {
  readonly patient: number;
  readonly start: number;
  readonly stop: number;
  readonly event: number;
  readonly weight: number;
}

/**
 * Fine and Gray's model as a weighted Cox model: who has another event stays at risk, with a weight that falls as others are censored and, with delayed
 * entry, rises as others come in; both are estimated within each stratum. The variance takes the weights as known. Up to as many rows for a patient with
 * another event as there are event times after it.
 * Source: Geskus, Biometrics 2011;67:39; strata: Zhou, Latouche, Rocha & Fine, Biometrics 2011;67:661. Yardstick: survival::finegray. O(n log n + rows).
 */
export function fineGrayIntervals(
  given: FineGrayRows,
  { cause = 1, censored = 'among-all' }: FineGrayIntervalOptions = {},
): FineGrayIntervals {
  checkCauses(given);
  const { names, covariates, strata } = given;
  if (strata !== undefined) checkLength(strata, given.time.length);
  const patients = [...given.time.keys()];
  const parts = [...Map.groupBy(patients, (i) => strata?.[i] ?? 0).values()].flatMap((own) =>
    partsOf(given, own, cause, censored),
  );
  const cluster = Int32Array.from(parts, ({ patient }) => patient);
  return {
    rows: {
      names,
      entry: Float64Array.from(parts, ({ start }) => start),
      time: Float64Array.from(parts, ({ stop }) => stop),
      event: Uint8Array.from(parts, ({ event }) => event),
      weights: Float64Array.from(parts, ({ weight }) => weight),
      covariates: covariates.map((values) => Float64Array.from(cluster, (patient) => values[patient]!)),
      ...(strata === undefined ? {} : { strata: cluster.map((patient) => strata[patient]!) }),
    },
    cluster,
  };
}

/** Rows of the patients `own`, whose censoring and entry make the weights. */
function partsOf(all: FineGrayRows, own: readonly number[], cause: number, censored: Censored): Part[] {
  const given = {
    time: Float64Array.from(own, (i) => all.time[i]!),
    cause: Uint8Array.from(own, (i) => all.cause[i]!),
  };
  const entry = all.entry && Float64Array.from(own, (i) => all.entry![i]!);
  const { time } = given;
  const { distinct, rank, entered } = ranksWithEntry(time, entry);
  const weightAt = weightsBefore(given, distinct, rank, entered, censored);
  const eventTimes = [...new Set(rank.filter((_, i) => given.cause[i] === cause))].sort((a, b) => a - b);
  const parts: Part[] = [];
  for (let i = 0; i < time.length; i++) {
    const start = entry?.[i] ?? (time[i] === 0 ? -1 : 0);
    const competes = given.cause[i] !== 0 && given.cause[i] !== cause;
    const patient = own[i]!;
    parts.push({ patient, start, stop: time[i]!, event: given.cause[i] === cause ? 1 : 0, weight: 1 });
    if (!competes) continue;
    let from = time[i]!;
    let last: Part | undefined;
    for (const k of eventTimes) {
      if (k <= rank[i]!) continue;
      const weight = weightAt[k]! / weightAt[rank[i]!]!;
      if (last?.weight === weight) last = { ...last, stop: distinct[k]! };
      else {
        if (last !== undefined) parts.push(last);
        last = { patient, start: from, stop: distinct[k]!, event: 0, weight };
      }
      from = distinct[k]!;
    }
    if (last !== undefined) parts.push(last);
  }
  return parts;
}

/**
 * Right before each time: the chance of not being censored by then, times that of having entered by then, both Kaplan-Meier's. A time at which all who
 * are there enter says nothing of who was there before, and is passed over.
 */
function weightsBefore(
  { cause }: Pick<FineGrayRows, 'cause'>,
  distinct: Float64Array,
  rank: Int32Array,
  entered: Int32Array | undefined,
  convention: Censored,
): Float64Array {
  const times = distinct.length;
  const [leaving, censored, coming] = [new Float64Array(times), new Float64Array(times), new Float64Array(times)];
  let there = 0;
  rank.forEach((k, i) => {
    leaving[k]!++;
    if (cause[i] === 0) censored[k]!++;
    // who comes in is at risk from the next time on
    if (entered === undefined || entered[i] === 0) there++;
    else coming[entered[i]! - 1]!++;
  });
  const weights = new Float64Array(times);
  const present = new Float64Array(times); // after who comes at the time, and before who leaves after it
  for (let k = 0, uncensored = 1; k < times; k++) {
    weights[k] = uncensored;
    const gone = convention === 'after-events' ? leaving[k]! - censored[k]! : 0;
    if (censored[k]! > 0) uncensored *= 1 - censored[k]! / (there - gone);
    there += coming[k]! - leaving[k]!;
    present[k] = there;
  }
  for (let k = times - 1, come = 1; k >= 0; k--) {
    if (coming[k]! > 0 && coming[k]! < present[k]!) come *= 1 - coming[k]! / present[k]!;
    weights[k]! *= come;
  }
  return weights;
}
