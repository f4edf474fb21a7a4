import * as z from 'zod';
import { ResultDocument } from '../../result/index.ts';
import * as bodies from '../bodies/index.ts';
import { RESULT_REPRESENTATIONS } from '../negotiation.ts';
import type { OpenRouteKey, RouteKey } from '../routes.ts';

/** What a route says of itself; path, parameters, roles and problems come from the table. */
export interface Said {
  readonly summary: string;
  readonly description?: string;
  readonly request?: { readonly types: readonly string[]; readonly schema: z.ZodType };
  readonly query?: z.ZodObject;
  readonly replies: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

/** A body by its media type. */
export type Content = Readonly<Record<string, { readonly schema: z.ZodType }>>;

/** What all routes say, so that the compiler finds one that is missing. */
export type Operations = Readonly<Record<RouteKey | OpenRouteKey, Said>>;

export const JSON_TYPE = 'application/json';
export const anyJson = z.json();

/** A body of a schema, as JSON where no types are named. */
export function content(schema: z.ZodType, ...types: string[]): Content {
  return Object.fromEntries((types.length > 0 ? types : [JSON_TYPE]).map((type) => [type, { schema }]));
}

/** The one reply of a route that has nothing else to say. */
export function ok(schema: z.ZodType, description = 'As asked'): Said['replies'] {
  return { 200: { description, content: content(schema) } };
}

export const paging = z.object({
  from: z.int().min(0).optional().meta({ description: 'The first to show, from 0' }),
  limit: z.int().min(1).optional(),
});

/** A result in any of its forms. */
export const result: Content = {
  ...content(ResultDocument),
  ...content(z.string(), ...RESULT_REPRESENTATIONS.slice(1).map(({ type }) => type.split(';')[0]!)),
};

export const SEE_OTHER = { description: 'Too large for a reply: at this address for a quarter of an hour' };

export const JOB = {
  description: 'Under way; Location and Retry-After say where and when to look',
  content: content(bodies.JobState),
};
