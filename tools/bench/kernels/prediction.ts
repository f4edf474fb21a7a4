import {
  bootstrapOptimism,
  type CrossTable,
  elasticNet,
  fisherTable,
  type NetOutcome,
  random,
  validateElasticNet,
} from '../../../lib/stats/index.ts';
import { geneCohort, tenCovariates, wideModel } from './data.ts';
import { type KernelLine, matrixOf } from './line.ts';

/** Models made of many covariates, what they are worth, and Table 1. */
export function* predictionLines(): Generator<KernelLine> {
  yield optimism();
  yield* wide();
  yield binary();
  yield tableOne();
}

function optimism(): KernelLine {
  const model = tenCovariates(286);
  const stream = random(31);
  const resamples = Array.from({ length: 200 }, () => Int32Array.from({ length: 286 }, () => stream.below(286)));
  return {
    id: 'optimism',
    work: 'bootstrap optimism, B 200, 10 covariates, n 286',
    runs: 15,
    goal: 6,
    stored: [0.28, 0.28],
    run: () => bootstrapOptimism(model, { resamples }),
    files: () => ({
      time: model.time,
      event: Int32Array.from(model.event),
      x: matrixOf(model.covariates),
      resamples: Int32Array.from(resamples.flatMap((sample) => [...sample])),
    }),
  };
}

function* wide(): Generator<KernelLine> {
  const { time, event, covariates, folds } = wideModel(286, 500);
  const outcome: NetOutcome = { kind: 'survival', followUp: { time, event } };
  const files = () => ({ time, event: Int32Array.from(event), x: matrixOf(covariates), folds });
  yield {
    id: 'lasso',
    work: 'lasso Cox path, 286 x 500',
    runs: 5,
    stored: [1.86, 1.86],
    run: () => elasticNet(outcome, covariates),
    files,
  };
  yield {
    id: 'lasso-validation',
    work: 'lasso Cox path with 10-fold cross-validation, 286 x 500',
    runs: 3,
    goal: 10,
    stored: [16.5, 16.5],
    run: () => validateElasticNet(outcome, covariates, folds),
    files,
  };
}

function binary(): KernelLine {
  const { followUp, genes } = geneCohort(286, 20_000);
  const columns = Array.from({ length: genes.count }, (_, gene) => {
    const bits = genes.altered(gene);
    return Float64Array.from({ length: 286 }, (_, i) => (bits[i >>> 5]! >>> (i & 31)) & 1);
  });
  return {
    id: 'lasso',
    work: 'lasso Cox path, 286 x 20,000 binary',
    runs: 3,
    goal: 7,
    stored: [5.46, 5.46],
    run: () => elasticNet({ kind: 'survival', followUp }, columns),
    files: () => ({ time: followUp.time, event: Int32Array.from(followUp.event), x: matrixOf(columns) }),
  };
}

/** Three rows and four columns of 150 patients, neither near independence nor far. */
const TABLE: CrossTable = [
  [14, 18, 9, 11],
  [8, 15, 17, 10],
  [6, 11, 12, 19],
];

function tableOne(): KernelLine {
  return {
    id: 'fisher-rxc',
    work: "Fisher's exact test of a table 3 x 4, N 150",
    runs: 25,
    goal: 1,
    run: () => fisherTable(TABLE),
    files: () => ({ table: Int32Array.from(TABLE.flat()) }),
  };
}
