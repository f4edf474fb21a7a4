import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { SignetError } from '../../lib/base/index.ts';
import type { LocalFunction } from './function.ts';
import { type Answerer, bodyOf } from './loopback.ts';
import type { Resource } from './template.ts';
import { Throttle } from './throttle.ts';

/** What the service refuses, and the most it carries either way; bytes. */
const MOST_REQUEST = 10_000_000;
const MOST_RESPONSE = 6_291_556;

interface Route {
  readonly key: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly authorized: boolean;
  readonly answerer: LocalFunction;
  readonly throttle: Throttle;
}

interface GatewayAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** What the HTTP API is made of. */
export interface ApiOptions {
  readonly resources: readonly Resource[];
  readonly functions: ReadonlyMap<string, LocalFunction>;
  /** The access log: a line a request. */
  readonly onLog: (line: string) => void;
}

/** Claims as the service hands them on: every value a string, an array as `[a b]`. */
function asHandedOn(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}

/** Verifies a bearer token by issuer, audience (or client_id where there is none), time and the issuer's published keys. */
function authorizer({
  properties,
}: Resource): (header: string | undefined) => Promise<Record<string, string> | undefined> {
  const { Issuer, Audience } = properties['JwtConfiguration'] as { Issuer: string; Audience: string[] };
  const keys = createRemoteJWKSet(new URL(`${Issuer}/.well-known/jwks.json`));
  return async (header) => {
    try {
      const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '';
      const { payload } = await jwtVerify(token, keys, {
        issuer: Issuer,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
      });
      const meant = [payload.aud ?? (payload['client_id'] as string | undefined) ?? []].flat();
      return meant.some((each) => Audience.includes(each)) ? asHandedOn(payload) : undefined;
    } catch {
      return undefined;
    }
  };
}

function patternOf(path: string): RegExp {
  const quoted = path.replace(/[.*?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${quoted.replace(/\{(\w+)\+\}/g, '(?<$1>.+)').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function routesOf({ resources, functions }: ApiOptions): Route[] {
  const of = (type: string): Resource[] => resources.filter((resource) => resource.type === type);
  const integrations = new Map(of('AWS::ApiGatewayV2::Integration').map(({ name, properties }) => [name, properties]));
  const { ThrottlingRateLimit, ThrottlingBurstLimit } = (of('AWS::ApiGatewayV2::Stage')[0]?.properties[
    'DefaultRouteSettings'
  ] ?? {}) as { ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number };
  return of('AWS::ApiGatewayV2::Route')
    .map(({ properties }) => {
      const key = String(properties['RouteKey']);
      const [method = '', path = ''] = key.split(' ');
      const integration = integrations.get(String(properties['Target']).replace('integrations/', ''));
      const answerer = functions.get(String(integration?.['IntegrationUri']));
      if (!answerer) throw new SignetError('unresolved', `no function answers ${key}`);
      return {
        key,
        method,
        pattern: patternOf(path),
        authorized: properties['AuthorizationType'] === 'JWT',
        answerer,
        throttle: new Throttle(ThrottlingRateLimit, ThrottlingBurstLimit),
      };
    })
    .toSorted((a, b) => Number(a.key.includes('{')) - Number(b.key.includes('{'))); // a path in full goes before a pattern
}

/** The event of a request, as a function behind an HTTP API gets it (payload 2.0). */
function eventOf(
  request: IncomingMessage,
  url: URL,
  route: Route,
  parameters: Readonly<Record<string, string>>,
  claims: Readonly<Record<string, string>> | undefined,
  body: Buffer,
): Record<string, unknown> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  const textual = /^$|^text\/|json|javascript|xml|x-www-form-urlencoded/.test(headers['content-type'] ?? '');
  const query = Object.fromEntries(
    [...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key).join(',')]),
  );
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    ...(url.search !== '' && { queryStringParameters: query }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    ...(body.length > 0 && { body: body.toString(textual ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !textual,
    requestContext: {
      http: { method: request.method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
    },
  };
}

function decoded(groups: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(groups ?? {}).map(([name, part]) => [name, decodeURIComponent(part)]));
  } catch {
    return undefined;
  }
}

/** Answers as the HTTP API of the template: by its routes, its authorizer, its throttles, its functions. */
export function apiOf(options: ApiOptions): Answerer {
  const routes = routesOf(options);
  const [tokens] = options.resources.filter(({ type }) => type === 'AWS::ApiGatewayV2::Authorizer');
  if (!tokens) throw new SignetError('unresolved', 'the template states no authorizer');
  const authorize = authorizer(tokens);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<string> => {
    const refuse = (status: number, message: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
    };
    const url = new URL(request.url ?? '/', 'http://api');
    const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
    const parameters = decoded(route?.pattern.exec(url.pathname)?.groups);
    if (!route || !parameters) {
      refuse(404, 'Not Found');
      return '$default';
    }
    const claims = route.authorized ? await authorize(request.headers.authorization) : undefined;
    if (route.authorized && !claims) refuse(401, 'Unauthorized');
    else if (!route.throttle.admits()) refuse(429, 'Too Many Requests');
    else if (Number(request.headers['content-length'] ?? 0) > MOST_REQUEST) refuse(413, 'Request Entity Too Large');
    else {
      const event = eventOf(request, url, route, parameters, claims, await bodyOf(request));
      try {
        const {
          statusCode,
          headers,
          body = '',
          isBase64Encoded,
        } = (await route.answerer.invoke(event)) as GatewayAnswer;
        if (body.length > MOST_RESPONSE) throw new SignetError('invocation-failed', 'the response is too large');
        response.writeHead(statusCode ?? 200, headers).end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
      } catch {
        refuse(500, 'Internal Server Error');
      }
    }
    return route.key;
  };

  return async (request, response) => {
    const began = performance.now();
    const route = await answer(request, response);
    const latency = Math.round(performance.now() - began);
    options.onLog(JSON.stringify({ log: 'access', route, status: response.statusCode, latency }));
  };
}
