import { isSignetError, SignetError } from '../base/index.ts';
import { type Caller, type ClaimNames, callerOf, checkRole, isOpen, type KnownSite, routeOf } from './identity.ts';
import { notFound, problemOf } from './problem.ts';
import { type GatewayReply, problemReply, type Reply, toGateway } from './reply.ts';
import { type ApiRequest, type GatewayEvent, type OpenRequest, openRequestOf, requestOf } from './request.ts';
import type { ApiFunction, OPEN_ROUTES, ROUTES } from './routes.ts';

/** Answers one route. */
export type Responder = (request: ApiRequest) => Promise<Reply>;

/** Answers one route that bears no token. */
export type OpenResponder = (request: OpenRequest) => Promise<Reply>;

/** The keys of a function's routes. */
export type RoutesOf<F extends ApiFunction> = Extract<(typeof ROUTES)[number], { readonly function: F }>['key'];
type OpenRoutesOf<F extends ApiFunction> = Extract<(typeof OPEN_ROUTES)[number], { readonly function: F }>['key'];

/** A responder for every route of a function, so that none is forgotten. */
export type Responders<F extends ApiFunction> = Readonly<
  Record<RoutesOf<F>, Responder> & Record<OpenRoutesOf<F>, OpenResponder>
>;

/** Requests that a site has in a minute. */
export const REQUESTS_A_MINUTE = 3000;

/** An event whose caller is known, once {@link identifies} has seen it. */
export interface IdentifiedEvent extends GatewayEvent {
  readonly caller?: Caller;
}

interface Passing {
  event: IdentifiedEvent;
  response: GatewayReply | undefined;
  readonly error: Error | null;
}

/** What a request may be logged as: nothing that a patient could be known by. */
export interface RequestLine {
  readonly route: string;
  readonly status: number;
  readonly code?: string;
  readonly site?: string;
}

/** Any error becomes problem details; each request becomes one line of the log. */
export function answersProblems(log: (line: RequestLine) => void): {
  readonly after: (passing: unknown) => void;
  readonly onError: (passing: unknown) => void;
} {
  const lineOf = ({ event }: Passing, status: number): RequestLine => ({
    route: event.routeKey,
    status,
    ...(event.caller && { site: event.caller.site }),
  });
  return {
    after: (passing) => {
      const request = passing as Passing;
      log(lineOf(request, request.response?.statusCode ?? 500));
    },
    onError: (passing) => {
      const request = passing as Passing;
      const { error } = request;
      const problem = problemOf(error, request.event.caller?.roles);
      // The log has the name of the class where there is no code: messages may hold a patient's value.
      const code = isSignetError(error) ? error.code : (error?.name ?? 'unknown');
      log({ ...lineOf(request, problem.status), code });
      request.response = toGateway(problemReply(problem, retryAfter(problem.status)));
    },
  };
}

function retryAfter(status: number): number | undefined {
  if (status === 429) return 60 - (Math.floor(Date.now() / 1000) % 60);
  return status === 503 ? 2 : undefined;
}

const SITES_KEPT = 60_000;

/** Turns claims into a caller and refuses who may not ask this route. A route that bears no token has no caller. */
export function identifies(
  names: ClaimNames,
  sites: () => Promise<readonly KnownSite[]>,
): { readonly before: (passing: unknown) => Promise<void> } {
  // The deployment's own document, no request's: a site that is added or removed is so within a minute.
  let known: readonly KnownSite[] = [];
  let until = 0;
  const current = async (): Promise<readonly KnownSite[]> => {
    if (Date.now() >= until) {
      known = await sites();
      until = known.length > 0 ? Date.now() + SITES_KEPT : 0;
    }
    return known;
  };
  return {
    before: async (passing) => {
      const request = passing as Passing;
      const { routeKey, requestContext } = request.event;
      if (isOpen(routeKey)) return;
      const route = routeOf(routeKey);
      if (!route) throw notFound('route');
      const caller = callerOf(requestContext?.authorizer?.jwt?.claims, names, await current());
      request.event = { ...request.event, caller };
      checkRole(caller, route);
    },
  };
}

/** Counts a site's requests of this minute, so that none starves the others. `count` raises the site's item and gives its number. */
export function counts(
  count: (site: string) => Promise<number>,
  most = REQUESTS_A_MINUTE,
): { readonly before: (passing: unknown) => Promise<void> } {
  return {
    before: async (passing) => {
      const { caller } = (passing as Passing).event;
      if (!caller || (await count(caller.site)) <= most) return;
      throw new SignetError('too-many-requests', `Your site has asked more than ${most} times in this minute`, {
        remedy: 'Wait for the seconds that Retry-After says.',
      });
    },
  };
}

/** The handler that the middlewares stand around: answers by the table. */
export function router<F extends ApiFunction>(
  responders: Responders<F>,
): (event: IdentifiedEvent) => Promise<GatewayReply> {
  const table = new Map<string, Responder | OpenResponder>(Object.entries(responders));
  return async (event) => {
    const responder = table.get(event.routeKey);
    if (responder && isOpen(event.routeKey)) return toGateway(await (responder as OpenResponder)(openRequestOf(event)));
    if (!responder || !event.caller) throw notFound('route');
    return toGateway(await responder(requestOf(event, event.caller)));
  };
}
