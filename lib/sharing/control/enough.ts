import type { RefusalCode, Thresholds } from '../documents.ts';

/** What stands behind sums over covariates. */
export interface Behind {
  readonly patients: number;
  readonly events: number;
  readonly covariates: number;
}

/** Why sums over covariates may not be sent; undefined where they may. */
export function tooFew(
  { patients, events, covariates }: Behind,
  limits: Thresholds,
): Extract<RefusalCode, 'patients' | 'events'> | undefined {
  if (patients < limits.patients || covariates > patients / limits.perPatient) return 'patients';
  return events < limits.events || covariates > events / limits.perEvent ? 'events' : undefined;
}

/**
 * Whether a site that asks less than a protocol may answer it: every threshold that the protocol states is as strict as the site's own. Throws
 * nothing: a stricter site refuses with the code `thresholds`.
 */
export function satisfies(stated: Thresholds, own: Thresholds): boolean {
  const atLeast = ['k', 'patients', 'events', 'perEvent', 'perPatient'] as const;
  const atMost = ['score', 'share', 'ledger'] as const;
  return atLeast.every((name) => stated[name] >= own[name]) && atMost.every((name) => stated[name] <= own[name] + 1e-9);
}
