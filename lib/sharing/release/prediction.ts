import type { ReleaseBasis } from '../../analyses/index.ts';
import { modelDocument, type ResultDocument } from '../../result/index.ts';
import { mergedBins } from '../control/grid.ts';
import type { Release } from './documents.ts';

/** Of all performance only this: the others weigh single patients by when they were censored, or sort them. */
const KEPT = /^(Concordance|c-statistic)/i;

/**
 * A prediction's model document for others: its baseline at the edges of a grid whose bins hold nobody or `k` (between them the cumulative hazard rises
 * evenly anyway), its performance but for the concordance left out, and `owner` in place of the cohort.
 */
export function releasedPrediction(
  result: ResultDocument,
  { model, outcome }: ReleaseBasis,
  k: number,
  owner: string,
): Pick<Release, 'prediction' | 'withheld'> {
  const content = model!.content!;
  const edges = new Set(
    edgesOf(
      content.baseline.map(({ time }) => time),
      outcome!,
      k,
    ),
  );
  const baseline = content.baseline.filter(({ time }) => edges.has(time));
  const performance = content.performance.filter(({ measure }) => KEPT.test(measure));
  const prediction = modelDocument({
    id: result.id,
    engine: result.engine,
    cohort: { name: owner, title: `a cohort of ${owner}` },
    frame: result.frame,
    findings: { model: { ...content, baseline, performance } },
  })!;
  return {
    prediction,
    withheld: [
      ...(baseline.length < content.baseline.length
        ? [{ what: 'points of the baseline between which fewer had the event or were censored', rule: 'k' }]
        : []),
      ...(performance.length < content.performance.length
        ? [{ what: 'performance other than the concordance', rule: 'not released' }]
        : []),
    ],
  };
}

/** Of these times those between which nobody or `k` had the event and were censored. No count of them leaves, so that none after the last is told. */
function edgesOf(
  times: readonly number[],
  { time, event }: NonNullable<ReleaseBasis['outcome']>,
  k: number,
): readonly number[] {
  const bins = Array.from(time, (at) => times.findIndex((edge) => at <= edge));
  const counted = (of: 0 | 1): number[] =>
    times.map((_, b) => bins.filter((own, i) => own === b && event[i] === of).length);
  const beyond = bins.filter((own) => own < 0).length;
  return mergedBins({ deaths: counted(1), censored: counted(0), beyond }, times, k).edges;
}
