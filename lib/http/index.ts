export {
  CohortSummary,
  ErasureRequest,
  LEAST_PART_BYTES,
  LinkRequest,
  MOST_PARTS,
  MOST_UPLOAD_BYTES,
  PeerRequest,
  ShareRequest,
  SINGLE_PUT_BYTES,
  type SourceList,
  StudyCohortRequest,
  type UploadReply,
  UploadRequest,
} from './bodies/index.ts';
export { type Caller, type ClaimNames, callerOf, checkRole, type KnownSite, rolesIn, routeOf } from './identity.ts';
export {
  byFormat,
  bySuffix,
  etagOf,
  negotiated,
  PROBLEM_REPRESENTATIONS,
  RESULT_REPRESENTATIONS,
  type Representation,
  SHARED_REPRESENTATIONS,
  TABLE_REPRESENTATIONS,
  unchanged,
} from './negotiation.ts';
export { notFound, type ProblemDetails, problemOf, statusOf } from './problem.ts';
export { elsewhere, type GatewayReply, json, MOST_BODY_BYTES, problemReply, type Reply, toGateway } from './reply.ts';
export {
  type ApiRequest,
  type GatewayEvent,
  MOST_REQUEST_BYTES,
  type OpenRequest,
  requestOf,
  wholeNumber,
} from './request.ts';
export {
  answersProblems,
  counts,
  type IdentifiedEvent,
  identifies,
  type OpenResponder,
  REQUESTS_A_MINUTE,
  type RequestLine,
  type Responder,
  type Responders,
  router,
} from './router.ts';
export {
  API_FUNCTIONS,
  type ApiFunction,
  OPEN_ROUTES,
  ROLES,
  ROUTES,
  type Role,
  type Route,
  type RouteKey,
} from './routes.ts';

/** The OpenAPI document's maker, loaded when it is asked for: few requests are. */
export const loadOpenApi = (): Promise<typeof import('./openapi.ts')> => import('./openapi.ts');
