import { cox } from '../cox/cox.ts';
import { type CoxRows, coxDesign } from '../cox/cox-design.ts';
import type { CoxFailure, CoxMonotone } from '../cox/cox-result.ts';
import { chiSquare } from '../numeric/distributions.ts';
import { comesLate } from '../survival/censoring-weights.ts';
import { carriersByCoverage, type GeneBits, rowOfPatient } from './gene-carriers.ts';
import { GeneFitter } from './gene-fit.ts';
import { geneNull } from './gene-null.ts';
import { emptyModels, GENE_OUTCOME } from './gene-outcome.ts';
import { type AdjustedScan, eachGeneCox, geneFitter } from './gene-scan-each.ts';

export type { AdjustedScan } from './gene-scan-each.ts';

/** How much of an adjusted scan is made. */
export interface AdjustedScanOptions {
  /** Score tests for all, and no estimates: ten times as fast. With delayed entry or strata, estimates come with them. */
  readonly scoreOnly?: boolean;
}

/**
 * Cox model of each of many binary genes beside the same covariates, Efron's ties. The covariates' model is fitted once (for each set of patients
 * that genes cover); from it come every gene's score test in as many steps as there are carriers, and its first estimate. Monotone likelihoods of the
 * gene are told exactly, by counting; of one that is monotone together with covariates, and with delayed entry, strata, weights or an offset, by a whole
 * fit of each gene ({@link eachGeneCox}). Source: as {@link cox}. Yardstick: survival::coxph for each gene.
 */
export function adjustedScan(
  rows: CoxRows,
  genes: GeneBits,
  patients: Int32Array | undefined,
  { scoreOnly = false }: AdjustedScanOptions = {},
): AdjustedScan {
  const { time, event, names, covariates, strata, weights, offset } = rows;
  const oneByOne = comesLate(rows) || [strata, weights, offset].some((column) => column !== undefined);
  if (oneByOne) return eachGeneCox(rows, genes, patients);
  const scan = { ...emptyModels(genes.count), failures: [] as (CoxFailure | CoxMonotone)[] };
  for (const group of carriersByCoverage(genes, rowOfPatient(time.length, patients))) {
    const pick = (values: Float64Array) => Float64Array.from(group.covered, (i) => values[i]!);
    const own: CoxRows = {
      time: pick(time),
      event: Uint8Array.from(group.covered, (i) => event[i]!),
      names,
      covariates: covariates.map(pick),
    };
    const fit = cox.fit(own);
    if (!fit.ok) scan.failures.push(fit);
    const design = coxDesign(own);
    const model = fit.ok ? geneNull(design, fit.coefficients) : undefined;
    const fitter = model && new GeneFitter(model);
    const early = design.n - design.rows;
    const placeOf = new Int32Array(design.n); // in the order of time; below 0, never at risk at an event
    design.source.forEach((i, at) => {
      placeOf[i] = at - early;
    });
    const inTime = new OrderOfTime(placeOf, design.rows);
    let whole: ReturnType<typeof geneFitter> | undefined;
    group.genes.forEach((gene, k) => {
      const members = group.carriers.subarray(0, group.take(k));
      scan.covered[gene] = group.covered.length;
      scan.carriers[gene] = members.length;
      let events = 0;
      for (const i of members) events += own.event[i]!;
      scan.carrierEvents[gene] = events;
      if (fitter === undefined) {
        scan.outcome[gene] = GENE_OUTCOME.noCovariateModel;
        return;
      }
      const places = inTime.list(members);
      let found = fitter.fit(places, events, scoreOnly);
      const isOpen =
        found.outcome !== GENE_OUTCOME.estimated && !Number.isNaN(found.score) && Number.isNaN(found.likelihoodRatio);
      if (isOpen && !scoreOnly) {
        whole ??= geneFitter(own);
        found = { ...found, ...whole.fit(carriedBy(members, own.time.length)) };
      }
      scan.outcome[gene] = found.outcome;
      scan.coefficient[gene] = found.coefficient;
      scan.standardError[gene] = found.standardError;
      scan.score[gene] = found.score;
      scan.likelihoodRatio[gene] = found.likelihoodRatio;
      scan.wald[gene] = (found.coefficient / found.standardError) ** 2;
    });
  }
  for (let gene = 0; gene < genes.count; gene++) {
    if (scan.outcome[gene] !== GENE_OUTCOME.estimated) scan.wald[gene] = Number.NaN;
    scan.p[gene] = chiSquare.upper(scan.wald[gene]!, 1);
    scan.scoreP[gene] = chiSquare.upper(scan.score[gene]!, 1);
    scan.likelihoodRatioP[gene] = chiSquare.upper(scan.likelihoodRatio[gene]!, 1);
  }
  return scan;
}

function carriedBy(members: Int32Array, rows: number): Float64Array {
  const carried = new Float64Array(rows);
  for (const i of members) carried[i] = 1;
  return carried;
}

/** Puts few in the order of time, without comparing them. */
class OrderOfTime {
  private readonly placeOf: Int32Array;
  private readonly bits: Uint32Array;
  private readonly places: Int32Array;

  /** `placeOf` gives a place below `rows`, or one below 0 to those who are left out. */
  constructor(placeOf: Int32Array, rows: number) {
    this.placeOf = placeOf;
    this.bits = new Uint32Array((rows >>> 5) + 1);
    this.places = new Int32Array(rows);
  }

  /** Their places, ascending; good until the next list. */
  list(members: Int32Array): Int32Array {
    const { placeOf, bits, places } = this;
    for (let k = 0; k < members.length; k++) {
      const place = placeOf[members[k]!]!;
      if (place >= 0) bits[place >>> 5]! |= 1 << (place & 31);
    }
    let count = 0;
    for (let w = 0; w < bits.length; w++) {
      for (let word = bits[w]!; word !== 0; word &= word - 1)
        places[count++] = (w << 5) + 31 - Math.clz32(word & -word);
      bits[w] = 0;
    }
    return places.subarray(0, count);
  }
}
