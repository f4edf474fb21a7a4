import { chiSquare } from '../numeric/distributions.ts';
import type { FollowUp } from '../survival/follow-up.ts';
import { CarrierCounts } from './carrier-counts.ts';
import type { GeneBits } from './gene-carriers.ts';
import { emptyModels, GENE_OUTCOME, type ModelScan } from './gene-outcome.ts';
import { eachCoverage, type RiskSlots } from './risk-slots.ts';

/** Information below this is rounding. */
const NO_INFORMATION = 1e-12;

const MOST_ROUNDS = 60;

/** A last step of this length leaves its cube. */
const LAST_STEP = 2e-5;

/** A product is replaced by its logarithm beyond this size, or below its inverse: the next few factors then can't make it infinite or 0. */
const LARGE = 1e100;

/**
 * Cox model of each gene alone, Efron's ties; monotone likelihoods are told exactly, by counting. Halley's method on the log hazard ratio;
 * standard error and likelihood are carried over the last step by their derivatives. Work goes with the events while carriers are at risk.
 * Yardstick: survival::coxph for each gene.
 */
export function coxScan(f: FollowUp, genes: GeneBits, patients?: Int32Array): ModelScan {
  const scan = emptyModels(genes.count);
  eachCoverage(f, genes, patients, ({ genes: own, covered, placeOf }, slots) => {
    const { passed, event, tied, size } = slots;
    const counts = new CarrierCounts(
      placeOf.length,
      2 * (tied.length + 1),
      (patient) => (placeOf[patient]! < 0 ? -1 : 2 * passed[placeOf[patient]!]! + event[placeOf[patient]!]!),
      (patient) => event[placeOf[patient]!] === 1,
    );
    const carriersAtRisk = new Float64Array(size.length);
    for (let k = 0; k < own.length; k++) {
      const gene = own[k]!;
      scan.covered[gene] = covered.length;
      scan.carrierEvents[gene] = counts.add(genes.altered(gene));
      const standing = place(slots, counts.cells, carriersAtRisk);
      scan.carriers[gene] = standing.carriers;
      fitGene(slots, standing, carriersAtRisk, scan, gene);
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

interface Standing {
  readonly carriers: number;
  /** Slots with a carrier at risk: they are always the first. */
  readonly end: number;
  /** Events expected among carriers, by the hazard of all. */
  readonly expected: number;
  /** Events while only carriers are at risk: they are always the last. */
  readonly alone: number;
}

/**
 * Puts into `a` how many carriers are at risk in each slot. `cells` hold them by twice the event times passed, those with the event 1 after, and are
 * emptied.
 */
function place({ tied, atRisk, slot, share }: RiskSlots, cells: Int32Array, a: Float64Array): Standing {
  let here = 0;
  let end = 0;
  let expected = 0;
  let alone = 0;
  let isAlone = true;
  for (let t = tied.length - 1; t >= 0; t--) {
    const events = cells[2 * t + 3]!;
    here += events + cells[2 * t + 2]!;
    cells[2 * t + 2] = 0;
    cells[2 * t + 3] = 0;
    isAlone &&= here === atRisk[t];
    if (here === 0) continue;
    const to = slot[t + 1]!;
    if (end === 0) end = to;
    if (isAlone) alone += tied[t]!;
    expected += (here * tied[t]!) / atRisk[t]!;
    if (events === 0) for (let s = slot[t]!; s < to; s++) a[s] = here;
    else for (let s = slot[t]!; s < to; s++) a[s] = here - share[s]! * events;
  }
  const carriers = here + cells[0]!;
  cells[0] = 0;
  return { carriers, end, expected, alone };
}

/** Fits one gene; `a` holds the carriers at risk in each slot. */
function fitGene(
  { size, inverseSize }: RiskSlots,
  { end, expected, alone }: Standing,
  a: Float64Array,
  out: CoxColumns,
  gene: number,
): void {
  const all = size.length;
  const observed = out.carrierEvents[gene]!;
  const { mean, square } = nullSums(a, inverseSize, end);
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
  const logarithm = logOfSizes(a, inverseSize, excess, end);
  const gain = beta * observed - logarithm + score * step - 0.5 * curvature * step * step;
  const estimate = beta + step;
  const settled = curvature + third * step;
  out.coefficient[gene] = estimate;
  out.standardError[gene] = 1 / Math.sqrt(settled);
  out.wald[gene] = estimate * estimate * settled;
  out.likelihoodRatio[gene] = Math.max(0, 2 * gain);
}

/** Sums over slots of the carriers' share of those at risk, and of its square. In two chains, since an addition waits for the one before. */
function nullSums(a: Float64Array, inverseSize: Float64Array, end: number): { mean: number; square: number } {
  let [mean, square, oddMean, oddSquare] = [0, 0, 0, 0];
  let s = 0;
  for (; s + 1 < end; s += 2) {
    const p = a[s]! * inverseSize[s]!;
    const q = a[s + 1]! * inverseSize[s + 1]!;
    mean += p;
    square += p * p;
    oddMean += q;
    oddSquare += q * q;
  }
  if (s < end) {
    const p = a[s]! * inverseSize[s]!;
    mean += p;
    square += p * p;
  }
  return { mean: mean + oddMean, square: square + oddSquare };
}

/**
 * Sum over slots of the logarithm of what those at risk weigh, over their number. A logarithm costs as much as some ten products, so that few are taken;
 * four factors are multiplied apart, since each product waits for the one before.
 */
function logOfSizes(a: Float64Array, inverseSize: Float64Array, excess: number, end: number): number {
  let logarithm = 0;
  let product = 1;
  let s = 0;
  for (; s + 3 < end; s += 4) {
    const first = (1 + excess * a[s]! * inverseSize[s]!) * (1 + excess * a[s + 1]! * inverseSize[s + 1]!);
    const second = (1 + excess * a[s + 2]! * inverseSize[s + 2]!) * (1 + excess * a[s + 3]! * inverseSize[s + 3]!);
    product *= first * second;
    if (product > LARGE || product < 1 / LARGE) {
      logarithm += Math.log(product);
      product = 1;
    }
  }
  for (; s < end; s++) product *= 1 + excess * a[s]! * inverseSize[s]!;
  return logarithm + Math.log(product);
}
