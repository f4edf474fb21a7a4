import { Buffer } from 'node:buffer';
import { SignetError } from '../base/index.ts';
import { type Caller, routeOf } from './identity.ts';
import { notFound } from './problem.ts';
import type { Role } from './routes.ts';

/** What of a Lambda's event (payload 2.0, JWT authorizer) is looked at. */
export interface GatewayEvent {
  readonly routeKey: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>>;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: {
    readonly authorizer?: { readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> } };
  };
}

/** What is asked, whoever asks. */
export interface OpenRequest {
  /** The part of the path that the route calls so, decoded. */
  parameter(name: string): string;
  query(name: string): string | undefined;
  /** By lower-case name. */
  header(name: string): string | undefined;
  /** The body as text. Throws `body-too-large`. */
  text(): string;
  /** The body as JSON. Throws `invalid-json`. */
  json(): unknown;
}

/** A request whose caller is known and may ask it. */
export interface ApiRequest extends Caller, OpenRequest {
  /** Of the caller's roles, the one that opens the route. */
  readonly actingAs: Role;
}

/** Bodies that people write: a question, a definition, the digests of an upload's parts. */
export const MOST_REQUEST_BYTES = 1_000_000;

const COHORT = /^[a-z0-9][a-z0-9-]{0,40}$/;

/** Reads an event for its caller. A cohort's name that can't be one is a cohort that isn't there. */
export function requestOf(event: GatewayEvent, caller: Caller): ApiRequest {
  const open: readonly Role[] = routeOf(event.routeKey)?.roles ?? [];
  const actingAs = caller.roles.find((role) => open.includes(role));
  if (!actingAs) throw notFound('route');
  return { ...caller, actingAs, ...openRequestOf(event) };
}

/** Reads an event that bears no token. */
export function openRequestOf(event: GatewayEvent): OpenRequest {
  const { pathParameters = {}, queryStringParameters = {}, headers = {} } = event;
  const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const cohort = pathParameters['cohort'];
  if (cohort !== undefined && !COHORT.test(cohort)) throw notFound('cohort');
  const text = (): string => {
    const { body = '', isBase64Encoded = false } = event;
    const decoded = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
    if (Buffer.byteLength(decoded) > MOST_REQUEST_BYTES)
      throw new SignetError('body-too-large', `The body is larger than ${MOST_REQUEST_BYTES} bytes`);
    return decoded;
  };
  return {
    parameter: (name) => pathParameters[name] ?? '',
    query: (name) => queryStringParameters[name],
    header: (name) => named.get(name),
    text,
    json: () => {
      const body = text();
      try {
        return JSON.parse(body) as unknown;
      } catch (error) {
        throw new SignetError('invalid-json', 'The body is not JSON', {
          remedy: 'Send a JSON object with content-type application/json.',
          cause: error,
        });
      }
    },
  };
}

/** A whole number from a query, between bounds. Throws `invalid-parameter`. */
export function wholeNumber(
  request: OpenRequest,
  name: string,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  const text = request.query(name);
  if (text === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new SignetError('invalid-parameter', `${name} is a whole number from ${least} to ${most}`, {
    place: { pointer: `?${name}` },
  });
}
