import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import { printCount, printLevel } from '../../result/index.ts';
import { fisherExact, geneScan } from '../../stats/index.ts';
import { columnsOf, type Term } from '../models/model-terms.ts';
import { listed } from '../models/model-words.ts';
import { binaryOutcome, withOutcome } from '../parts/binary-outcome.ts';
import { cell, pCells } from '../parts/cells.ts';
import { CITATION } from '../parts/citations.ts';
import type { Selection } from '../parts/selection.ts';
import { stratumCodes } from '../parts/strata.ts';
import { type GeneTest, share } from './gene-test.ts';
import type { Scanned } from './scan-genes.ts';
import { logisticOutcomeTest, type OutcomePatients, stratifiedOutcomeTest } from './scan-outcome-adjusted.ts';
import { withModelBeside } from './scan-outcome-beside.ts';
import { adjusting, capital, sequenced, type Target, type TargetRequest } from './scan-target.ts';
import type { Noun } from './scan-units.ts';

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

/** Genes, or what else a scan goes through, against a binary outcome. Throws `outcome-not-binary`, and what groups throw. */
export function againstOutcome(frame: CohortFrame, outcome: string, request: TargetRequest): Target {
  const grouping = binaryOutcome(frame, outcome);
  const [no, yes] = grouping.labels;
  const { noun } = request;
  const all = withOutcome(sequenced(frame, request.where), grouping);
  const { selection: complete, strata, terms, sentences, leftOut, warnings } = adjusting(frame, all, request);
  if (terms.length > 0 && strata !== undefined) throw strataAndAdjust();
  const of = ({ rows }: Selection): OutcomePatients => ({
    labels: [no, yes],
    rows,
    codes: Uint8Array.from(rows, (row) => grouping.codes[row]!),
  });
  // Fisher's test is of all patients, the model beside it of those for whom the covariates are known
  const selection = terms.length > 0 ? all : complete;
  const patients = of(selection);
  const { codes } = patients;
  const yeses = codes.reduce((sum, code) => sum + code, 0);
  const level = printLevel(request.level);
  const modelled = of(complete);
  const modelYeses = modelled.codes.reduce((sum, code) => sum + code, 0);
  const words = wordsOf(noun, terms, strata !== undefined, grouping.title, level);
  const title = `${capital(noun.many)} against ${grouping.title}: ${yes} (${yeses}) and ${no} (${codes.length - yeses})`;
  const lacking = all.rows.length - complete.rows.length;
  const plain = outcomeTest(patients, request.level);
  return {
    selection,
    test:
      terms.length > 0
        ? withModelBeside(plain, logisticOutcomeTest(modelled, columnsOf(terms), request.level))
        : strata !== undefined
          ? stratifiedOutcomeTest(patients, stratumCodes(strata, selection.rows), request.level)
          : plain,
    title: terms.length === 0 ? title : `${title}, alone and adjusted for ${listed(terms)}`,
    figureTitle: title,
    events: null,
    pName: words.pName,
    method: [
      words.method,
      `${words.ratio}; above 1 means altered more often where ${grouping.title} is ${yes}.`,
      ...(terms.length === 0
        ? []
        : [
            `Beside it stands the odds ratio of each ${noun.one} by logistic regression together with ${listed(terms)}, with a Wald ${level} confidence interval and the likelihood-ratio p value of the ${noun.one}, of the ${printCount(complete.rows.length)} patients for whom ${terms.length === 1 ? 'that is' : 'these are'} known${lacking > 0 ? ` (${lacking} lack ${terms.length === 1 ? 'it' : 'one'})` : ''}.`,
          ]),
      ...sentences,
    ],
    citations: words.citations,
    assumptions: [
      {
        id: 'treatment',
        says: `Where ${noun.many} decide the treatment, the odds ratio of one is not independent of the treatment that it selected: what belongs to the ${noun.one} and what to the drug can't be told apart here.`,
      },
    ],
    warnings: [
      ...(yeses > 0 && yeses < codes.length
        ? []
        : [
            {
              code: 'one-group',
              says: `All patients analysed have one outcome (/outcome), ${yeses > 0 ? yes : no}: no ${noun.one} can be tested.`,
            },
          ]),
      ...warnings(Math.min(modelYeses, modelled.codes.length - modelYeses)),
    ],
    tables: leftOut,
    notes: ({ tested }) => [
      `The p value sums the tables no more probable than the observed one, the interval inverts two one-sided tests: they are different tests, so that an interval may hold 1 where p is below ${Number((1 - request.level).toPrecision(6))}${discordant(tested, noun, request.level)}.`,
    ],
    beside:
      terms.length === 0
        ? undefined
        : { says: `adjusted for ${listed(terms)}`, notes: ({ tested }) => separatedNote(tested, noun) },
  };
}

function strataAndAdjust(): SignetError {
  return new SignetError('strata-and-adjust', 'Against a binary outcome a scan is either stratified or adjusted', {
    place: { pointer: '/strata' },
    remedy: 'Name the strata among the covariates of adjust.',
  });
}

/** How genes were tested, and what is said of it. */
function wordsOf(noun: Noun, terms: readonly Term[], stratified: boolean, title: string, level: string) {
  const ratio = `Odds ratios are conditional maximum-likelihood estimates with exact ${level} confidence intervals`;
  if (stratified) {
    return {
      pName: 'exact conditional',
      method: `Each ${noun.one} was tested against ${title} by the exact conditional test over strata (Fisher's, in each), two-sided.`,
      ratio,
      citations: [CITATION.mantelHaenszel, CITATION.conditionalOddsRatio],
    };
  }
  return {
    pName: 'Fisher',
    method: `Each ${noun.one} was tested against ${title} by Fisher's exact test, two-sided.`,
    ratio,
    citations: [
      CITATION.fisher,
      CITATION.conditionalOddsRatio,
      ...(terms.length > 0 ? [CITATION.logistic, CITATION.firth, CITATION.firthLogistic] : []),
    ],
  };
}

/** Of how many the model has no estimate. */
function separatedNote(tested: Scanned['tested'], noun: Noun): string[] {
  const separated = tested.filter(({ cells }) => /separated$/.test(String(cells['model_odds_ratio_why'] ?? ''))).length;
  if (separated === 0) return [];
  return [
    `Separated: for ${printCount(separated)} ${separated === 1 ? noun.one : noun.many} all carriers have one outcome beside the covariates. The adjusted odds ratio has no estimate or interval, the likelihood-ratio p holds, and the document holds Firth's penalised estimate.`,
  ];
}

/** For how many p value and interval seem to disagree. */
function discordant(tested: Scanned['tested'], noun: Noun, level: number): string {
  const found = tested.filter(({ p, cells }) => {
    const low = cells['odds_ratio_low'] ?? 0;
    const high = cells['odds_ratio_high'] ?? Number.POSITIVE_INFINITY;
    return p < 1 - level && Number(low) <= 1 && Number(high) >= 1;
  });
  return found.length === 0
    ? ''
    : `, here for ${found.length === 1 ? `one ${noun.one}` : `${found.length} ${noun.many}`}`;
}
