import { SignetError } from '../base/index.ts';
import { OPEN_ROUTES, type OpenRoute, ROLES, ROUTES, type Role, type Route } from './routes.ts';

/** Who asks, as far as it matters: where from, and as what. */
export interface Caller {
  readonly site: string;
  readonly roles: readonly Role[];
  /** What the token calls the person; empty where it names none. For the audit log alone, and there under an opaque key. */
  readonly subject: string;
}

/** A site of the deployment and the value of the token's claim that means it. */
export interface KnownSite {
  readonly id: string;
  readonly claim: string;
}

/** Claims as API Gateway hands them on: every value a string, an array as `[a b]`. */
export type Claims = Readonly<Record<string, unknown>>;

/** Which claims say site and roles. */
export interface ClaimNames {
  readonly site: string;
  readonly roles: string;
}

/** The words of a claim: `[a b]`, `a b`, `a,b`, or a single one. */
function wordsOf(value: unknown): readonly string[] {
  const text = Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : '';
  return text
    .replace(/^\[([\s\S]*)\]$/, '$1')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
}

/** The roles that a claim names, from the closed list; what isn't on it is nothing. */
export function rolesIn(value: unknown): readonly Role[] {
  const words = new Set(wordsOf(value));
  return ROLES.filter((role) => words.has(role));
}

/** The caller behind verified claims. Throws `no-token`, `no-site`, `unknown-site`. */
export function callerOf(claims: Claims | undefined, names: ClaimNames, sites: readonly KnownSite[]): Caller {
  if (!claims) throw new SignetError('no-token', 'The request bears no verified token');
  const value = Object.hasOwn(claims, names.site) ? claims[names.site] : undefined;
  if (typeof value !== 'string' || value === '') throw new SignetError('no-site', 'The token names no site');
  const site = sites.find(({ claim }) => claim === value);
  if (!site)
    throw new SignetError('unknown-site', 'The token names a site that this deployment does not have', {
      remedy: 'Ask whoever runs the deployment to add the site.',
    });
  const subject = Object.hasOwn(claims, 'sub') ? claims['sub'] : undefined;
  return {
    site: site.id,
    roles: rolesIn(Object.hasOwn(claims, names.roles) ? claims[names.roles] : undefined),
    subject: typeof subject === 'string' ? subject : '',
  };
}

/** The row of the table for a route's key. */
export function routeOf(key: string): Route | undefined {
  return ROUTES.find((route) => route.key === key);
}

/** Whether a route is listed as one that bears no token. */
export function isOpen(key: string): boolean {
  return (OPEN_ROUTES as readonly OpenRoute[]).some((route) => route.key === key);
}

/** Refuses who has none of the route's roles. None contains another. */
export function checkRole({ roles }: Caller, route: Route): void {
  if (roles.some((role) => route.roles.includes(role))) return;
  throw new SignetError('role-needed', `This is for ${route.roles.join(' or ')}`, {
    remedy: 'Ask whoever signs your tokens for the role.',
  });
}
