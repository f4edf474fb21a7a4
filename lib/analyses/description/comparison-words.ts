import type { Findings } from '../../result/index.ts';
import type { Adjustment } from '../../stats/index.ts';
import type { Groups } from '../curves/survival-curves.ts';
import { CITATION, YARDSTICK } from '../parts/citations.ts';
import type { Characteristic } from './comparison-rows.ts';
import type { LevelTest } from './comparison-tests.ts';

/** What of a request its words depend on. */
interface Asked {
  readonly summary: 'median' | 'mean' | 'both';
  readonly levelTest: LevelTest;
  readonly adjustment?: Adjustment | undefined;
}

/** What a reader must know before the numbers. */
export function warningsOf(
  by: string | undefined,
  groups: Groups,
  empty: readonly string[],
  characteristics: readonly Characteristic[],
): Findings['warnings'] {
  const untested = characteristics.filter(({ test }) => test.why !== '');
  return [
    ...(empty.length > 0
      ? [{ code: 'empty-group', says: `Groups of ${by} (/by) without a patient are left out: ${empty.join(', ')}.` }]
      : []),
    ...(by !== undefined && groups.labels.length === 1
      ? [
          {
            code: 'one-group',
            says: `All patients are of one group of ${by} (/by), ${groups.labels[0]}: there is nothing to compare it with.`,
          },
        ]
      : []),
    ...(groups.labels.length > 1 && untested.length > 0
      ? [
          {
            code: 'not-tested',
            says: `Without a test: ${untested.map(({ title, test }) => `${title} (${test.why})`).join('; ')}.`,
          },
        ]
      : []),
  ];
}

const LEVELS: Readonly<Record<LevelTest, string>> = {
  auto: "Pearson's chi-square test without correction, or by Fisher's exact test where an expected count is under 5",
  pearson: "Pearson's chi-square test without correction, as was asked",
  yates: "Pearson's chi-square test with Yates's correction where two levels meet two groups, as was asked",
  fisher:
    "Fisher's exact test, as was asked; of two levels in two groups the document holds the conditional odds ratio with its exact interval, which inverts another test than the p value's",
};

/** What was shown and tested, a sentence each. */
export function methodOf(
  { summary, levelTest, adjustment }: Asked,
  compared: boolean,
  groups: number,
  tested: number,
): string[] {
  const shown = {
    median: 'median and quartiles',
    mean: 'mean and standard deviation',
    both: 'median and quartiles, mean and standard deviation',
  };
  return [
    `Numbers are shown as ${shown[summary]} (quartiles of type 7), levels as counts and percentages.`,
    ...(compared
      ? [
          groups === 2
            ? "Numbers were compared by the Wilcoxon rank-sum test (exact where both groups are under 50 and nothing is tied) where medians are shown, by Welch's t test where only means are."
            : "Numbers were compared by the Kruskal-Wallis test where medians are shown, by Welch's analysis of variance where only means are.",
          `Levels were compared by ${LEVELS[levelTest]}. All tests are two-sided; each is named beside its p value.`,
          'Standardised differences are differences of means, or of shares (Yang and Dalton), over the pooled standard deviation, whatever their sign.',
          adjustment === undefined
            ? 'p values were not adjusted for the number of variables.'
            : `p values were adjusted for the ${tested} variables tested (${adjustment}).`,
        ]
      : []),
    YARDSTICK,
  ];
}

/** The papers of the tests that were used. */
export function citationsOf(characteristics: readonly Characteristic[], adjustment: Adjustment | undefined): string[] {
  const used = (start: string) => characteristics.some(({ test }) => test.name.startsWith(start));
  return [
    ...(used('Wilcoxon') ? [CITATION.wilcoxon] : []),
    ...(used('Kruskal') ? [CITATION.kruskal] : []),
    ...(used('Welch') ? [CITATION.welch] : []),
    ...(used('Pearson') ? [CITATION.pearson] : []),
    ...(used('Fisher') ? [CITATION.fisher] : []),
    CITATION.standardised,
    CITATION.standardisedShares,
    ...(adjustment === undefined ? [] : [CITATION[adjustment]]),
  ];
}
