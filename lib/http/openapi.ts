import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import * as bodies from './bodies/index.ts';
import { ofCohorts } from './openapi/cohorts.ts';
import { ofQuestions } from './openapi/questions.ts';
import { content, type Operations, type Said } from './openapi/said.ts';
import { ofSites } from './openapi/sites.ts';
import { OPEN_ROUTES, type OpenRoute, type OpenRouteKey, ROUTES } from './routes.ts';

/** What only others know of the API's bodies. */
export interface OpenApiParts {
  /** Of each analysis, what it takes. */
  readonly requests: readonly z.ZodType[];
  /** What a steward proposes to other sites, and under which code she declines. */
  readonly study: { readonly proposal: z.ZodType; readonly refusal: z.ZodType };
  /** JSON Schema of the cohort definition. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly version: string;
}

function operations({ requests, definition, study }: OpenApiParts): Operations {
  return { ...ofCohorts(definition), ...ofQuestions(requests), ...ofSites(study) };
}

function operationOf(key: string, whom: string, said: Said): ZodOpenApiOperationObject {
  const names = [...key.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const path = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const problem = { description: 'A problem', content: content(bodies.Problem, 'application/problem+json') };
  return {
    operationId: key
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/-$/, '')
      .toLowerCase(),
    summary: said.summary,
    description: [said.description, whom].filter(Boolean).join('\n\n'),
    requestParams: { ...(names.length > 0 && { path }), ...(said.query && { query: said.query }) },
    ...(said.request && { requestBody: { content: content(said.request.schema, ...said.request.types) } }),
    responses: { ...said.replies, default: problem },
  };
}

/** The whole API as OpenAPI 3.1, from the table of routes and the schemas that validate its bodies. */
export function openApiOf(parts: OpenApiParts): object {
  const said = operations(parts);
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  const add = (key: string, operation: ZodOpenApiOperationObject): void => {
    const [method = '', path = ''] = key.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  };
  for (const { key, roles } of ROUTES) add(key, operationOf(key, `For: ${roles.join(', ')}.`, said[key]));
  for (const { key } of OPEN_ROUTES as readonly (OpenRoute & { readonly key: OpenRouteKey })[])
    add(key, { ...operationOf(key, 'It bears no token.', said[key]), security: [] });
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Signet',
      version: parts.version,
      description:
        'A bucket of sequencing and clinical files becomes manuscript-grade survival and association results.',
    },
    security: [{ token: [] }],
    paths: paths as ZodOpenApiPathsObject,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  });
}
