import { chiSquare } from './distributions.ts';
import { type FisherBatchOptions, type FisherColumns, fisherBatch } from './fisher.ts';
import { checkFollowUp, checkLength, type FollowUp } from './follow-up.ts';
import {
  bitsOf,
  type CoverageGroup,
  carriersByCoverage,
  countBits,
  countCommon,
  type GeneBits,
} from './gene-carriers.ts';
import { GENE_OUTCOME, type ModelScan, type ScanCounts } from './gene-outcome.ts';
import { adjustedScan } from './gene-scan-adjusted.ts';
import { logisticScan } from './gene-scan-logistic.ts';
import { ascending, timeRanks } from './times.ts';

export interface LogRankScan extends ScanCounts {
  /** Events expected among carriers. */
  readonly expected: Float64Array;
  readonly variance: Float64Array;
  /** NaN, as `p`, where there is no variance: nobody or everybody at risk carries it. */
  readonly chiSquare: Float64Array;
  readonly p: Float64Array;
}

export interface FisherScan extends FisherColumns {
  readonly covered: Int32Array;
  /** By gene: altered with the outcome, altered without, wild type with, wild type without. */
  readonly tables: Int32Array;
}

/**
 * Follow-up of the covered patients in order of time, with what every gene shares. The d tied events of a time are d slots: in Efron's l-th one
 * the tied count 1 - l / d each.
 */
interface RiskSlots {
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
function eachCoverage(
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

function counts(genes: number) {
  return {
    covered: new Int32Array(genes),
    carriers: new Int32Array(genes),
    carrierEvents: new Int32Array(genes),
  };
}

/** Variance below this is rounding. */
const NO_VARIANCE = 1e-12;

const MOST_ROUNDS = 60;

/** A last step of this length leaves its cube. */
const LAST_STEP = 2e-5;

/** Denominators multiplied before one logarithm is taken. */
const PER_LOGARITHM = 8;

/**
 * One test for each of many binary genes. `patients[i]` is the patient of the i-th row (without it, row i is patient i); a gene's patients are
 * those its sequencing covers. Work goes with the number of carriers (log-rank, Fisher's count) or of events while carriers are at risk (Cox).
 */
export const geneScan = {
  /** Log-rank test of carriers against the others. Yardstick: survival::survdiff for each gene. */
  logRank(f: FollowUp, genes: GeneBits, patients?: Int32Array): LogRankScan {
    const column = () => new Float64Array(genes.count);
    const scan = { ...counts(genes.count), expected: column(), variance: column(), chiSquare: column(), p: column() };
    eachCoverage(f, genes, patients, (group, slots) => {
      const { event } = slots;
      const { carriers } = group;
      const byPlace = (sums: Float64Array) => Float64Array.from(slots.passed, (t) => sums[t]!);
      const [hazard, spread, spreadPerHead] = [slots.hazard, slots.spread, slots.spreadPerHead].map(byPlace) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      for (let k = 0; k < group.genes.length; k++) {
        const gene = group.genes[k]!;
        const count = group.take(k);
        let observed = 0;
        let expected = 0;
        let variance = 0;
        // from the latest: the r-th met is one of r at risk, and adds 2 r - 1 to the square of their number
        for (let i = count - 1, odd = 1; i >= 0; i--, odd += 2) {
          const at = carriers[i]!;
          observed += event[at]!;
          expected += hazard[at]!;
          variance += spread[at]! - odd * spreadPerHead[at]!;
        }
        scan.covered[gene] = group.covered.length;
        scan.carriers[gene] = count;
        scan.carrierEvents[gene] = observed;
        scan.expected[gene] = expected;
        const some = variance > NO_VARIANCE;
        scan.variance[gene] = some ? variance : 0;
        const statistic = some ? (observed - expected) ** 2 / variance : Number.NaN;
        scan.chiSquare[gene] = statistic;
        scan.p[gene] = some ? chiSquare.upper(statistic, 1) : Number.NaN;
      }
    });
    return scan;
  },

  /**
   * Cox model of each gene alone, Efron's ties; monotone likelihoods are told exactly, by counting. Halley's method on the log hazard ratio;
   * standard error and likelihood are carried over the last step by their derivatives. Yardstick: survival::coxph for each gene.
   */
  cox(f: FollowUp, genes: GeneBits, patients?: Int32Array): ModelScan {
    const column = () => new Float64Array(genes.count).fill(Number.NaN);
    const scan = {
      ...counts(genes.count),
      outcome: new Uint8Array(genes.count),
      coefficient: column(),
      standardError: column(),
      wald: column(),
      p: column(),
      score: column(),
      scoreP: column(),
      likelihoodRatio: column(),
      likelihoodRatioP: column(),
    };
    eachCoverage(f, genes, patients, (group, slots) => {
      const carriersAtRisk = new Float64Array(slots.size.length);
      for (let k = 0; k < group.genes.length; k++) {
        const gene = group.genes[k]!;
        const own = group.carriers.subarray(0, group.take(k));
        scan.covered[gene] = group.covered.length;
        scan.carriers[gene] = own.length;
        fitGene(slots, own, carriersAtRisk, scan, gene);
        scan.scoreP[gene] = chiSquare.upper(scan.score[gene]!, 1);
        scan.p[gene] = chiSquare.upper(scan.wald[gene]!, 1);
        scan.likelihoodRatioP[gene] = chiSquare.upper(scan.likelihoodRatio[gene]!, 1);
      }
    });
    return scan;
  },

  /** Cox model of each gene beside covariates. */
  adjusted: adjustedScan,

  /** Logistic model of each gene beside covariates. */
  logistic: logisticScan,

  /**
   * Fisher's exact test of altered against a binary outcome. Row i has the outcome where `outcome[i]` is 1; equal tables are solved once.
   */
  fisher(outcome: Uint8Array, genes: GeneBits, patients?: Int32Array, options: FisherBatchOptions = {}): FisherScan {
    if (patients !== undefined) checkLength(patients, outcome.length);
    const rows = [...outcome.keys()];
    const patientsWith = (value: number) =>
      bitsOf(Int32Array.from(rows.filter((i) => outcome[i] === value).map((i) => patients?.[i] ?? i)));
    const yes = patientsWith(1);
    const no = patientsWith(0);
    const tables = new Int32Array(4 * genes.count);
    const covered = new Int32Array(genes.count);
    const among = (bits: Uint32Array, cover: Uint32Array | undefined) =>
      cover === undefined ? bits : bits.map((word, w) => word & (cover[w] ?? 0));
    let last: Uint32Array | undefined;
    let yesHere = yes;
    let noHere = no;
    let yesCount = countBits(yes);
    let noCount = countBits(no);
    for (let gene = 0; gene < genes.count; gene++) {
      const cover = genes.covered?.(gene);
      if (cover !== last) {
        yesHere = among(yes, cover);
        noHere = among(no, cover);
        yesCount = countBits(yesHere);
        noCount = countBits(noHere);
        last = cover;
      }
      const altered = genes.altered(gene);
      const a = countCommon(altered, yesHere);
      const b = countCommon(altered, noHere);
      tables.set([a, b, yesCount - a, noCount - b], 4 * gene);
      covered[gene] = yesCount + noCount;
    }
    return { covered, tables, ...fisherBatch(tables, options) };
  },
};

type CoxColumns = Pick<
  ModelScan,
  'carrierEvents' | 'outcome' | 'coefficient' | 'standardError' | 'wald' | 'score' | 'likelihoodRatio'
>;

/** Fits one gene; `carriers` are places in order of time, `a` is scratch for the carriers at risk in each slot. */
function fitGene(slots: RiskSlots, carriers: Int32Array, a: Float64Array, out: CoxColumns, gene: number): void {
  const { passed, event, tied, atRisk, slot, size, inverseSize, share, hazard } = slots;
  const all = size.length;
  let end = 0;
  let observed = 0;
  let expected = 0;
  for (let i = 0; i < carriers.length; i++) {
    const at = carriers[i]!;
    const upTo = slot[passed[at]!]!;
    for (; end < upTo; end++) a[end] = carriers.length - i;
    observed += event[at]!;
    expected += hazard[passed[at]!]!;
  }
  let alone = 0; // events while only carriers are at risk: they are always the last
  for (let t = tied.length - 1, i = carriers.length - 1, still = 0; t >= 0; t--) {
    for (; i >= 0 && passed[carriers[i]!]! > t; i--) still++;
    if (still !== atRisk[t]) break;
    alone += tied[t]!;
  }
  for (let i = 0; i < carriers.length; i++) {
    const at = carriers[i]!;
    if (event[at] === 0) continue;
    const t = passed[at]! - 1;
    if (tied[t]! > 1) for (let s = slot[t]!, to = slot[t + 1]!; s < to; s++) a[s]! -= share[s]!;
  }
  let mean = 0;
  let square = 0;
  for (let s = 0; s < end; s++) {
    const p = a[s]! * inverseSize[s]!;
    mean += p;
    square += p * p;
  }
  out.carrierEvents[gene] = observed;
  const information = mean - square;
  if (!(information > NO_VARIANCE)) {
    out.outcome[gene] = GENE_OUTCOME.noInformation;
    return;
  }
  out.score[gene] = (observed - mean) ** 2 / information;
  if (observed === alone || observed === end) {
    const decreasing = observed === alone;
    out.outcome[gene] = decreasing ? GENE_OUTCOME.decreasing : GENE_OUTCOME.increasing;
    out.coefficient[gene] = decreasing ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const shared = decreasing ? end - alone : end;
    let limit = 0;
    for (let s = 0; s < shared; s++)
      limit -= Math.log(decreasing ? 1 - a[s]! * inverseSize[s]! : a[s]! * inverseSize[s]!);
    out.likelihoodRatio[gene] = 2 * limit;
    return;
  }
  let beta = Math.log((observed / expected) * ((all - expected) / Math.max(0.5, all - observed)));
  if (!(Math.abs(beta) < 5)) beta = beta > 0 ? 5 : -5;
  let step = 0;
  let score = 0;
  let curvature = 0;
  let third = 0;
  let excess = 0; // hazard ratio less 1
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const ratio = Math.exp(beta);
    excess = ratio - 1;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let s = 0; s < end; s++) {
      const w = a[s]!;
      const p = w / (size[s]! + excess * w);
      const pp = p * p;
      s1 += p;
      s2 += pp;
      s3 += pp * p;
    }
    const first = ratio * s1;
    const second = ratio * ratio * s2;
    score = observed - first;
    curvature = first - second;
    third = first - 3 * second + 2 * ratio * ratio * ratio * s3;
    step = (2 * score * curvature) / (2 * curvature * curvature + score * third);
    if (!(Math.abs(step) < 3)) step = score > 0 ? 3 : -3;
    if (Math.abs(step) < LAST_STEP) break;
    beta += step;
  }
  let logarithm = 0;
  for (let s = 0; s < end; ) {
    let product = 1;
    for (const to = Math.min(end, s + PER_LOGARITHM); s < to; s++) product *= 1 + excess * a[s]! * inverseSize[s]!;
    logarithm += Math.log(product);
  }
  const gain = beta * observed - logarithm + score * step - 0.5 * curvature * step * step;
  const estimate = beta + step;
  const settled = curvature + third * step;
  out.coefficient[gene] = estimate;
  out.standardError[gene] = 1 / Math.sqrt(settled);
  out.wald[gene] = estimate * estimate * settled;
  out.likelihoodRatio[gene] = Math.max(0, 2 * gain);
}
