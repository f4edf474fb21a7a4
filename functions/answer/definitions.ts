import {
  type AnswerPorts,
  askForAnnotated,
  askForProposal,
  askForStudy,
  definitionVersion,
  definitionVersions,
  FailedResult,
  type JobAnswer,
  lookAtJob,
  XLSX,
  ZIP,
} from '../../lib/answer/index.ts';
import {
  type ApiRequest,
  elsewhere,
  json,
  MOST_BODY_BYTES,
  notFound,
  problemOf,
  problemReply,
  type Reply,
} from '../../lib/http/index.ts';

function cohortOf(request: ApiRequest): { readonly site: string; readonly cohort: string } {
  return { site: request.site, cohort: request.parameter('cohort') };
}

/** `GET /rules` */
export async function getRules(): Promise<Reply> {
  const { RULE_TEMPLATES, RULES } = await import('../../lib/cohort/index.ts');
  return json(200, { rules: RULES, templates: RULE_TEMPLATES }, { 'cache-control': 'private, max-age=300' });
}

/** `GET /cohorts/{cohort}/definition/versions` */
export async function listVersions(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  return json(200, { versions: await definitionVersions(cohortOf(request), ports) });
}

/** `GET /cohorts/{cohort}/definition/versions/{version}` */
export async function getVersion(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const version = request.parameter('version');
  return json(200, await definitionVersion(cohortOf(request), version, request.query('against'), ports));
}

function underWay({ id, made }: JobAnswer, location: string): Reply {
  return json(202, { id, state: 'waiting', made }, { location, 'retry-after': '1' });
}

/** Why there is nothing, where the work was refused. */
async function orWhyNot(request: ApiRequest, work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FailedResult)) throw error;
    return problemReply(problemOf(error, request.roles, error.typed ? 422 : 500));
  }
}

function proposalReply(request: ApiRequest, answer: JobAnswer): Reply {
  const location = `/cohorts/${request.parameter('cohort')}/definition/proposals/${answer.id}`;
  if (answer.state !== 'done') return underWay(answer, location);
  return json(200, answer.body, { 'content-location': location });
}

/** `POST /cohorts/{cohort}/definition/proposals` */
export function postProposal(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  return orWhyNot(request, async () => proposalReply(request, await askForProposal(cohortOf(request), ports)));
}

/** `GET /cohorts/{cohort}/definition/proposals/{proposal}` */
export function getProposal(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  return orWhyNot(request, async () => {
    const answer = await lookAtJob(cohortOf(request), request.parameter('proposal'), ports);
    if (answer.state === 'done' && answer.body === undefined) throw notFound('proposal'); // another job's
    return proposalReply(request, answer);
  });
}

/** `GET /cohorts/{cohort}/sources/{source}/annotated.xlsx` */
export function getAnnotated(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const { cohort } = cohortOf(request);
  const source = request.parameter('source');
  const made = () => askForAnnotated(cohortOf(request), source, ports);
  const path = `/cohorts/${cohort}/sources/${source}/annotated.xlsx`;
  return orWhyNot(request, () => fileReply(request, made, path, XLSX, ports));
}

/** `GET /cohorts/{cohort}/export/cbioportal.zip` */
export function getStudy(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const { cohort } = cohortOf(request);
  const made = () => askForStudy(cohortOf(request), ports);
  return orWhyNot(request, () => fileReply(request, made, `/cohorts/${cohort}/export/cbioportal.zip`, ZIP, ports));
}

/** A file that is made on asking: itself, where it is, or where to look again. */
async function fileReply(
  request: ApiRequest,
  made: () => Promise<{ readonly answer: JobAnswer; readonly document: string }>,
  path: string,
  type: string,
  ports: AnswerPorts,
): Promise<Reply> {
  const { answer, document } = await made();
  if (answer.state !== 'done') return underWay(answer, path);
  const cohort = cohortOf(request);
  const size = await ports.documents.size(cohort, document);
  if (size === undefined) throw notFound('file');
  if (size > MOST_BODY_BYTES) return elsewhere(await ports.documents.link(cohort, document, type));
  const body = await ports.documents.get(cohort, document);
  if (!body) throw notFound('file');
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    status: 200,
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
    body,
  };
}
