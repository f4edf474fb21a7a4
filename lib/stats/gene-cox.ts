import { chiSquare } from './distributions.ts';
import type { FollowUp } from './follow-up.ts';
import type { GeneBits } from './gene-carriers.ts';
import { emptyCounts, GENE_OUTCOME, type ModelScan } from './gene-outcome.ts';
import { eachCoverage, type RiskSlots } from './risk-slots.ts';

/** Information below this is rounding. */
const NO_INFORMATION = 1e-12;

const MOST_ROUNDS = 60;

/** A last step of this length leaves its cube. */
const LAST_STEP = 2e-5;

/** Denominators multiplied before one logarithm is taken. */
const PER_LOGARITHM = 8;

/**
 * Cox model of each gene alone, Efron's ties; monotone likelihoods are told exactly, by counting. Halley's method on the log hazard ratio;
 * standard error and likelihood are carried over the last step by their derivatives. Work goes with the events while carriers are at risk.
 * Yardstick: survival::coxph for each gene.
 */
export function coxScan(f: FollowUp, genes: GeneBits, patients?: Int32Array): ModelScan {
  const column = () => new Float64Array(genes.count).fill(Number.NaN);
  const scan = {
    ...emptyCounts(genes.count),
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
}

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
  if (!(information > NO_INFORMATION)) {
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
