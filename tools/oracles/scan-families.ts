import { type Adjustment, adjust, fisherExact, GENE_OUTCOME, type GeneBits, geneScan } from '../../lib/stats/index.ts';
import { fromFile } from './agreement.ts';
import { type Family, followUp, named } from './case.ts';
import type { Dataset } from './dataset.ts';

const fisher: Family = ({ spec }) => {
  const [[a, b], [c, d]] = spec['table'] as [[number, number], [number, number]];
  const level = spec['conf_level'];
  const options = typeof level === 'number' ? { level } : {};
  const test = fisherExact(a, b, c, d, options);
  const greater = fisherExact(a, b, c, d, { ...options, alternative: 'greater' });
  const less = fisherExact(a, b, c, d, { ...options, alternative: 'less' });
  return {
    or_cmle: test.ok ? test.oddsRatio : Number.NaN,
    ci: [test.lower, test.upper],
    p_two_sided: test.p,
    p_greater: greater.p,
    p_less: less.p,
    p_mid_two_sided_doubling: test.pMid,
    ci_greater: [greater.lower, greater.upper],
    ci_less: [less.lower, less.upper],
  };
};

/** As R names them. */
export const ADJUSTMENT: Readonly<Record<string, Adjustment>> = {
  holm: 'holm',
  hochberg: 'hochberg',
  hommel: 'hommel',
  bonferroni: 'bonferroni',
  BH: 'benjamini-hochberg',
  BY: 'benjamini-yekutieli',
};

function adjusted(p: Float64Array, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, adjust(p, ADJUSTMENT[name]!)]));
}

const pAdjust: Family = ({ spec }) => {
  const p = Float64Array.from([spec['p']].flat(), (value) => Number(fromFile(value)));
  return adjusted(p, Object.keys(ADJUSTMENT));
};

/** Genes as columns of 0 and 1. */
export function geneBits(names: readonly string[], data: Dataset): GeneBits {
  const bits = names.map((name) => {
    const words = new Uint32Array(Math.ceil(data.rows / Uint32Array.BYTES_PER_ELEMENT / 8));
    data.numbers(name).forEach((value, row) => {
      if (value === 1) words[row >>> 5]! |= 1 << (row & 31);
    });
    return words;
  });
  return { count: names.length, altered: (gene) => bits[gene]! };
}

const scan: Family = (given, data) => {
  const names = named(given, ['genes']);
  const rows = data.complete([...named(given, ['time', 'event', 'outcome']), ...names]);
  const genes = geneBits(names, rows);
  const { outcome, ties } = given.spec;
  if (typeof outcome === 'string') {
    const { tables, p, oddsRatio } = geneScan.fisher(Uint8Array.from(rows.numbers(outcome)), genes);
    const cells = names.map((_, gene) => {
      const [a, b, c, d] = tables.subarray(4 * gene);
      return [a, c, b, d];
    });
    return { tables: cells, p, or: oddsRatio, ...adjusted(p, ['BH', 'BY', 'holm']) };
  }
  if (ties !== 'efron') return undefined;
  const fits = geneScan.cox(followUp(given, rows), genes);
  const estimated = (values: ArrayLike<number>) =>
    Float64Array.from(values, (value, gene) => (fits.outcome[gene] === GENE_OUTCOME.estimated ? value : Number.NaN));
  return {
    coef: estimated(fits.coefficient),
    se: estimated(fits.standardError),
    wald_p: estimated(fits.p),
    lr_p: estimated(fits.likelihoodRatioP),
    score_p: estimated(fits.scoreP),
    n_mut: estimated(fits.carriers),
    BH_wald: adjust(estimated(fits.p), ADJUSTMENT['BH']!),
  };
};

/** Scans of genes, the exact test of each, and multiplicity. */
export const SCAN_FAMILIES: Readonly<Record<string, Family>> = {
  fisher_2x2: fisher,
  p_adjust: pAdjust,
  gene_scan: scan,
};
