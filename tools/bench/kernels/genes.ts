import { fisherBatch, geneScan } from '../../../lib/stats/index.ts';
import { type GeneCohort, geneCohort } from './data.ts';
import { type KernelLine, matrixOf } from './line.ts';

const GENES = 20_000;

/** One test or model for each of many binary genes. */
export function* geneLines(): Generator<KernelLine> {
  for (const n of [286, 2000]) yield* scans(geneCohort(n, GENES), n === 286);
  yield* tables(geneCohort(286, GENES));
}

function* scans(cohort: GeneCohort, small: boolean): Generator<KernelLine> {
  const { followUp, genes, covariates, names, outcome } = cohort;
  const size = `20,000 genes, n ${followUp.time.length.toLocaleString('en')}`;
  const files = () => ({
    time: followUp.time,
    event: Int32Array.from(followUp.event),
    outcome: Int32Array.from(outcome),
    x: matrixOf(covariates),
    from: cohort.from,
    carriers: cohort.carriers,
  });
  yield {
    id: 'gene-log-rank',
    work: `log-rank, ${size}`,
    runs: 51, // of milliseconds: the first are the compiler's
    goal: 3000,
    stored: small ? [23, 23] : [79, 79],
    run: () => geneScan.logRank(followUp, genes),
    files,
  };
  yield {
    id: 'gene-cox',
    work: `Cox, ${size}`,
    runs: 9,
    goal: small ? 40 : 17,
    stored: small ? [2.2, 2.2] : [5.9, 5.9],
    run: () => geneScan.cox(followUp, genes),
    files,
  };
  const rows = { ...followUp, covariates, names };
  yield {
    id: 'gene-cox-adjusted',
    work: `Cox adjusted for 5 covariates, ${size}`,
    runs: 5,
    goal: 8,
    stored: small ? [4.5, 4.5] : [23.5, 23.5],
    run: () => geneScan.adjusted(rows, genes, undefined),
    files,
  };
  yield {
    id: 'gene-score-adjusted',
    work: `score test alone, adjusted for 5 covariates, ${size}`,
    runs: 9,
    run: () => geneScan.adjusted(rows, genes, undefined, { scoreOnly: true }),
  };
  if (!small) return;
  yield {
    id: 'gene-logistic-adjusted',
    work: `logistic adjusted for 5 covariates, ${size}`,
    runs: 5,
    goal: 14,
    stored: [14.6, 14.6],
    run: () => geneScan.logistic({ outcome, covariates, names }, genes),
    files,
  };
}

function* tables({ followUp, genes }: GeneCohort): Generator<KernelLine> {
  const { tables } = geneScan.fisher(followUp.event, genes);
  const files = () => ({ tables });
  yield {
    id: 'fisher',
    work: 'Fisher with odds ratio and interval, 20,000 tables, N 286, each solved',
    runs: 9,
    goal: 75,
    stored: [6.89, 6.89],
    run: () => fisherBatch(tables, { memory: false }),
    files,
  };
  yield {
    id: 'fisher',
    work: 'the same, equal tables solved once',
    runs: 15,
    goal: 700,
    stored: [6.89, 6.89],
    run: () => fisherBatch(tables),
    files,
  };
}
