import type { ScanSummary, TruthSummary } from './summary.ts';
import { MOST_FALSE } from './truths.ts';

/** A statement about the replicates that holds or doesn't. */
export interface Check {
  readonly says: string;
  readonly passed: boolean;
}

/** What is asked of a mean and of intervals, as far as the truth asks it; what can't be told doesn't pass. */
export function checksOf({ truth, mean, coverage }: TruthSummary): Check[] {
  const { says, off, coverage: asked, truth: true_ } = truth;
  return [
    ...(off === undefined
      ? []
      : [{ says: `${says}: mean ${mean.toFixed(3)} within ${off} of ${true_}`, passed: Math.abs(mean - true_) < off }]),
    ...(asked === undefined
      ? []
      : [
          {
            says: `${says}: ${coverage.toFixed(3)} of the intervals hold ${true_}, from ${asked[0]} to ${asked[1]}`,
            passed: coverage >= asked[0] && coverage <= asked[1],
          },
        ]),
  ];
}

/** What is asked of a scan. */
export function checkOfScan({ falseDiscoveryRate }: ScanSummary, says: string): Check {
  return {
    says: `${says}: false discovery rate ${falseDiscoveryRate.toFixed(3)}, at most ${MOST_FALSE}`,
    passed: falseDiscoveryRate <= MOST_FALSE,
  };
}
