import type { CohortFrame } from '../cohort/index.ts';
import { printLevel } from '../result/index.ts';
import { fisherExact, geneScan } from '../stats/index.ts';
import { binaryOutcome, withOutcome } from './binary-outcome.ts';
import { cell, pCells } from './cells.ts';
import { CITATION } from './citations.ts';
import { type GeneTest, share } from './gene-test.ts';
import type { Scanned } from './scan-genes.ts';
import { sequenced, type Target, type TargetRequest } from './scan-target.ts';

/** Two labels, and by analysed row which of them: 1 is the outcome that an odds ratio above 1 goes with. */
interface Outcomes {
  readonly labels: readonly [string, string];
  readonly rows: Int32Array;
  readonly codes: Uint8Array;
}

/** Fisher's exact test of each gene against a binary outcome. */
function outcomeTest({ labels: [no, yes], rows, codes }: Outcomes, level: number): GeneTest {
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
  const known = withOutcome(sequenced(frame, request.where), grouping);
  const codes = Uint8Array.from(known.rows, (row) => grouping.codes[row]!);
  const yeses = codes.reduce((sum, code) => sum + code, 0);
  const level = printLevel(request.level);
  return {
    selection: known,
    test: outcomeTest({ labels: [no, yes], rows: known.rows, codes }, request.level),
    title: `Genes against ${grouping.title}: ${yes} (${yeses}) and ${no} (${codes.length - yeses})`,
    events: null,
    pName: 'Fisher',
    method: [
      `Each gene was tested against ${grouping.title} by Fisher's exact test, two-sided.`,
      `Odds ratios are conditional maximum-likelihood estimates with exact ${level} confidence intervals; above 1 means altered more often where ${grouping.title} is ${yes}.`,
    ],
    citations: [CITATION.fisher, CITATION.conditionalOddsRatio],
    assumptions: [],
    warnings:
      yeses > 0 && yeses < codes.length
        ? []
        : [
            {
              code: 'one-group',
              says: `All patients analysed have one outcome (/outcome), ${yeses > 0 ? yes : no}: no gene can be tested.`,
            },
          ],
    notes: ({ tested }) => [
      `The p value sums the tables no more probable than the observed one, the interval inverts two one-sided tests: they are different tests, so that an interval may hold 1 where p is below ${Number((1 - request.level).toPrecision(6))}${discordant(tested, request.level)}.`,
    ],
  };
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
