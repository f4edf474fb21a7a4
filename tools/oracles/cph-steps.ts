import { type CoxRows, cox } from '../../lib/stats/index.ts';

/** Where rms::cph stops as shipped: at the first step that gains less than this share of the log-likelihood. */
const CPH_EPS = 1e-4;

/** The coefficients that rms::cph prints as shipped: a step or two of Newton's short of the maximum. */
export function cphCoefficients(rows: CoxRows): readonly number[] {
  const design = cox.design(rows);
  let state = cox.begin(rows.names);
  let summary = cox.accumulate(design, state.beta);
  for (;;) {
    const round = cox.solve(state, summary);
    if (round.next !== 'summary') return [...state.beta];
    const next = cox.accumulate(design, round.state.beta);
    state = round.state;
    if (Math.abs(1 - summary.logLikelihood / next.logLikelihood) <= CPH_EPS) return [...state.beta];
    summary = next;
  }
}
