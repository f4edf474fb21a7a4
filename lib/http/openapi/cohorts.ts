import * as z from 'zod';
import * as bodies from '../bodies/index.ts';
import { anyJson, content, JOB, JSON_TYPE, type Operations, ok, paging, SEE_OTHER } from './said.ts';

const table = {
  200: {
    description: 'A page of them',
    content: { ...content(bodies.ProblemList), ...content(z.string(), 'text/csv', 'text/html') },
  },
};

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Cohorts, their definitions, files and problems. `definition`: JSON Schema of the cohort definition. */
export function ofCohorts(definition: Readonly<Record<string, unknown>>) {
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
  } as const satisfies Partial<Operations>;
}
