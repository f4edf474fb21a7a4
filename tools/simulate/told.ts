import { alignColumns } from '../local/table.ts';
import { type Check, checkOfScan, checksOf } from './checks.ts';
import type { Replicate } from './replicate.ts';
import { type ScanSummary, shareOf, summariseScan, summariseTruth, type TruthSummary } from './summary.ts';
import { ALPHA, MEANT_FOR, TRUTHS, type Truth } from './truths.ts';

/** What is said of the replicates, a line each, and whether all is as it should be. The last line is the verdict. */
export interface Told {
  readonly lines: readonly string[];
  readonly failed: number;
}

const shown = (x: number, signed = false): string => `${signed && x > 0 ? '+' : ''}${x.toFixed(3)}`;

/** Tells of replicates, and judges them. The same replicates are told in the same words. */
export function tell(replicates: readonly Replicate[], truths: readonly Truth[] = TRUTHS): Told {
  const summaries = truths.map((truth) => summariseTruth(replicates, truth));
  const exact = summariseScan(replicates.map((replicate) => replicate.exact));
  const adjusted = summariseScan(replicates.map((replicate) => replicate.adjusted));
  const checks = [
    ...summaries.flatMap(checksOf),
    checkOfScan(exact, 'scan, exact test'),
    checkOfScan(adjusted, 'scan, beside TBS'),
  ];
  const failed = checks.filter(({ passed }) => !passed).length;
  return {
    failed,
    lines: [
      ...estimatesTold(summaries, replicates.length),
      '',
      ...naiveTold(summaries),
      '',
      ...scansTold(replicates, exact, adjusted),
      '',
      ...checksTold(checks, replicates.length),
      `${checks.length - failed} passed, ${failed} failed`,
    ],
  };
}

function estimatesTold(summaries: readonly TruthSummary[], replicates: number): string[] {
  const head = ['log ratio', 'truth', 'mean', 'bias', 'Monte Carlo error', 'deviation', 'coverage', 'of'];
  const rows = summaries.map(({ truth, n, mean, error, deviation, coverage }) => [
    truth.says,
    shown(truth.truth),
    shown(mean),
    shown(mean - truth.truth, true),
    shown(error),
    shown(deviation),
    shown(coverage),
    String(n),
  ]);
  const without = summaries.filter(({ n }) => n < replicates);
  return [
    alignColumns([head, ...rows]),
    ...without.map(({ truth, n }) => `${truth.says}: no estimate in ${replicates - n}, left out of its mean`),
  ];
}

/** How far the naive comparison misleads, beside the one in time. */
function naiveTold(summaries: readonly TruthSummary[]): string[] {
  const one = (id: string): TruthSummary | undefined => summaries.find(({ truth }) => truth.id === id);
  const [plain, naive, inTime] = [one('naive'), one('naive adjusted'), one('in time adjusted')];
  if (!plain || !naive || !inTime) return [];
  const ratio = (log: number): string => Math.exp(log).toFixed(2);
  return [
    `The naive comparison misleads: hazard ratio ${ratio(plain.mean)}, adjusted ${ratio(naive.mean)}, where ${ratio(naive.truth.truth)} is true and ${ratio(inTime.mean)} is found in time.`,
    `Its log hazard ratio is off by ${shown(plain.mean - plain.truth.truth, true)}, adjusted ${shown(naive.mean - naive.truth.truth, true)}; its 95% intervals hold the truth in ${shown(plain.coverage)}, adjusted ${shown(naive.coverage)} of the replicates.`,
  ];
}

function scansTold(replicates: readonly Replicate[], exact: ScanSummary, adjusted: ScanSummary): string[] {
  const variables = [...new Set(replicates.flatMap(({ apart }) => apart))].sort();
  const power = ({ power }: ScanSummary): string =>
    [...power].map(([gene, share]) => `${gene} ${shown(share)}`).join(', ');
  const scan = (says: string, summary: ScanSummary): string =>
    `Scan of genes, ${says}: ${summary.tested.toFixed(1)} tested, false discovery rate ${shown(summary.falseDiscoveryRate)}, power ${power(summary)}`;
  return [
    scan('exact test', exact),
    scan('logistic beside TBS', adjusted),
    `Told apart, exact test: found ${variables.map((name) => `${name} ${shown(shareOf(replicates, ({ apart }) => apart.includes(name)))}`).join(', ') || 'none'}`,
    `A discovery has an adjusted p of at most ${ALPHA}.`,
  ];
}

function checksTold(checks: readonly Check[], replicates: number): string[] {
  return [
    ...(replicates < MEANT_FOR
      ? [
          `The limits are meant for ${MEANT_FOR} replicates: of ${replicates}, chance alone may fail some. None is widened.`,
        ]
      : []),
    ...checks.map(({ says, passed }) => `${passed ? 'passed' : 'FAILED'}: ${says}`),
  ];
}
