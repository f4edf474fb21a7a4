import type { AnswerPorts } from '../../lib/answer/index.ts';
import type { AuditLog } from '../../lib/audit/index.ts';
import type { ApiRequest, Reply, Responders } from '../../lib/http/index.ts';
import { getLimits, getOpenApi, getSchema, listAnalyses } from './about.ts';
import { asked, exported, ofResult, patientRead, type Telling } from './audited.ts';
import * as definitions from './definitions.ts';
import { getAudit } from './log.ts';
import { getModel } from './models.ts';
import { confirmPeer, listPeers, type PeerPorts } from './peers.ts';
import * as reads from './reads.ts';
import * as results from './results.ts';

type Answerer = (request: ApiRequest, ports: AnswerPorts) => Promise<Reply>;

/** Every route of this function, on the ports given. */
export function respondersOn(ports: AnswerPorts, log: AuditLog, peers: PeerPorts): Responders<'answer'> {
  const on = (answer: Answerer) => (request: ApiRequest) => answer(request, ports);
  /** The answer leaves once the log has its entry. */
  const logged = (answer: Answerer, telling: Telling) => async (request: ApiRequest) => {
    const reply = await answer(request, ports);
    const done = telling(request, reply);
    if (done) await log.record(request, { ...done, cohort: request.parameter('cohort') });
    return reply;
  };
  return {
    'GET /cohorts': on(reads.listCohorts),
    'GET /cohorts/{cohort}': on(reads.getCohort),
    'GET /cohorts/{cohort}/definition': on(reads.getDefinition),
    'GET /cohorts/{cohort}/sources': on(reads.getSources),
    'GET /cohorts/{cohort}/sources/{source}/problems': on(reads.getSourceProblems),
    'GET /cohorts/{cohort}/problems': on(reads.getProblems),
    'GET /cohorts/{cohort}/patients/{patient}': logged(reads.getPatient, patientRead),
    'GET /cohorts/{cohort}/results/{result}/excluded': logged(reads.getExcluded, ofResult('excluded.read')),
    'GET /cohorts/{cohort}/genes/{gene}': on(reads.getGene),
    'GET /cohorts/{cohort}/frame/{file}': logged(
      reads.getFrameFile,
      exported((request) => request.parameter('file')),
    ),
    'POST /cohorts/{cohort}/results': logged(results.askQuestion, asked),
    'GET /cohorts/{cohort}/results': on(results.listResults),
    'GET /cohorts/{cohort}/results/{result}': on(results.getResult),
    'DELETE /cohorts/{cohort}/results/{result}': on(results.stopQuestion),
    'POST /cohorts/{cohort}/results/{result}/links': logged(results.linkResult, ofResult('link.made')),
    'GET /cohorts/{cohort}/models/{model}': on(getModel),
    'GET /cohorts/{cohort}/definition/versions': on(definitions.listVersions),
    'GET /cohorts/{cohort}/definition/versions/{version}': on(definitions.getVersion),
    'POST /cohorts/{cohort}/definition/proposals': on(definitions.postProposal),
    'GET /cohorts/{cohort}/definition/proposals/{proposal}': on(definitions.getProposal),
    'GET /cohorts/{cohort}/sources/{source}/annotated.xlsx': logged(
      definitions.getAnnotated,
      exported(() => 'annotated.xlsx'),
    ),
    'GET /cohorts/{cohort}/export/cbioportal.zip': logged(
      definitions.getStudy,
      exported(() => 'cbioportal.zip'),
    ),
    'GET /peers': (request) => listPeers(request, peers),
    'PUT /peers/{site}': (request) => confirmPeer(request, peers, log),
    'GET /audit': (request) => getAudit(request, log),
    'GET /rules': definitions.getRules,
    'GET /analyses': listAnalyses,
    'GET /limits': getLimits,
    'GET /openapi.json': getOpenApi,
    'GET /schemas/{schema}': getSchema,
  };
}
