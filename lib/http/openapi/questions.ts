import * as z from 'zod';
import { ModelDocument, ResultDocument } from '../../result/index.ts';
import * as bodies from '../bodies/index.ts';
import { anyJson, content, JSON_TYPE, type Operations, ok, paging, result, SEE_OTHER } from './said.ts';

const UNFINISHED = {
  description: 'Under way; Location and Retry-After say where and when to look',
  content: content(bodies.ResultState),
};

const WAITING =
  'The body is exactly the document. Beside it: Signet-Waiting ("2 of 14 sources are still being read", absent where none is) and Last-Modified (when it was made).';

/** Questions and their results, what can be asked, and the frame. `requests`: what each analysis takes. */
export function ofQuestions(requests: readonly z.ZodType[]) {
  const question = z.union(requests as [z.ZodType, ...z.ZodType[]]).meta({ id: 'Question' });
  return {
    'GET /analyses': { summary: 'What can be asked', replies: ok(bodies.AnalysisList) },
    'GET /limits': { summary: 'How much of anything', replies: ok(anyJson) },
    'GET /rules': { summary: 'What data are held against', replies: ok(bodies.RuleList) },
    'GET /openapi.json': { summary: 'This document', replies: ok(anyJson) },
    'GET /schemas/{schema}': {
      summary: 'A JSON Schema: cohort-definition or result',
      replies: ok(anyJson),
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
  } as const satisfies Partial<Operations>;
}
