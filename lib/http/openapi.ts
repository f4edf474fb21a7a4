import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { ModelDocument, ResultDocument } from '../result/index.ts';
import * as bodies from './bodies/index.ts';
import { RESULT_REPRESENTATIONS, SHARED_REPRESENTATIONS } from './negotiation.ts';
import { OPEN_ROUTES, type OpenRoute, type OpenRouteKey, ROUTES, type RouteKey } from './routes.ts';

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

/** What a route says of itself; path, parameters, roles and problems come from the table. */
interface Said {
  readonly summary: string;
  readonly description?: string;
  readonly request?: { readonly types: readonly string[]; readonly schema: z.ZodType };
  readonly query?: z.ZodObject;
  readonly replies: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: z.ZodType }>>;

const JSON_TYPE = 'application/json';
const anyJson = z.json();

function content(schema: z.ZodType, ...types: string[]): Content {
  return Object.fromEntries((types.length > 0 ? types : [JSON_TYPE]).map((type) => [type, { schema }]));
}

function ok(schema: z.ZodType, description = 'As asked'): Said['replies'] {
  return { 200: { description, content: content(schema) } };
}

const paging = z.object({
  from: z.int().min(0).optional().meta({ description: 'The first to show, from 0' }),
  limit: z.int().min(1).optional(),
});

const SEE_OTHER = { description: 'Too large for a reply: at this address for a quarter of an hour' };
const table = {
  200: {
    description: 'A page of them',
    content: { ...content(bodies.ProblemList), ...content(z.string(), 'text/csv') },
  },
};

const result: Content = {
  ...content(ResultDocument),
  ...content(z.string(), ...RESULT_REPRESENTATIONS.slice(1).map(({ type }) => type.split(';')[0]!)),
};

/** A release as JSON is the document; otherwise it is drawn. */
const shared: Content = Object.fromEntries(
  SHARED_REPRESENTATIONS.map(({ type }) => [
    type.split(';')[0]!,
    { schema: type === JSON_TYPE ? z.looseObject({ type: z.string() }).meta({ id: 'Release' }) : z.string() },
  ]),
);
const UNFINISHED = {
  description: 'Under way; Location and Retry-After say where and when to look',
  content: content(bodies.ResultState),
};
const JOB = {
  description: 'Under way; Location and Retry-After say where and when to look',
  content: content(bodies.JobState),
};
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const WAITING =
  'The body is exactly the document. Beside it: Signet-Waiting ("2 of 14 sources are still being read", absent where none is) and Last-Modified (when it was made).';

/** How a request bears who asks, where it has no token. */
const SIGNED =
  'The request is signed by the site that asks, whose card the site asked has confirmed: `Authorization: Signet`, and a JWS of who asks whom for which path in which minute.';

/** One row a route, so that the compiler finds one that is missing. */
function operations({ requests, definition, study }: OpenApiParts): Readonly<Record<RouteKey | OpenRouteKey, Said>> {
  const question = z.union(requests as [z.ZodType, ...z.ZodType[]]).meta({ id: 'Question' });
  const definitionBody = z.looseObject({}).meta({ id: 'CohortDefinition', override: definition as object });
  return {
    'GET /cohorts': { summary: "The site's cohorts", replies: ok(bodies.CohortList) },
    'GET /cohorts/{cohort}': {
      summary: 'What a cohort is and what can be asked of it',
      replies: ok(bodies.CohortSummary),
    },
    'GET /cohorts/{cohort}/definition': { summary: 'The definition in force', replies: ok(definitionBody) },
    'PUT /cohorts/{cohort}/definition': {
      summary: 'Check a definition and put it into the bucket',
      request: { types: ['application/yaml', JSON_TYPE], schema: definitionBody },
      replies: { 202: { description: 'Written; in force once it is read', content: content(anyJson) } },
    },
    'GET /cohorts/{cohort}/definition/versions': {
      summary: 'Versions of the definition, newest first',
      replies: ok(bodies.DefinitionVersions),
    },
    'GET /cohorts/{cohort}/definition/versions/{version}': {
      summary: 'A version of the definition, and what changed since another',
      query: z.object({ against: z.string().optional().meta({ description: 'The digest of an earlier version' }) }),
      replies: ok(bodies.DefinitionVersion),
    },
    'POST /cohorts/{cohort}/definition/proposals': {
      summary: 'Draft a definition from what is in the bucket',
      description:
        'What columns mean, with the evidence; what files cannot tell stands at the cautious choice and in the questions. Nothing is put.',
      replies: { 200: { description: 'The draft', content: content(bodies.Proposal) }, 202: JOB },
    },
    'GET /cohorts/{cohort}/definition/proposals/{proposal}': {
      summary: 'A draft that was under way',
      replies: { 200: { description: 'The draft', content: content(bodies.Proposal) }, 202: JOB },
    },
    'GET /cohorts/{cohort}/sources/{source}/annotated.xlsx': {
      summary: 'The workbook as it was looked at, its problems marked',
      description:
        'Cells that have a problem are filled and commented; formulas and formats are kept, macros and links to other files dropped.',
      replies: {
        200: { description: 'A workbook', content: content(z.string(), XLSX) },
        202: JOB,
        303: SEE_OTHER,
      },
    },
    'GET /cohorts/{cohort}/export/cbioportal.zip': {
      summary: 'The cohort as a study of cBioPortal, with the definition that reads it',
      description:
        'Meta files, clinical data, mutations, copy number, structural variants, segments, gene panels, timelines and case lists in the published formats. Patients and specimens stand under opaque keys.',
      replies: {
        200: { description: 'A zip archive', content: content(z.string(), 'application/zip') },
        202: JOB,
        303: SEE_OTHER,
      },
    },
    'POST /cohorts/{cohort}/erasures': {
      summary: 'Take a patient out of everything',
      description:
        'Out of all versions of the sources, the tables, frames and documents; results that held her answer 410. Where a file holds her that cannot be rewritten here (a workbook, an archive), nothing is changed and the files are named (409 erasure-by-hand).',
      request: { types: [JSON_TYPE], schema: bodies.ErasureRequest },
      replies: {
        200: { description: 'Nothing of her is left', content: content(bodies.ErasureReply) },
        202: { description: 'The tables still follow; ask again', content: content(bodies.ErasureReply) },
      },
    },
    'GET /peers': {
      summary: 'Cards of sites: those that were confirmed, and those that are offered, the own one among them',
      replies: ok(bodies.PeerList),
    },
    'PUT /peers/{site}': {
      summary: "Confirm a site's card by the fingerprint that people compared",
      request: { types: [JSON_TYPE], schema: bodies.PeerRequest },
      replies: ok(bodies.PeerView, 'Confirmed'),
    },
    'GET /studies': {
      summary: 'Studies over sites that the site is named in, and what each waits for',
      replies: ok(bodies.StudyList),
    },
    'POST /studies': {
      summary: 'Propose a study over sites: sign its codebook and protocol and announce them to the sites named',
      request: { types: [JSON_TYPE], schema: study.proposal },
      replies: { 201: { description: 'Proposed; Location names it', content: content(bodies.StudyName) } },
    },
    'GET /studies/{study}': {
      summary:
        'A study: its protocol in plain words, who approved, the open round, who is late, without whom it goes on and why',
      replies: ok(bodies.StudyState),
    },
    'GET /studies/{study}/answers': {
      summary: 'All that sites sent, those of closed rounds too, as many as a reply holds',
      query: paging.pick({ from: true }),
      replies: ok(bodies.StudyAnswers),
    },
    'GET /studies/{study}/attestations': {
      summary: 'What each site came to, signed',
      replies: ok(bodies.StudyAttestations),
    },
    'GET /studies/{study}/result': {
      summary: 'The result that every site derives alike, in any form of a result',
      description:
        'Signet-Study says whether all sites attested it, or came to other numbers (contested). An address for a browser names its form by `form`.',
      query: z.object({
        form: z.enum(RESULT_REPRESENTATIONS.map(({ suffix }) => suffix) as [string, ...string[]]).optional(),
        figure: z.string().optional().meta({ description: 'Of SVG: the one figure' }),
        table: z.string().optional().meta({ description: 'Of CSV: the one table' }),
      }),
      replies: {
        200: { description: 'The document', content: result },
        202: { description: 'The study goes on', content: content(bodies.StudyName) },
        304: { description: 'You have it already' },
      },
    },
    'POST /studies/{study}/dry-runs': {
      summary: "Try a study on the site's own data: what would leave, and each rule's verdict; nothing leaves",
      request: { types: [JSON_TYPE], schema: bodies.StudyCohortRequest },
      replies: ok(bodies.StudyDryRun),
    },
    'POST /studies/{study}/approvals': {
      summary: 'Approve a study: freeze whom it is about, and let the site answer its rounds by itself',
      request: { types: [JSON_TYPE], schema: bodies.StudyCohortRequest },
      replies: { 201: { description: 'The signed approval', content: content(bodies.StudyDocument) } },
    },
    'POST /studies/{study}/refusals': {
      summary: 'Decline a study, or leave it, under a code that tells nothing of patients',
      request: { types: [JSON_TYPE], schema: study.refusal },
      replies: { 201: { description: 'The signed refusal', content: content(bodies.StudyDocument) } },
    },
    'GET /locks': { summary: 'Endpoints of cohorts that are closed to a partner', replies: ok(bodies.LockList) },
    'DELETE /locks/{lock}': {
      summary: 'Lift a lock; of a recall, record that what was sent is destroyed',
      replies: { 204: { description: 'Lifted' } },
    },
    'POST /cohorts/{cohort}/results/{result}/shares': {
      summary: 'Share a result: a release of it, made anew under the rules of disclosure control',
      description:
        'To a site, into whose folder a signed copy is laid, or as a link. The receiver sees neither result nor cohort.',
      request: { types: [JSON_TYPE], schema: bodies.ShareRequest },
      replies: {
        200: { description: 'Tried: nothing has left', content: content(bodies.TriedShare) },
        201: { description: 'Given; Location names it', content: content(bodies.MadeShare) },
      },
    },
    'GET /shares': { summary: 'Releases that the site gave, and those it received', replies: ok(bodies.ShareList) },
    'DELETE /shares/{share}': {
      summary: 'Revoke a release: delete its copy',
      replies: ok(bodies.RevokedShare, 'Revoked; what was seen stays seen'),
    },
    'GET /shares/received/{share}': {
      summary:
        'A release of another site, in its form by suffix or Accept; each view leaves a signed receipt with its owner',
      replies: { 200: { description: 'The release', content: shared } },
    },
    'GET /shared/{site}/{share}': {
      summary: 'A release by its link; no token, the key opens it',
      query: z.object({ key: z.string().meta({ description: '128 random bits' }) }),
      replies: { 200: { description: 'The release', content: shared } },
    },
    'GET /exchange': {
      summary: 'Studies that a site of this deployment proposed and that name the site of another one that asks',
      description: SIGNED,
      replies: ok(bodies.ExchangeStudies),
    },
    'GET /exchange/{study}/{site}': {
      summary: "What lies in a site's own folder of a study",
      description: SIGNED,
      replies: ok(bodies.ExchangeFolder),
    },
    'GET /exchange/{study}/{site}/{name}': {
      summary: 'A document of a study, as it was signed',
      description: SIGNED,
      replies: { 200: { description: 'A compact JWS', content: content(z.string(), 'application/jose') } },
    },
    'GET /audit': {
      summary: "The site's audit log as JSON lines",
      description:
        'Append-only: each entry has the digest of the one before. Signet-Audit-Head names number and digest of the last entry of all, Link the next page. `npm run audit -- verify FILE` verifies the pages put together.',
      query: z.object({
        from: z.int().min(1).optional().meta({ description: 'The number of the first entry to show, from 1' }),
        limit: z.int().min(1).max(1000).optional(),
      }),
      replies: { 200: { description: 'An entry a line', content: content(z.string(), 'application/x-ndjson') } },
    },
    'GET /analyses': { summary: 'What can be asked', replies: ok(bodies.AnalysisList) },
    'GET /limits': { summary: 'How much of anything', replies: ok(anyJson) },
    'GET /rules': { summary: 'What data are held against', replies: ok(bodies.RuleList) },
    'GET /openapi.json': { summary: 'This document', replies: ok(anyJson) },
    'GET /schemas/{schema}': {
      summary: 'A JSON Schema: cohort-definition or result',
      replies: ok(anyJson),
    },
    'POST /cohorts/{cohort}/uploads': {
      summary: 'Begin an upload',
      description:
        'Up to 8 MiB: one presigned PUT, and nothing to complete. Above: a presigned PUT a part, each bound to the digest given for it; then complete or abort.',
      request: { types: [JSON_TYPE], schema: bodies.UploadRequest },
      replies: { 201: { description: 'Where to put it', content: content(bodies.UploadReply) } },
    },
    'POST /cohorts/{cohort}/uploads/{upload}': {
      summary: 'Complete an upload in parts',
      replies: ok(anyJson, 'The object is in the bucket'),
    },
    'DELETE /cohorts/{cohort}/uploads/{upload}': {
      summary: 'Give up an upload in parts',
      replies: { 204: { description: 'Its parts are gone' } },
    },
    'GET /cohorts/{cohort}/sources': { summary: 'Each source and what became of it', replies: ok(bodies.SourceList) },
    'GET /cohorts/{cohort}/sources/{source}/problems': {
      summary: "A source's problems",
      query: paging,
      replies: table,
    },
    'GET /cohorts/{cohort}/problems': {
      summary: "All sources' problems, and those between sources",
      query: paging,
      replies: table,
    },
    'GET /cohorts/{cohort}/patients/{patient}': {
      summary: "A patient's normalised rows",
      replies: ok(bodies.PatientRecords),
    },
    'POST /cohorts/{cohort}/reconciliations': {
      summary: 'Compare the bucket with the table now',
      replies: { 202: { description: 'Each difference was told', content: content(anyJson) } },
    },
    'POST /cohorts/{cohort}/results': {
      summary: 'Ask',
      description: WAITING,
      request: { types: [JSON_TYPE], schema: question },
      replies: {
        200: { description: 'The document', content: content(ResultDocument) },
        202: UNFINISHED,
        303: SEE_OTHER,
      },
    },
    'GET /cohorts/{cohort}/results': { summary: 'Results, newest first', replies: ok(bodies.ResultList) },
    'GET /cohorts/{cohort}/results/{result}': {
      summary:
        'A result, by Accept or by suffix (.json .csv .svg .html .docx), or with .R as a script that repeats its main numbers in R',
      description: WAITING,
      query: z.object({
        figure: z
          .string()
          .optional()
          .meta({ description: 'Of an SVG: the id of the figure; in a report with its item, T6/kaplan-meier' }),
        table: z
          .string()
          .optional()
          .meta({ description: 'Of a CSV: the id of the one table; in a report with its item' }),
      }),
      replies: {
        200: { description: 'The document', content: result },
        202: UNFINISHED,
        303: SEE_OTHER,
        304: { description: 'You have it already' },
      },
    },
    'GET /cohorts/{cohort}/results/{result}/excluded': {
      summary: 'Who was not eligible for a result: at which step, and why',
      query: paging,
      replies: ok(bodies.ExcludedPatients),
    },
    'GET /cohorts/{cohort}/models/{model}': {
      summary:
        'The model that a prediction made, by the id of its result: what another site gives to the analysis validate',
      replies: {
        200: { description: 'The model document, without a row of a patient', content: content(ModelDocument) },
        304: { description: 'You have it already' },
      },
    },
    'DELETE /cohorts/{cohort}/results/{result}': {
      summary: 'Stop working on it',
      replies: { 204: { description: 'Stopped' } },
    },
    'POST /cohorts/{cohort}/results/{result}/links': {
      summary: 'A link for a browser, good for a quarter of an hour',
      request: { types: [JSON_TYPE], schema: bodies.LinkRequest },
      replies: { 201: { description: 'The link', content: content(bodies.LinkReply) } },
    },
    'GET /cohorts/{cohort}/genes/{gene}': {
      summary: "A gene's alterations",
      query: paging,
      replies: ok(bodies.GeneRecords),
    },
    'GET /cohorts/{cohort}/frame/{file}': {
      summary:
        'A table of the frame: patients.parquet, alterations.parquet, coverage.parquet or list.{name}.parquet; or patients.csv, with endpoints in months, groups by label and the subgroups of the plan',
      query: z.object({
        sensitivity: z.string().optional().meta({ description: 'Of patients.csv: a sensitivity of the plan' }),
        genes: z.string().optional().meta({ description: 'Of patients.csv: genes, divided by commas' }),
      }),
      replies: {
        200: {
          description: 'Parquet or CSV',
          content: content(z.string(), 'application/vnd.apache.parquet', 'text/csv'),
        },
        303: SEE_OTHER,
      },
    },
  };
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
