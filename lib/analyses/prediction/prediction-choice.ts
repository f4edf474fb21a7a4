import type { CohortFrame } from '../../cohort/index.ts';
import { binaryOutcome, withOutcome } from '../parts/binary-outcome.ts';
import { type Covariate, covariatesOf, type Interaction, valuesOf, withCovariates } from '../parts/covariate.ts';
import { type Entry, entryOf, entrySentence, followUpOf, withEndpoint, withEntry } from '../parts/follow-up.ts';
import { guardTime } from '../parts/immortal-time.ts';
import { endpointTitle } from '../parts/naming.ts';
import { inOwnOrder } from '../parts/own-order.ts';
import { select } from '../parts/selection.ts';
import { covariateSetOf } from '../parts/variable-sets.ts';
import { type Candidates, candidatesOf } from './prediction-candidates.ts';
import type { Making, Target } from './prediction-model.ts';
import type { PredictionRequest } from './prediction-request.ts';
import { scoreCovariates } from './prediction-score.ts';

/** Who is analysed, what is predicted, and from what. */
export function choosePrediction(frame: CohortFrame, request: PredictionRequest) {
  const begun = targetOf(frame, request);
  const { covariates, interactions, candidates } = covariatesFor(frame, request, begun.known.rows);
  for (const { asked, known, pointer } of covariates) guardTime({ asked, known, pointer }, request.naive);
  const complete = withCovariates(begun.known, covariates);
  const { known, target, ...rest } = begun;
  const rows = inOwnOrder(complete.rows, [...outcomeOf(target(complete.rows)), ...valuesOf(covariates, complete.rows)]);
  return {
    ...rest,
    covariates,
    interactions,
    candidates,
    known,
    selection: { ...complete, rows },
    target: target(rows),
  };
}

function outcomeOf(target: Target): readonly ArrayLike<number>[] {
  if (target.kind === 'binary') return [target.outcome];
  const { time, event, entry } = target.followUp;
  return [time, event, ...(entry === undefined ? [] : [entry])];
}

/** What is predicted, and the patients for whom it is known; delayed entry as a sentence. Throws what endpoints and outcomes throw. */
export function targetOf(
  frame: CohortFrame,
  request: {
    readonly where?: string | undefined;
    readonly endpoint?: string | undefined;
    readonly outcome?: string | undefined;
    readonly entry?: string | undefined;
  },
) {
  const begun = select(frame, request.where);
  if (request.endpoint !== undefined) {
    const endpoint = frame.endpoint(request.endpoint, '/endpoint');
    const entry = entryOf(frame, endpoint, request.entry);
    return {
      known: withEntry(withEndpoint(begun, endpoint), endpoint, entry),
      target: (rows: Int32Array): Target => ({ kind: 'survival', followUp: followUpOf(endpoint, rows, entry) }),
      lateness: (target: Target) => latenessOf(target, entry),
      outcome: endpoint.name,
      title: endpointTitle(endpoint.name),
      origin: endpoint.origin,
      competing: endpoint.competing?.labels ?? [],
    };
  }
  const outcome = binaryOutcome(frame, request.outcome!);
  return {
    known: withOutcome(begun, outcome),
    target: (rows: Int32Array): Target => ({
      kind: 'binary',
      outcome: Uint8Array.from(rows, (row) => outcome.codes[row]!),
    }),
    lateness: (): string[] => [],
    outcome: request.outcome!,
    title: `${outcome.title} (${outcome.labels[1]})`,
    origin: '',
    competing: [],
  };
}

/** What is said of delayed entry. */
function latenessOf(target: Target, entry: Entry | undefined): string[] {
  if (target.kind === 'binary' || target.followUp.entry === undefined) return [];
  return [
    ...entrySentence(target.followUp, entry),
    'Those who would have come later and had the event before are missing: accuracy at a time, calibration and net benefit weigh the others for them, by the product-limit of survival over how many were under observation.',
  ];
}

function covariatesFor(
  frame: CohortFrame,
  { covariates, candidates, score, ...request }: PredictionRequest,
  rows: Int32Array,
): {
  readonly covariates: readonly Covariate[];
  readonly interactions: readonly Interaction[];
  readonly candidates: Candidates | undefined;
} {
  if (score !== undefined)
    return { covariates: scoreCovariates(frame, score), interactions: [], candidates: undefined };
  if (candidates !== undefined) {
    const found = candidatesOf(frame, candidates, rows, request);
    return { covariates: found.covariates, interactions: [], candidates: found };
  }
  const asked = covariateSetOf(frame, covariates!, '/covariates').map((member) => member.asked);
  return { ...covariatesOf(frame, asked, '/covariates'), candidates: undefined };
}

const ALPHA: Readonly<Record<NonNullable<PredictionRequest['penalty']>, number | undefined>> = {
  none: undefined,
  lasso: 1,
  ridge: 0,
  'elastic-net': Number.NaN,
};

/** How the request has the model made. */
export function makingOf({ penalty = 'none', alpha, folds, repeats, choose: chosen }: PredictionRequest): Making {
  return { alpha: penalty === 'elastic-net' ? alpha : ALPHA[penalty], folds, repeats, choose: chosen };
}
