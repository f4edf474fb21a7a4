/**
 * Every route of the API: which function answers it and who may ask. One table serves the template (cdk/), the authorisation of each
 * request (http/) and OpenAPI, so that none can drift from another. Plain data: it imports nothing.
 */
export const ROLES = ['steward', 'analyst', 'viewer', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export const API_FUNCTIONS = ['answer', 'uploads', 'maintain', 'erase', 'sharing'] as const;
export type ApiFunction = (typeof API_FUNCTIONS)[number];

export interface Route {
  /** As API Gateway writes it: method, space, path. */
  readonly key: string;
  readonly function: ApiFunction;
  readonly roles: readonly Role[];
}

const ANY = ROLES;

export const ROUTES = [
  { key: 'GET /cohorts', function: 'answer', roles: ANY },
  { key: 'GET /cohorts/{cohort}', function: 'answer', roles: ANY },
  { key: 'GET /cohorts/{cohort}/definition', function: 'answer', roles: ANY },
  { key: 'GET /cohorts/{cohort}/definition/versions', function: 'answer', roles: ANY },
  { key: 'GET /cohorts/{cohort}/definition/versions/{version}', function: 'answer', roles: ANY },
  { key: 'GET /analyses', function: 'answer', roles: ANY },
  { key: 'GET /limits', function: 'answer', roles: ANY },
  { key: 'GET /rules', function: 'answer', roles: ANY },
  { key: 'GET /openapi.json', function: 'answer', roles: ANY },
  { key: 'GET /schemas/{schema}', function: 'answer', roles: ANY },
  { key: 'PUT /cohorts/{cohort}/definition', function: 'uploads', roles: ['steward'] },
  { key: 'POST /cohorts/{cohort}/uploads', function: 'uploads', roles: ['steward'] },
  { key: 'POST /cohorts/{cohort}/uploads/{upload}', function: 'uploads', roles: ['steward'] },
  { key: 'DELETE /cohorts/{cohort}/uploads/{upload}', function: 'uploads', roles: ['steward'] },
  { key: 'GET /cohorts/{cohort}/sources', function: 'answer', roles: ['steward'] },
  { key: 'GET /cohorts/{cohort}/sources/{source}/problems', function: 'answer', roles: ['steward'] },
  { key: 'GET /cohorts/{cohort}/sources/{source}/annotated.xlsx', function: 'answer', roles: ['steward'] },
  { key: 'POST /cohorts/{cohort}/definition/proposals', function: 'answer', roles: ['steward'] },
  { key: 'GET /cohorts/{cohort}/definition/proposals/{proposal}', function: 'answer', roles: ['steward'] },
  { key: 'GET /cohorts/{cohort}/problems', function: 'answer', roles: ['steward'] },
  { key: 'GET /cohorts/{cohort}/patients/{patient}', function: 'answer', roles: ['steward'] },
  { key: 'GET /cohorts/{cohort}/results/{result}/excluded', function: 'answer', roles: ['steward'] },
  { key: 'POST /cohorts/{cohort}/reconciliations', function: 'maintain', roles: ['steward'] },
  { key: 'POST /cohorts/{cohort}/results', function: 'answer', roles: ['analyst'] },
  { key: 'DELETE /cohorts/{cohort}/results/{result}', function: 'answer', roles: ['analyst'] },
  { key: 'GET /cohorts/{cohort}/genes/{gene}', function: 'answer', roles: ['analyst'] },
  { key: 'GET /cohorts/{cohort}/frame/{file}', function: 'answer', roles: ['analyst'] },
  { key: 'GET /cohorts/{cohort}/export/cbioportal.zip', function: 'answer', roles: ['analyst'] },
  { key: 'GET /cohorts/{cohort}/results', function: 'answer', roles: ['steward', 'analyst', 'viewer'] },
  { key: 'GET /cohorts/{cohort}/results/{result}', function: 'answer', roles: ['steward', 'analyst', 'viewer'] },
  { key: 'GET /cohorts/{cohort}/models/{model}', function: 'answer', roles: ['steward', 'analyst', 'viewer'] },
  { key: 'POST /cohorts/{cohort}/results/{result}/links', function: 'answer', roles: ['steward', 'analyst'] },
  { key: 'POST /cohorts/{cohort}/erasures', function: 'erase', roles: ['steward'] },
  { key: 'GET /peers', function: 'answer', roles: ['steward', 'analyst'] },
  { key: 'PUT /peers/{site}', function: 'answer', roles: ['steward'] },
  { key: 'GET /audit', function: 'answer', roles: ['auditor'] },
  { key: 'GET /studies', function: 'sharing', roles: ['steward', 'analyst'] },
  { key: 'POST /studies', function: 'sharing', roles: ['steward'] },
  { key: 'GET /studies/{study}', function: 'sharing', roles: ['steward', 'analyst'] },
  { key: 'GET /studies/{study}/answers', function: 'sharing', roles: ['steward', 'analyst'] },
  { key: 'GET /studies/{study}/attestations', function: 'sharing', roles: ['steward', 'analyst'] },
  { key: 'GET /studies/{study}/result', function: 'sharing', roles: ['steward', 'analyst', 'viewer'] },
  { key: 'POST /studies/{study}/dry-runs', function: 'sharing', roles: ['steward'] },
  { key: 'POST /studies/{study}/approvals', function: 'sharing', roles: ['steward'] },
  { key: 'POST /studies/{study}/refusals', function: 'sharing', roles: ['steward'] },
  { key: 'POST /cohorts/{cohort}/results/{result}/shares', function: 'sharing', roles: ['steward'] },
  { key: 'GET /shares', function: 'sharing', roles: ['steward', 'analyst'] },
  { key: 'DELETE /shares/{share}', function: 'sharing', roles: ['steward'] },
  { key: 'GET /shares/received/{share}', function: 'sharing', roles: ['steward', 'analyst', 'viewer'] },
  { key: 'GET /locks', function: 'sharing', roles: ['steward'] },
  { key: 'DELETE /locks/{lock}', function: 'sharing', roles: ['steward'] },
] as const satisfies readonly Route[];

export type RouteKey = (typeof ROUTES)[number]['key'];

/** A route without a token. */
export type OpenRoute = Pick<Route, 'key' | 'function'>;

/** The only routes that bear no token: a shared link, whose key opens it, and what other deployments fetch, who sign what they ask. */
export const OPEN_ROUTES = [
  { key: 'GET /shared/{site}/{share}', function: 'sharing' },
  { key: 'GET /exchange', function: 'sharing' },
  { key: 'GET /exchange/{study}/{site}', function: 'sharing' },
  { key: 'GET /exchange/{study}/{site}/{name}', function: 'sharing' },
  { key: 'GET /releases/{site}', function: 'sharing' },
  { key: 'GET /releases/{site}/{share}', function: 'sharing' },
] as const satisfies readonly OpenRoute[];

export type OpenRouteKey = (typeof OPEN_ROUTES)[number]['key'];
