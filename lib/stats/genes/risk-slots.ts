import { checkFollowUp, checkLength, type FollowUp } from '../survival/follow-up.ts';
import { ascending, timeRanks } from '../survival/times.ts';
import { type CoverageGroup, carriersByCoverage, type GeneBits } from './gene-carriers.ts';

/**
 * Follow-up of the covered patients in order of time, with what every gene shares. The d tied events of a time are d slots: in Efron's l-th one
 * the tied count 1 - l / d each.
 */
export interface RiskSlots {
  /** By place in order of time: how many event times have passed, its own included; and whether it is an event. */
  readonly passed: Int32Array;
  readonly event: Uint8Array;
  /** By event time: tied events, patients at risk, and the first slot (with an end). */
  readonly tied: Int32Array;
  readonly atRisk: Int32Array;
  readonly slot: Int32Array;
  /** By slot: patients at risk, its inverse, and the share l / d. */
  readonly size: Float64Array;
  readonly inverseSize: Float64Array;
  readonly share: Float64Array;
  /** By number of event times passed: sums of d / n, and of the log-rank variance's two parts. */
  readonly hazard: Float64Array;
  readonly spread: Float64Array;
  readonly spreadPerHead: Float64Array;
}

/** `rank` and `event` in order of time. */
function riskSlots(rank: Int32Array, event: Uint8Array): RiskSlots {
  const n = rank.length;
  const passed = new Int32Array(n);
  const tied: number[] = [];
  const atRisk: number[] = [];
  for (let from = 0, to = 0; from < n; from = to) {
    let d = 0;
    for (to = from; to < n && rank[to] === rank[from]; to++) d += event[to]!;
    if (d > 0) {
      tied.push(d);
      atRisk.push(n - from);
    }
    passed.fill(tied.length, from, to);
  }
  const times = tied.length;
  const slot = new Int32Array(times + 1);
  const hazard = new Float64Array(times + 1);
  const spread = new Float64Array(times + 1);
  const spreadPerHead = new Float64Array(times + 1);
  for (let t = 0; t < times; t++) {
    const d = tied[t]!;
    const r = atRisk[t]!;
    const w = r > 1 ? (d * (r - d)) / (r * (r - 1)) : 0;
    slot[t + 1] = slot[t]! + d;
    hazard[t + 1] = hazard[t]! + d / r;
    spread[t + 1] = spread[t]! + w;
    spreadPerHead[t + 1] = spreadPerHead[t]! + w / r;
  }
  const size = new Float64Array(slot[times]!);
  const share = new Float64Array(slot[times]!);
  for (let t = 0; t < times; t++) {
    for (let l = 0; l < tied[t]!; l++) {
      share[slot[t]! + l] = l / tied[t]!;
      size[slot[t]! + l] = atRisk[t]! - l; // d tied ones that count 1 - l / d each are l fewer
    }
  }
  return {
    passed,
    event,
    tied: Int32Array.from(tied),
    atRisk: Int32Array.from(atRisk),
    slot,
    size,
    inverseSize: size.map((s) => 1 / s),
    share,
    hazard,
    spread,
    spreadPerHead,
  };
}

/** Visits the genes by coverage, with the slots of those covered. `patients[i]` is the patient of row i. */
export function eachCoverage(
  f: FollowUp,
  genes: GeneBits,
  patients: Int32Array | undefined,
  visit: (group: CoverageGroup, slots: RiskSlots) => void,
): void {
  if (f.entry !== undefined) throw new RangeError('a gene scan takes no delayed entry');
  checkFollowUp(f);
  if (patients !== undefined) checkLength(patients, f.time.length);
  const order = ascending(f.time);
  const { rank } = timeRanks(f.time);
  let most = f.time.length - 1;
  if (patients !== undefined) for (const patient of patients) most = Math.max(most, patient);
  const position = new Int32Array(most + 1).fill(-1);
  for (let i = 0; i < order.length; i++) position[patients?.[order[i]!] ?? order[i]!] = i;
  for (const group of carriersByCoverage(genes, position)) {
    const ranks = Int32Array.from(group.covered, (at) => rank[order[at]!]!);
    const events = Uint8Array.from(group.covered, (at) => f.event[order[at]!]!);
    visit(group, riskSlots(ranks, events));
  }
}
