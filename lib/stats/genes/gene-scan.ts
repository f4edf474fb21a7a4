import { comesLate } from '../survival/censoring-weights.ts';
import { checkLength, type FollowUp } from '../survival/follow-up.ts';
import { type FisherBatchOptions, type FisherColumns, fisherBatch } from '../tables/fisher.ts';
import { bitsOf, countBits, countCommon, type GeneBits } from './gene-carriers.ts';
import { coxScan } from './gene-cox.ts';
import { type LogRankScan, logRankScan } from './gene-log-rank.ts';
import type { ModelScan } from './gene-outcome.ts';
import { adjustedScan } from './gene-scan-adjusted.ts';
import { eachGeneCox, eachGeneLogRank } from './gene-scan-each.ts';
import { logisticScan } from './gene-scan-logistic.ts';

/** Fisher's test for each gene: a column a figure, an element a gene. */
export interface FisherScan extends FisherColumns {
  readonly covered: Int32Array;
  /** By gene: altered with the outcome, altered without, wild type with, wild type without. */
  readonly tables: Int32Array;
}

/**
 * One test for each of many binary genes. `patients[i]` is the patient of the i-th row (without it, row i is patient i); a gene's patients are
 * those its sequencing covers. Work goes with the number of carriers (log-rank, Fisher's count) or of events while carriers are at risk (Cox).
 * O(carriers) a gene and more, as each says. Yardstick: the test that each names, one gene at a time.
 */
export const geneScan = {
  /** Log-rank test of carriers against the others. With delayed entry or strata each gene is tested by itself. */
  logRank(f: FollowUp, genes: GeneBits, patients?: Int32Array, strata?: Int32Array): LogRankScan {
    if (strata === undefined && !comesLate(f)) return logRankScan({ time: f.time, event: f.event }, genes, patients);
    return eachGeneLogRank(f, genes, patients, strata);
  },

  /** Cox model of each gene alone. With delayed entry or strata each gene is fitted by itself. */
  cox(f: FollowUp, genes: GeneBits, patients?: Int32Array, strata?: Int32Array): ModelScan {
    if (strata === undefined && !comesLate(f)) return coxScan({ time: f.time, event: f.event }, genes, patients);
    const rows = { ...f, names: [], covariates: [], ...(strata === undefined ? {} : { strata }) };
    return eachGeneCox(rows, genes, patients);
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
