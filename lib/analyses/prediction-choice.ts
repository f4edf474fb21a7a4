import { SignetError } from '../base/index.ts';
import type { CohortFrame } from '../cohort/index.ts';
import { binaryOutcome, withOutcome } from './binary-outcome.ts';
import { type Covariate, covariatesOf, type Interaction, withCovariates } from './covariate.ts';
import { followUpOf, withEndpoint } from './follow-up.ts';
import { guardTime } from './immortal-time.ts';
import { endpointTitle } from './naming.ts';
import type { Making, Target } from './prediction-model.ts';
import type { PredictionRequest } from './prediction-request.ts';
import { scoreCovariates } from './prediction-score.ts';
import { select } from './selection.ts';

/** Who is analysed, what is predicted, and from what. */
export function choosePrediction(frame: CohortFrame, request: PredictionRequest) {
  const { covariates, interactions } = covariatesFor(frame, request);
  for (const { asked, known, pointer } of covariates) guardTime({ asked, known, pointer }, request.naive);
  const begun = select(frame, request.where);
  if (request.endpoint !== undefined) {
    const endpoint = frame.endpoint(request.endpoint, '/endpoint');
    if (endpoint.entry !== undefined) {
      throw new SignetError(
        'delayed-entry',
        `Patients come under observation for ${endpoint.name} only after time zero, by which accuracy in time can't be weighted`,
        {
          place: { pointer: '/endpoint', value: endpoint.name },
          remedy: 'Ask cox, which takes delayed entry and tells concordance; or name an endpoint without it.',
        },
      );
    }
    const selection = withCovariates(withEndpoint(begun, endpoint), covariates);
    const target: Target = { kind: 'survival', followUp: followUpOf(endpoint, selection.rows) };
    const competing = endpoint.competing?.labels ?? [];
    return {
      covariates,
      interactions,
      selection,
      target,
      title: endpointTitle(endpoint.name),
      origin: endpoint.origin,
      competing,
    };
  }
  const outcome = binaryOutcome(frame, request.outcome!);
  const selection = withCovariates(withOutcome(begun, outcome), covariates);
  const target: Target = { kind: 'binary', outcome: Uint8Array.from(selection.rows, (row) => outcome.codes[row]!) };
  return {
    covariates,
    interactions,
    selection,
    target,
    title: `${outcome.title} (${outcome.labels[1]})`,
    origin: '',
    competing: [],
  };
}

function covariatesFor(
  frame: CohortFrame,
  { covariates, score }: PredictionRequest,
): { readonly covariates: readonly Covariate[]; readonly interactions: readonly Interaction[] } {
  if (score !== undefined) return { covariates: scoreCovariates(frame, score), interactions: [] };
  return covariatesOf(frame, covariates!, '/covariates');
}

const ALPHA: Readonly<Record<PredictionRequest['penalty'], number | undefined>> = {
  none: undefined,
  lasso: 1,
  ridge: 0,
  'elastic-net': Number.NaN,
};

/** How the request has the model made. */
export function makingOf({ penalty, alpha, folds, choose: chosen }: PredictionRequest): Making {
  return { alpha: penalty === 'elastic-net' ? alpha : ALPHA[penalty], folds, choose: chosen };
}
