import { SignetError } from '../../base/index.ts';
import type { CohortFrame, Sensitivity } from '../../cohort/index.ts';
import type { Findings } from '../../result/index.ts';
import type { Analysis, Progress } from './analysis.ts';

/** The sensitivity that a request names. */
function sensitivityIn(request: unknown): string | undefined {
  const named = typeof request === 'object' && request !== null && 'sensitivity' in request && request.sensitivity;
  return typeof named === 'string' ? named : undefined;
}

/**
 * A request under a sensitivity that imputes: as often as the sensitivity says, unless the request says so itself. Throws `not-imputed` where the
 * analysis imputes nothing, lest it be read as if it had.
 */
function withImputation<R>(analysis: Analysis<R>, request: R, { name, impute }: Sensitivity): R {
  if (impute === undefined || (typeof request === 'object' && request !== null && 'impute' in request)) return request;
  const read = analysis.request.safeParse({ ...request, impute });
  if (read.success) return read.data;
  throw new SignetError(
    'not-imputed',
    `${name} is of imputation, and ${analysis.name} as it is asked imputes nothing`,
    {
      place: { pointer: '/sensitivity', value: name },
      remedy: 'Ask without the sensitivity, or an analysis whose model has covariates: see GET /analyses.',
    },
  );
}

/**
 * What an analysis answers, as its request asks: of the frame, or of the frame under a sensitivity of the plan. `request` has been read by
 * the analysis's own schema. Throws `unknown-sensitivity`, `not-imputed`, and what the analysis throws.
 */
export async function answerAsked<R>(
  analysis: Analysis<R>,
  frame: CohortFrame,
  request: R,
  progress: Progress,
): Promise<Findings> {
  const name = sensitivityIn(request);
  if (name === undefined) return analysis.run(frame, request, progress);
  const seen = frame.under(name, '/sensitivity');
  const sensitivity = seen.sensitivity!;
  const findings = await analysis.run(seen, withImputation(analysis, request, sensitivity), progress);
  return underSensitivity(findings, sensitivity, seen);
}

/** Findings that say in words which sensitivity they are under: in the title, in each figure's, which may be seen alone, and in the method. */
function underSensitivity(findings: Findings, { name, says }: Sensitivity, { definition }: CohortFrame): Findings {
  const words = `${name}: ${says}`;
  const titled = <T extends { readonly title: string }>(part: T): T => ({ ...part, title: `${part.title} (${words})` });
  const changes = changesOf(definition, name);
  return {
    ...titled(findings),
    method: [
      `This is the sensitivity analysis ${name} of the plan, ${says}${changes.length > 0 ? `: ${changes.join('; ')}` : ''}.`,
      ...findings.method,
    ],
    figures: findings.figures.map(titled),
  };
}

/** What a sensitivity changes, a phrase a change. */
function changesOf({ plan }: CohortFrame['definition'], name: string): string[] {
  const { criteria = {}, set = {}, endpoints = {}, impute } = plan!.sensitivities[name]!;
  const one = (cel: string): string => cel.replace(/\s+/g, ' ').trim();
  return [
    ...Object.entries(criteria).map(([id, cel]) =>
      cel === 'drop' ? `criterion ${id} is dropped` : `criterion ${id} is ${one(cel)}`,
    ),
    ...Object.entries(set).map(([variable, cel]) => `${variable} is ${one(cel)}, who is eligible staying as planned`),
    ...Object.entries(endpoints).flatMap(([endpoint, keys]) =>
      Object.entries(keys).map(([key, cel]) => `${key} of ${endpoint} is ${one(cel)}`),
    ),
    ...(impute === undefined ? [] : [`what is missing is imputed ${impute} times`]),
  ];
}
