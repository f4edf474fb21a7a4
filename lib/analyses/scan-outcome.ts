import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import { printCount, printLevel } from '../result/index.ts';
import { fisherExact, geneScan } from '../stats/index.ts';
import { binaryOutcome, withOutcome } from './binary-outcome.ts';
import { cell, pCells } from './cells.ts';
import { CITATION } from './citations.ts';
import { type GeneTest, share } from './gene-test.ts';
import { columnsOf, type Term } from './model-terms.ts';
import { listed } from './model-words.ts';
import type { Scanned } from './scan-genes.ts';
import { logisticOutcomeTest, type OutcomePatients, stratifiedOutcomeTest } from './scan-outcome-adjusted.ts';
import { adjusting, sequenced, type Target, type TargetRequest } from './scan-target.ts';
import { stratumCodes } from './strata.ts';

/** Fisher's exact test of each gene against a binary outcome. */
function outcomeTest({ labels: [no, yes], rows, codes }: OutcomePatients, level: number): GeneTest {
  return {
    columns: [
      { key: 'altered_with', label: `Altered, ${yes}`, format: 'text' },
      { key: 'altered_without', label: `Altered, ${no}`, format: 'text' },
      {
        key: 'odds_ratio',
        label: 'Odds ratio',
        format: 'ratio',
        low: 'odds_ratio_low',
        high: 'odds_ratio_high',
        why: 'odds_ratio_why',
      },
      { key: 'p', label: 'Fisher p', format: 'p', why: 'p_why' },
    ],
    ratio: 'odds ratio',
    silent: `no two of the covered patients differ in the outcome`,
    run(genes) {
      const scan = geneScan.fisher(codes, genes, rows, { level });
      const table = (gene: number) => scan.tables.subarray(4 * gene, 4 * gene + 4);
      return {
        covered: scan.covered,
        carriers: Int32Array.from({ length: genes.count }, (_, gene) => table(gene)[0]! + table(gene)[1]!),
        tested(gene) {
          const [a, b, c, d] = table(gene) as unknown as [number, number, number, number];
          const ratio = scan.oddsRatio[gene]!;
          if (Number.isNaN(ratio)) return undefined;
          const p = scan.p[gene]!;
          const logP = p > 0 ? Math.log(p) : fisherExact(a, b, c, d, { level }).logP;
          return {
            p,
            ratio,
            cells: {
              altered: a + b,
              covered: scan.covered[gene]!,
              altered_with: share(a, a + c),
              altered_without: share(b, b + d),
              n_altered_with: a,
              n_covered_with: a + c,
              n_altered_without: b,
              n_covered_without: b + d,
              odds_ratio: cell(ratio),
              odds_ratio_low: cell(scan.lower[gene]!),
              odds_ratio_high: cell(scan.upper[gene]!),
              odds_ratio_why: Number.isFinite(scan.upper[gene]!) ? '' : 'infinite',
              ...pCells('p', p, logP),
              mid_p: cell(scan.pMid[gene]!),
            },
          };
        },
      };
    },
  };
}

/** Genes against a binary outcome. Throws `outcome-not-binary`, and what groups throw. */
export function againstOutcome(frame: CohortFrame, outcome: string, request: TargetRequest): Target {
  const grouping = binaryOutcome(frame, outcome);
  const [no, yes] = grouping.labels;
  const {
    selection: known,
    strata,
    terms,
    sentences,
    warnings,
  } = adjusting(frame, withOutcome(sequenced(frame, request.where), grouping), request);
  const codes = Uint8Array.from(known.rows, (row) => grouping.codes[row]!);
  const yeses = codes.reduce((sum, code) => sum + code, 0);
  const level = printLevel(request.level);
  const patients: OutcomePatients = { labels: [no, yes], rows: known.rows, codes };
  const { kind, ...words } = wordsOf(terms, strata !== undefined, grouping.title, level);
  const beside = terms.length === 0 ? '' : `, adjusted for ${listed(terms)}`;
  return {
    selection: known,
    test:
      kind === 'logistic'
        ? logisticOutcomeTest(patients, columnsOf(terms), request.level)
        : kind === 'strata'
          ? stratifiedOutcomeTest(patients, stratumCodes(strata!, known.rows), request.level)
          : outcomeTest(patients, request.level),
    title: `Genes against ${grouping.title}: ${yes} (${yeses}) and ${no} (${codes.length - yeses})${beside}`,
    events: null,
    pName: words.pName,
    method: [
      words.method,
      `${words.ratio}; above 1 means altered more often where ${grouping.title} is ${yes}.`,
      ...sentences,
    ],
    citations: words.citations,
    assumptions: [],
    warnings: [
      ...(yeses > 0 && yeses < codes.length
        ? []
        : [
            {
              code: 'one-group',
              says: `All patients analysed have one outcome (/outcome), ${yeses > 0 ? yes : no}: no gene can be tested.`,
            },
          ]),
      ...warnings(Math.min(yeses, codes.length - yeses)),
    ],
    notes: ({ tested }) => {
      if (kind === 'logistic') return separatedNote(tested);
      return [
        `The p value sums the tables no more probable than the observed one, the interval inverts two one-sided tests: they are different tests, so that an interval may hold 1 where p is below ${Number((1 - request.level).toPrecision(6))}${discordant(tested, request.level)}.`,
      ];
    },
  };
}

/** How genes were tested, and what is said of it. */
function wordsOf(terms: readonly Term[], stratified: boolean, title: string, level: string) {
  if (terms.length > 0) {
    if (stratified) {
      throw new SignetError('strata-and-adjust', 'Against a binary outcome a scan is either stratified or adjusted', {
        place: { pointer: '/strata' },
        remedy: 'Name the strata among the covariates of adjust.',
      });
    }
    return {
      kind: 'logistic',
      pName: 'likelihood-ratio',
      method: `Each gene was tested against ${title} by logistic regression together with ${listed(terms)}, by the likelihood-ratio test of the gene.`,
      ratio: `Odds ratios have Wald ${level} confidence intervals`,
      citations: [CITATION.logistic],
    } as const;
  }
  const ratio = `Odds ratios are conditional maximum-likelihood estimates with exact ${level} confidence intervals`;
  if (stratified) {
    return {
      kind: 'strata',
      pName: 'exact conditional',
      method: `Each gene was tested against ${title} by the exact conditional test over strata (Fisher's, in each), two-sided.`,
      ratio,
      citations: [CITATION.mantelHaenszel, CITATION.conditionalOddsRatio],
    } as const;
  }
  return {
    kind: 'plain',
    pName: 'Fisher',
    method: `Each gene was tested against ${title} by Fisher's exact test, two-sided.`,
    ratio,
    citations: [CITATION.fisher, CITATION.conditionalOddsRatio],
  } as const;
}

function separatedNote(tested: Scanned['tested']): string[] {
  const separated = tested.filter(({ ratio }) => ratio === 0 || ratio === Number.POSITIVE_INFINITY).length;
  return [
    `Separated: for ${printCount(separated)} genes all carriers have one outcome beside the covariates. They have no estimate or interval; the likelihood-ratio p holds.`,
  ];
}

/** For how many genes p value and interval seem to disagree. */
function discordant(tested: Scanned['tested'], level: number): string {
  const genes = tested.filter(({ p, cells }) => {
    const low = cells['odds_ratio_low'] ?? 0;
    const high = cells['odds_ratio_high'] ?? Number.POSITIVE_INFINITY;
    return p < 1 - level && Number(low) <= 1 && Number(high) >= 1;
  });
  return genes.length === 0 ? '' : `, here for ${genes.length === 1 ? 'one gene' : `${genes.length} genes`}`;
}
