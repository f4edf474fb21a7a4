import * as z from 'zod';
import { ENGINE } from '../../lib/answer/index.ts';
import {
  type ApiRequest,
  json,
  LEAST_PART_BYTES,
  MOST_BODY_BYTES,
  MOST_PARTS,
  MOST_REQUEST_BYTES,
  MOST_UPLOAD_BYTES,
  notFound,
  REQUESTS_A_MINUTE,
  type Reply,
  SINGLE_PUT_BYTES,
} from '../../lib/http/index.ts';

/** A request's JSON Schema in place: zod writes one that has a name as a reference to it. */
function schemaOf(request: z.ZodType): object {
  const { $ref, $defs = {}, ...rest } = z.toJSONSchema(request, { io: 'input' });
  const name = $ref?.split('/').at(-1) ?? '';
  return { ...rest, ...$defs[name] };
}

/** `GET /analyses` */
export async function listAnalyses(): Promise<Reply> {
  const { ANALYSES } = await import('../../lib/analyses/index.ts');
  return json(200, {
    analyses: ANALYSES.map(({ name, says, citations, request }) => ({
      name,
      says,
      citations,
      schema: schemaOf(request),
    })),
  });
}

/** `GET /limits` */
export async function getLimits(): Promise<Reply> {
  const [{ LIMITS }, { MOST_DOCUMENT_CHARACTERS }] = await Promise.all([
    import('../../lib/formats/index.ts'),
    import('../../lib/sharing/index.ts'),
  ]);
  return json(200, {
    sources: LIMITS,
    uploads: {
      singlePutBytes: SINGLE_PUT_BYTES,
      leastPartBytes: LEAST_PART_BYTES,
      mostParts: MOST_PARTS,
      mostBytes: MOST_UPLOAD_BYTES,
    },
    requests: { aMinuteAndSite: REQUESTS_A_MINUTE, bodyBytes: MOST_REQUEST_BYTES },
    studies: { documentCharacters: MOST_DOCUMENT_CHARACTERS },
    replies: { bodyBytes: MOST_BODY_BYTES, beyond: '303 to an address that is good for a quarter of an hour' },
  });
}

/** `GET /openapi.json` */
export async function getOpenApi(): Promise<Reply> {
  const [{ openApiOf }, { ANALYSES }, { definitionJsonSchema }, { StudyProposal, StudyRefusal }] = await Promise.all([
    import('../../lib/http/index.ts').then(({ loadOpenApi }) => loadOpenApi()),
    import('../../lib/analyses/index.ts'),
    import('../../lib/cohort/index.ts'),
    import('../../lib/sharing/index.ts'),
  ]);
  const document = openApiOf({
    requests: ANALYSES.map(({ request }) => request),
    study: { proposal: StudyProposal, refusal: StudyRefusal },
    definition: definitionJsonSchema() as Readonly<Record<string, unknown>>,
    version: ENGINE.slice(ENGINE.indexOf('/') + 1),
  });
  return json(200, document);
}

/** `GET /schemas/{schema}` */
export async function getSchema(request: ApiRequest): Promise<Reply> {
  const name = request.parameter('schema').replace(/\.json$/, '');
  if (name === 'cohort-definition') {
    const { definitionJsonSchema } = await import('../../lib/cohort/index.ts');
    return json(200, definitionJsonSchema(), { 'content-type': 'application/schema+json' });
  }
  if (name === 'result') {
    const { ResultDocument } = await import('../../lib/result/index.ts');
    return json(200, z.toJSONSchema(ResultDocument), { 'content-type': 'application/schema+json' });
  }
  if (name === 'model') {
    const { ModelDocument } = await import('../../lib/result/index.ts');
    return json(200, z.toJSONSchema(ModelDocument), { 'content-type': 'application/schema+json' });
  }
  throw notFound('schema');
}
