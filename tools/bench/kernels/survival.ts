import { concordance, cox, fineGray, kaplanMeier, logRank } from '../../../lib/stats/index.ts';
import { tenCovariates, twoCauses, twoGroups } from './data.ts';
import { type KernelLine, matrixOf } from './line.ts';

const MILLION = 1_000_000;

/** Curves, their comparison, and regressions of many patients. Made one by one, so that a million patients are held once. */
export function* survivalLines(): Generator<KernelLine> {
  yield curves();
  yield regression();
  yield* discrimination();
  for (const n of [2000, MILLION]) yield competing(n);
}

function curves(): KernelLine {
  const { followUp, group } = twoGroups(MILLION);
  return {
    id: 'curves',
    work: 'Kaplan-Meier and log-rank, 2 groups, n 1,000,000, whole days',
    runs: 25,
    goal: 250,
    stored: [2.69, 2.69],
    run: () => {
      const tables = logRank.accumulate(followUp, group, 2);
      return [logRank.solve(tables), ...logRank.tablesByGroup(tables).map((table) => kaplanMeier.solve(table))];
    },
    files: () => ({ time: followUp.time, event: Int32Array.from(followUp.event), group }),
  };
}

function regression(): KernelLine {
  const model = tenCovariates(MILLION);
  return {
    id: 'cox',
    work: 'Cox, 10 covariates, Efron, n 1,000,000, 3,650 days',
    runs: 5,
    goal: 1,
    stored: [0.57, 1.06],
    run: () => cox.fit(model),
    files: () => ({ time: model.time, event: Int32Array.from(model.event), x: matrixOf(model.covariates) }),
  };
}

function* discrimination(): Generator<KernelLine> {
  const { time, event, covariates } = tenCovariates(MILLION);
  const marker = covariates[3]!;
  yield {
    id: 'concordance',
    work: 'concordance with standard error, n 1,000,000',
    runs: 5,
    goal: 8,
    stored: [3.3, 3.3],
    run: () => concordance.solve(concordance.accumulate({ time, event }, marker)),
    files: () => ({ time, event: Int32Array.from(event), marker }),
  };
}

function competing(n: number): KernelLine {
  const rows = twoCauses(n, 5);
  const many = n > 10_000;
  return {
    id: 'fine-gray',
    work: `Fine-Gray, 5 covariates, n ${n.toLocaleString('en')}`,
    runs: many ? 3 : 25,
    run: () => fineGray(rows),
    // crr's work goes with the square of n
    ...(many
      ? {}
      : {
          goal: 90,
          stored: [0.126, 0.126] as const,
          files: () => ({ time: rows.time, cause: Int32Array.from(rows.cause), x: matrixOf(rows.covariates) }),
        }),
  };
}
