import {
  type CrossTable,
  chiSquareTable,
  fisherExact,
  fisherTable,
  kruskalWallis,
  moments,
  oneWay,
  rankSum,
  standardisedMeanDifference,
  standardisedShareDifference,
  tTest,
  twoByTwo,
} from '../../stats/index.ts';

/** A test of whether groups differ, and which it was; `why` where there is none. */
export interface ComparisonTest {
  readonly name: string;
  readonly p: number;
  readonly logP: number;
  readonly statistic: number;
  readonly why: string;
  /** Of Fisher's test of two levels in two groups: the conditional estimate with its exact interval. */
  readonly oddsRatio?: { readonly estimate: number; readonly lower: number; readonly upper: number };
}

function none(why: string): ComparisonTest {
  return { name: '', p: Number.NaN, logP: Number.NaN, statistic: Number.NaN, why };
}

/** Below this expected count Fisher's exact test replaces Pearson's. */
const SMALL_COUNT = 5;

/** Test of a number between groups: by ranks where medians are shown, by means where means are. NaN is left out. */
export function testNumbers(groups: readonly Float64Array[], summary: 'median' | 'mean'): ComparisonTest {
  const held = groups
    .map((values) => values.filter((value) => !Number.isNaN(value)))
    .filter(({ length }) => length > 0);
  if (held.length < 2) return none(groups.length < 2 ? 'one group' : 'one group has all values');
  return summary === 'median' ? byRanks(held) : byMeans(held);
}

function byRanks(groups: readonly Float64Array[]): ComparisonTest {
  const [x, y, ...more] = groups as [Float64Array, Float64Array, ...Float64Array[]];
  if (more.length === 0) {
    const found = rankSum(x, y);
    if (!found.ok) return none(found.problem);
    const how = found.method === 'exact' ? 'exact' : 'normal approximation, corrected for continuity and ties';
    return {
      name: `Wilcoxon rank-sum test (${how})`,
      why: '',
      statistic: found.statistic,
      p: found.p,
      logP: found.logP,
    };
  }
  const values = Float64Array.from(groups.flatMap((group) => [...group]));
  const codes = Int32Array.from(groups.flatMap((group, g) => Array.from(group, () => g)));
  const found = kruskalWallis(values, codes);
  return found.ok ? { name: 'Kruskal-Wallis test', why: '', ...found.test } : none(found.problem);
}

function byMeans(groups: readonly Float64Array[]): ComparisonTest {
  const sums = groups.map(moments.accumulate);
  const [x, y, ...more] = sums;
  const found = more.length === 0 ? tTest(x!, y!) : oneWay(sums, { variances: 'separate' });
  if (!found.ok) return none(found.problem);
  const { statistic, p, logP } = found;
  return { name: more.length === 0 ? "Welch's t test" : "Welch's analysis of variance", why: '', statistic, p, logP };
}

/** How levels may be tested; `auto` is Pearson's, or Fisher's where an expected count is under 5. */
export const LEVEL_TESTS = ['auto', 'pearson', 'yates', 'fisher'] as const;
export type LevelTest = (typeof LEVEL_TESTS)[number];

/** Test of levels between groups; `table` has a row a level, a column a group. Yates's correction is of two levels in two groups. */
export function testLevels(table: CrossTable, by: LevelTest, level: number): ComparisonTest {
  const groups = (table[0] ?? []).filter((_, g) => table.some((counts) => counts[g]! > 0)).length;
  if (groups < 2) return none('one group');
  const found = chiSquareTable(table);
  if (!found.ok) return none('one level');
  const held = table.filter((counts) => counts.some((count) => count > 0));
  const expected = found.expected.filter((_, row) => held.includes(table[row]!)).flat();
  const small = expected.some((count) => count > 0 && count < SMALL_COUNT);
  const square = held.length === 2 && held[0]!.length === 2;
  if (by === 'fisher' || (by === 'auto' && small)) return fisherTest(held, square, level);
  if (by === 'yates' && square) {
    const [[a, b], [c, d]] = held as [[number, number], [number, number]];
    const corrected = twoByTwo(a, b, c, d);
    if (corrected.ok)
      return { name: "Pearson's chi-square test, with Yates's correction", why: '', ...corrected.yates };
  }
  return { name: "Pearson's chi-square test, without correction", why: '', ...found.pearson };
}

function fisherTest(held: CrossTable, square: boolean, level: number): ComparisonTest {
  if (square) {
    const [[a, b], [c, d]] = held as [[number, number], [number, number]];
    const exact = fisherExact(a, b, c, d, { level });
    const test = { name: FISHER, why: '', statistic: Number.NaN, p: exact.p, logP: exact.logP };
    if (!exact.ok) return test;
    return { ...test, oddsRatio: { estimate: exact.oddsRatio, lower: exact.lower, upper: exact.upper } };
  }
  const exact = fisherTable(held);
  if (!exact.ok) return none(exact.problem);
  const drawn = exact.method === 'exact' ? '' : ` (estimated from ${exact.draws} tables drawn)`;
  return { name: `${FISHER}${drawn}`, why: '', statistic: Number.NaN, p: exact.p, logP: Math.log(exact.p) };
}

const FISHER = "Fisher's exact test";

/** A difference in standard deviations, whatever its sign; of more than two groups, the largest between any two. */
export interface Difference {
  readonly difference: number;
  readonly standardError: number;
  readonly why: string;
}

type Found = ReturnType<typeof standardisedMeanDifference>;

function largest(groups: number, between: (a: number, b: number) => Found): Difference {
  const pairs = Array.from({ length: groups }, (_, a) =>
    Array.from({ length: groups - a - 1 }, (_, i) => between(a, a + i + 1)),
  ).flat();
  const known = pairs.filter((found) => found.ok).sort((x, y) => Math.abs(y.difference) - Math.abs(x.difference));
  const [most] = known;
  if (most !== undefined) return { difference: Math.abs(most.difference), standardError: most.standardError, why: '' };
  const [first] = pairs;
  return {
    difference: Number.NaN,
    standardError: Number.NaN,
    why: first === undefined || first.ok ? 'one group' : first.problem,
  };
}

export function numberDifference(groups: readonly Float64Array[]): Difference {
  return largest(groups.length, (a, b) => standardisedMeanDifference(groups[a]!, groups[b]!));
}

export function levelDifference(table: CrossTable): Difference {
  const counts = (g: number) => table.map((level) => level[g]!);
  return largest(table[0]?.length ?? 0, (a, b) => standardisedShareDifference(counts(a), counts(b)));
}
