import { isSignetError, type Place, SignetError } from '../base/index.ts';
import type { Role } from './routes.ts';

/** RFC 9457, with the stable code that callers go by. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly remedy?: string;
  readonly place?: Place;
  /** What a subclass of SignetError brings: every problem of a definition or a request. */
  readonly problems?: readonly unknown[];
}

/** The one table of codes and status. A code that isn't here is ours to answer for: 500. */
const STATUS: Readonly<Record<string, number>> = {
  'invalid-json': 400,
  'invalid-parameter': 400,
  'refused-key': 400,
  'no-token': 401,
  'unsigned-request': 401,
  'role-needed': 403,
  'no-site': 403,
  'unknown-site': 403,
  'not-found': 404,
  'unknown-study': 404,
  'not-acceptable': 406,
  'no-definition': 409,
  'direct-identifiers': 409,
  'not-a-workbook': 409,
  'object-moved': 409,
  'no-sources': 409,
  'result-exists': 409,
  'result-unfinished': 409,
  'parts-missing': 409,
  stopped: 409,
  'erasure-by-hand': 409,
  'other-fingerprint': 409,
  'older-card': 409,
  'codebook-differs': 409,
  'rule-refuses': 409,
  'not-released': 409,
  'release-crossed': 409,
  'other-patients': 409,
  'unknown-owner': 409,
  'not-approved': 409,
  'study-stopped': 409,
  'study-over': 409,
  'cohort-moved': 409,
  'no-card': 409,
  'no-keys': 409,
  'other-key': 409,
  withdrawn: 410,
  'share-expired': 410,
  'body-too-large': 413,
  'document-too-large': 413,
  'over-limit': 413,
  'invalid-document': 422,
  'bad-signature': 422,
  'other-site': 422,
  'invalid-protocol': 422,
  'invalid-criterion': 422,
  'not-named': 422,
  'unknown-receiver': 422,
  'no-address': 422,
  'invalid-request': 422,
  'unknown-analysis': 422,
  'unknown-variable': 422,
  'unknown-endpoint': 422,
  'unknown-group': 422,
  'unknown-gene': 422,
  'unknown-sensitivity': 422,
  'unknown-set': 422,
  'invalid-expression': 422,
  'invalid-definition': 422,
  'parts-needed': 422,
  'too-many-requests': 429,
  'attempt-swept': 503,
  'table-busy': 503,
  'peer-unreachable': 504,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'No valid token',
  403: 'Not allowed',
  404: 'There is no such thing',
  406: 'Not available in that form',
  409: 'Not as things stand',
  410: 'It is gone',
  413: 'Too large',
  422: 'The request cannot be answered as it is',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Busy; try again',
  504: 'Another deployment did not answer',
};

/** The status of a code; `fallback` where the table has none. */
export function statusOf(code: string, fallback = 500): number {
  return Object.hasOwn(STATUS, code) ? STATUS[code]! : fallback;
}

/** Where something is wrong, as the caller may see it: what may name a patient's file or value is for her site's steward. */
function visible(place: Place, roles: readonly Role[]): Place | undefined {
  const { pointer, column } = place;
  const seen = roles.includes('steward')
    ? place
    : { ...(pointer !== undefined && { pointer }), ...(column !== undefined && { column }) };
  return Object.keys(seen).length > 0 ? seen : undefined;
}

/** What the steward of a site may see of the list that an error carries. */
function listed(error: SignetError): readonly unknown[] | undefined {
  const { problems } = error as { problems?: unknown };
  return Array.isArray(problems) ? problems : undefined;
}

/**
 * Any error as problem details. What isn't a {@link SignetError}, or has a code that the table doesn't know, says nothing of itself.
 * `fallback` is the status of unknown codes: 422 where the error is an answer to what was asked.
 */
export function problemOf(error: unknown, roles: readonly Role[] = [], fallback = 500): ProblemDetails {
  const code = isSignetError(error) ? error.code : 'internal';
  const status = isSignetError(error) ? statusOf(code, fallback) : 500;
  const title = TITLES[status] ?? TITLES[500]!;
  const base = { type: `urn:signet:problem:${code}`, title, status, code };
  if (!isSignetError(error) || status === 500) return base;
  const place = visible(error.place, roles);
  const problems = listed(error);
  return {
    ...base,
    detail: error.message,
    ...(error.remedy && { remedy: error.remedy }),
    ...(place && { place }),
    ...(problems && { problems }),
  };
}

/** Absent and foreign alike. */
export function notFound(what: string): SignetError {
  return new SignetError('not-found', `There is no such ${what}`);
}
