import type { Figure, ResultDocument } from '../result/index.ts';

/** A figure with the cohort's stamp beside its own, so that none can be shown without. */
export function stamped<F extends Figure>(figure: F, { cohort: { stamp } }: ResultDocument): F {
  if (stamp === undefined) return figure;
  return { ...figure, stamp: figure.stamp === undefined ? stamp : `${stamp} \u00b7 ${figure.stamp}` };
}

/** What the cohort, or any figure of the document, is stamped with, once each: it holds for the tables too. */
export function stampsOf({ cohort, findings }: ResultDocument): string[] {
  const stamps = [cohort.stamp, ...findings.figures.map(({ stamp }) => stamp)];
  return [...new Set(stamps.filter((stamp) => stamp !== undefined))];
}
