import type { CohortFrame, Sensitivity } from '../cohort/index.ts';
import type { Findings } from '../result/index.ts';
import type { Analysis, Progress } from './analysis.ts';

/** The sensitivity that a request names. */
function sensitivityIn(request: unknown): string | undefined {
  const named = typeof request === 'object' && request !== null && 'sensitivity' in request && request.sensitivity;
  return typeof named === 'string' ? named : undefined;
}

/**
 * What an analysis answers, as its request asks: of the frame, or of the frame under a sensitivity of the plan. `request` has been read by
 * the analysis's own schema. Throws `unknown-sensitivity`, and what the analysis throws.
 */
export async function answerAsked<R>(
  analysis: Analysis<R>,
  frame: CohortFrame,
  request: R,
  progress: Progress,
): Promise<Findings> {
  const name = sensitivityIn(request);
  const seen = name === undefined ? frame : frame.under(name, '/sensitivity');
  const findings = await analysis.run(seen, request, progress);
  return seen.sensitivity ? underSensitivity(findings, seen.sensitivity, seen) : findings;
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
