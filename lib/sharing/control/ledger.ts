import type { StudyAnalysis } from '../documents.ts';

/** Linear statistics of an endpoint's outcomes that an analysis sends: each is an equation that a partner may solve for who died. */
export interface LedgerEntry {
  /** The endpoint or outcome. */
  readonly of: string;
  readonly statistics: number;
}

/**
 * What an analysis adds to the ledger at most: a score of p numbers at each round of a model (its own coefficients count: the score is 0 there),
 * g - 1 for a log-rank test, 1 a gene and a Mantel-Haenszel table. A logistic model's intercepts add one for all rounds: each says how many had
 * the outcome. Counts guarded by k or by a grid add nothing. `groups` tells how many a variable makes, `columns` how many covariates come to.
 */
export function ledgerOf(
  analysis: StudyAnalysis,
  groups: (variable: string) => number,
  columns: (covariates: readonly string[]) => number = (covariates) => covariates.length,
): LedgerEntry | undefined {
  switch (analysis.method) {
    case 'cox/1':
    case 'fine-gray/1':
      return { of: analysis.endpoint, statistics: vectorsOf(analysis) * columns(analysis.covariates) };
    case 'logistic/1':
      return { of: analysis.outcome, statistics: vectorsOf(analysis) * columns(analysis.covariates) + 1 };
    case 'log-rank/1':
      return { of: analysis.endpoint, statistics: groups(analysis.group) - 1 };
    case 'gene-scores/1':
      return { of: analysis.endpoint, statistics: analysis.genes.length };
    case 'mantel-haenszel/1':
      return { of: analysis.outcome, statistics: 1 };
    case 'kaplan-meier/1':
    case 'table-one/1':
      return undefined;
  }
}

/** Open, the first round sends the score at 0 and the site's own coefficients, each later one a score; masked, each a score. */
function vectorsOf({ mode, rounds }: { readonly mode: 'open' | 'masked'; readonly rounds: number }): number {
  return mode === 'open' ? rounds + 1 : rounds;
}

/** Whether an endpoint's ledger has room: all linear statistics ever sent stay below a share of the patients. */
export function ledgerHolds(spent: number, more: number, patients: number, share: number): boolean {
  return spent + more <= Math.floor(patients * share);
}
