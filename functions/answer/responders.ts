import type { AnswerPorts } from '../../lib/answer/index.ts';
import type { ApiRequest, Reply, Responders } from '../../lib/http/index.ts';
import { getLimits, getOpenApi, getSchema, listAnalyses } from './about.ts';
import * as definitions from './definitions.ts';
import { getModel } from './models.ts';
import * as reads from './reads.ts';
import * as results from './results.ts';

/** Every route of this function, on the ports given. */
export function respondersOn(ports: AnswerPorts): Responders<'answer'> {
  const on = (answer: (request: ApiRequest, ports: AnswerPorts) => Promise<Reply>) => (request: ApiRequest) =>
    answer(request, ports);
  return {
    'GET /cohorts': on(reads.listCohorts),
    'GET /cohorts/{cohort}': on(reads.getCohort),
    'GET /cohorts/{cohort}/definition': on(reads.getDefinition),
    'GET /cohorts/{cohort}/sources': on(reads.getSources),
    'GET /cohorts/{cohort}/sources/{source}/problems': on(reads.getSourceProblems),
    'GET /cohorts/{cohort}/problems': on(reads.getProblems),
    'GET /cohorts/{cohort}/patients/{patient}': on(reads.getPatient),
    'GET /cohorts/{cohort}/results/{result}/excluded': on(reads.getExcluded),
    'GET /cohorts/{cohort}/genes/{gene}': on(reads.getGene),
    'GET /cohorts/{cohort}/frame/{file}': on(reads.getFrameFile),
    'POST /cohorts/{cohort}/results': on(results.askQuestion),
    'GET /cohorts/{cohort}/results': on(results.listResults),
    'GET /cohorts/{cohort}/results/{result}': on(results.getResult),
    'DELETE /cohorts/{cohort}/results/{result}': on(results.stopQuestion),
    'POST /cohorts/{cohort}/results/{result}/links': on(results.linkResult),
    'GET /cohorts/{cohort}/models/{model}': on(getModel),
    'GET /cohorts/{cohort}/definition/versions': on(definitions.listVersions),
    'GET /cohorts/{cohort}/definition/versions/{version}': on(definitions.getVersion),
    'POST /cohorts/{cohort}/definition/proposals': on(definitions.postProposal),
    'GET /cohorts/{cohort}/definition/proposals/{proposal}': on(definitions.getProposal),
    'GET /cohorts/{cohort}/sources/{source}/annotated.xlsx': on(definitions.getAnnotated),
    'GET /cohorts/{cohort}/export/cbioportal.zip': on(definitions.getStudy),
    'GET /rules': definitions.getRules,
    'GET /analyses': listAnalyses,
    'GET /limits': getLimits,
    'GET /openapi.json': getOpenApi,
    'GET /schemas/{schema}': getSchema,
  };
}
