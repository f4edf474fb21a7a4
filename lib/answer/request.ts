import type { Analysis } from '../analyses/index.ts';
import { type Json, SignetError } from '../base/index.ts';

/** What is wrong at one place of a request. */
export interface RequestProblem {
  readonly pointer: string;
  readonly says: string;
}

/** A request that its schema refuses, with every place. */
class RequestError extends SignetError {
  readonly problems: readonly RequestProblem[];

  constructor(problems: readonly RequestProblem[]) {
    const [first] = problems;
    super('invalid-request', first ? `${first.pointer || 'the request'}: ${first.says}` : 'The request is not valid', {
      place: { pointer: first?.pointer ?? '' },
      remedy: 'See the JSON Schemas at GET /analyses and GET /openapi.json.',
    });
    this.problems = problems;
  }
}

/** The part of a zod schema that is needed to check a body. */
export interface Checks<T> {
  safeParse(body: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly {
            readonly path: readonly PropertyKey[];
            readonly message: string;
            /** Names that the schema does not know, where that is what is wrong. */
            readonly keys?: readonly string[];
          }[];
        };
      };
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The body as its schema reads it, defaults filled in. Throws {@link RequestError}. */
export function checked<T>(schema: Checks<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new RequestError(
    parsed.error.issues.map(({ path, message, keys: [unknown] = [] }) => ({
      pointer: pointerTo(unknown === undefined ? path : [...path, unknown]),
      says: message,
    })),
  );
}

/** A question: the analysis it is for, and the request with its defaults filled in. */
export interface Question {
  readonly analysis: Analysis<unknown>;
  readonly request: { readonly [name: string]: Json };
}

/** Reads a body as a question. Throws `invalid-request`, `unknown-analysis`. */
export async function questionOf(body: unknown): Promise<Question> {
  const { ANALYSES } = await import('../analyses/index.ts');
  const name = (body as { analysis?: unknown } | null)?.analysis;
  const analysis = ANALYSES.find((each) => each.name === name);
  if (!analysis) {
    const names = ANALYSES.map((each) => each.name);
    throw new SignetError('unknown-analysis', `There is no analysis of that name; there are ${names.join(', ')}`, {
      place: { pointer: '/analysis' },
      remedy: 'GET /analyses lists what can be asked.',
    });
  }
  const request = checked(analysis.request as Checks<unknown>, body);
  return { analysis: analysis as Analysis<unknown>, request: request as Question['request'] };
}
