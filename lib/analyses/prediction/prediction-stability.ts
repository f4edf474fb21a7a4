import { setImmediate as turn } from 'node:timers/promises';
import { elasticNet, random } from '../../stats/index.ts';
import type { ModelColumn } from '../models/model-terms.ts';
import type { Progress } from '../parts/analysis.ts';
import { netOutcomeOf, rowsOfColumns, rowsOfTarget, sizeOf, type Target } from './prediction-model.ts';

/** How often each column is selected in random halves of the patients. */
export interface Stability {
  readonly halves: number;
  /** Halves in which nothing could be fitted. */
  readonly failed: number;
  /** By column, of the halves that could be fitted: the share in which it is in, and in which with a positive coefficient. */
  readonly selected: Float64Array;
  readonly positive: Float64Array;
}

/** So many halves are fitted before others get their turn. */
const BATCH = 10;
/** The seed of the halves is another than that of the bootstrap. */
const APART = 104_729;

/**
 * Stability selection: the penalised model fitted anew in random halves of the patients, drawn without replacement, at the penalty that was
 * chosen in all of them (down the `path` that ends there). The seed decides the halves.
 * Source: Meinshausen & Bühlmann, J R Stat Soc B 2010;72:417.
 */
export async function stabilityOf(
  target: Target,
  columns: readonly ModelColumn[],
  of: { readonly alpha: number; readonly path: Float64Array; readonly halves: number; readonly seed: number },
  progress: Progress,
): Promise<Stability> {
  const n = sizeOf(target);
  const half = Math.floor(n / 2);
  const draw = random((of.seed + APART) % 2 ** 32);
  const [selected, positive] = [new Float64Array(columns.length), new Float64Array(columns.length)];
  let failed = 0;
  for (let h = 0; h < of.halves; h++) {
    if (h % BATCH === 0) {
      progress.stage('stability selection', 0.25 + (0.05 * h) / of.halves);
      await turn();
      progress.stopped();
    }
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < half; i++) {
      const j = i + draw.below(n - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    const rows = order.slice(0, half).sort();
    const fit = elasticNet(
      netOutcomeOf(rowsOfTarget(target, rows)),
      rowsOfColumns(columns, rows).map(({ values }) => values),
      { alpha: of.alpha, lambda: of.path },
    );
    if (!fit.ok) {
      failed++;
      continue;
    }
    fit.coefficients.at(-1)!.forEach((b, j) => {
      if (b !== 0) selected[j]!++;
      if (b > 0) positive[j]!++;
    });
  }
  const done = Math.max(1, of.halves - failed);
  return {
    halves: of.halves,
    failed,
    selected: selected.map((k) => k / done),
    positive: positive.map((k) => k / done),
  };
}
