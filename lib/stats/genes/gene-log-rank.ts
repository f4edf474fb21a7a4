import { chiSquare } from '../numeric/distributions.ts';
import type { FollowUp } from '../survival/follow-up.ts';
import { CarrierCounts } from './carrier-counts.ts';
import type { CoverageGroup, GeneBits } from './gene-carriers.ts';
import { emptyCounts, type ScanCounts } from './gene-outcome.ts';
import { eachCoverage, type RiskSlots } from './risk-slots.ts';

/** A log-rank test for each gene, carriers against the others: a column a figure, an element a gene. */
export interface LogRankScan extends ScanCounts {
  /** Events expected among carriers. */
  readonly expected: Float64Array;
  readonly variance: Float64Array;
  /** NaN, as `p`, where there is no variance: nobody or everybody at risk carries it. */
  readonly chiSquare: Float64Array;
  readonly p: Float64Array;
}

/** Variance below this is rounding. */
const NO_VARIANCE = 1e-12;

/** With at least so many patients an event time, walking the times costs less than putting each gene's carriers in order. */
const PER_TIME = 4;

/**
 * Log-rank test of carriers against the others for each gene. Work goes with the number of carriers, and of event times where these are few.
 * Yardstick: survival::survdiff for each gene.
 */
export function logRankScan(f: FollowUp, genes: GeneBits, patients?: Int32Array): LogRankScan {
  const column = () => new Float64Array(genes.count);
  const scan: LogRankScan = {
    ...emptyCounts(genes.count),
    expected: column(),
    variance: column(),
    chiSquare: column(),
    p: column(),
  };
  eachCoverage(f, genes, patients, (group, slots) => {
    if (slots.tied.length * PER_TIME <= group.covered.length) byTimes(group, slots, genes, scan);
    else byCarriers(group, slots, scan);
    finish(group, scan);
  });
  return scan;
}

function finish({ genes, covered }: CoverageGroup, scan: LogRankScan): void {
  const { carrierEvents, expected, variance } = scan;
  for (let k = 0; k < genes.length; k++) {
    const gene = genes[k]!;
    const some = variance[gene]! > NO_VARIANCE;
    if (!some) variance[gene] = 0;
    const statistic = some ? (carrierEvents[gene]! - expected[gene]!) ** 2 / variance[gene]! : Number.NaN;
    scan.covered[gene] = covered.length;
    scan.chiSquare[gene] = statistic;
    scan.p[gene] = some ? chiSquare.upper(statistic, 1) : Number.NaN;
  }
}

/** Counts carriers by event times passed, and walks these from the latest. */
function byTimes({ genes, placeOf }: CoverageGroup, slots: RiskSlots, bits: GeneBits, scan: LogRankScan): void {
  const { passed, event, tied, atRisk } = slots;
  const times = tied.length;
  // by event times passed, from 1
  const hazard = new Float64Array(times + 1);
  const spread = new Float64Array(times + 1);
  const size = new Float64Array(times + 1);
  for (let t = 1; t <= times; t++) {
    const d = tied[t - 1]!;
    const r = atRisk[t - 1]!;
    size[t] = r;
    hazard[t] = d / r;
    spread[t] = r > 1 ? (d * (r - d)) / (r * r * (r - 1)) : 0;
  }
  const counts = new CarrierCounts(
    placeOf.length,
    times + 1,
    (patient) => (placeOf[patient]! < 0 ? -1 : passed[placeOf[patient]!]!),
    (patient) => event[placeOf[patient]!] === 1,
  );
  const { cells } = counts;
  const { carriers, carrierEvents } = scan;
  for (let k = 0; k < genes.length; k++) {
    const gene = genes[k]!;
    carrierEvents[gene] = counts.add(bits.altered(gene));
    let here = 0; // carriers at risk
    let expected = 0;
    let variance = 0;
    for (let t = times; t > 0; t--) {
      here += cells[t]!;
      cells[t] = 0;
      expected += here * hazard[t]!;
      variance += spread[t]! * (here * (size[t]! - here));
    }
    carriers[gene] = here + cells[0]!;
    cells[0] = 0;
    scan.expected[gene] = expected;
    scan.variance[gene] = variance;
  }
}

/** Adds up what each carrier brings, from sums over the event times she was at risk. */
function byCarriers(group: CoverageGroup, slots: RiskSlots, scan: LogRankScan): void {
  const { passed, event } = slots;
  const { carriers, genes } = group;
  const byPlace = (sums: Float64Array) => Float64Array.from(passed, (t) => sums[t]!);
  const hazard = byPlace(slots.hazard);
  const spread = byPlace(slots.spread);
  const spreadPerHead = byPlace(slots.spreadPerHead);
  for (let k = 0; k < genes.length; k++) {
    const gene = genes[k]!;
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
    scan.carriers[gene] = count;
    scan.carrierEvents[gene] = observed;
    scan.expected[gene] = expected;
    scan.variance[gene] = variance;
  }
}
