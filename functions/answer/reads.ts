import {
  type AnswerPorts,
  answeringPointer,
  cohortProblems,
  describeCohort,
  documentName,
  genesAsked,
  listSources,
  pageOf,
  problemsCsv,
  readDefinition,
  readExcluded,
  readGene,
  readPatient,
  readPatientsCsv,
  sourceProblems,
} from '../../lib/answer/index.ts';
import { digestOf } from '../../lib/base/index.ts';
import type { FrameTable, Problem } from '../../lib/cohort/index.ts';
import {
  type ApiRequest,
  byFormat,
  elsewhere,
  etagOf,
  json,
  MOST_BODY_BYTES,
  notFound,
  PROBLEM_REPRESENTATIONS,
  type Reply,
  TABLE_REPRESENTATIONS,
  unchanged,
  wholeNumber,
} from '../../lib/http/index.ts';

const PROBLEMS = { least: 1, most: 10_000, otherwise: 1000 };
const SPECIMENS = { least: 1, most: 1000, otherwise: 100 };
const PATIENTS = { least: 1, most: 1000, otherwise: 200 };
const FROM = { least: 0, most: 999_999_999, otherwise: 0 };

/** Not read from the cohort's room at run time: that brings the expression language along. */
const FRAME_FILES: Readonly<Record<`${FrameTable}.parquet`, true>> = {
  'patients.parquet': true,
  'alterations.parquet': true,
  'coverage.parquet': true,
};

/** A named table's rows. */
const LIST_FILE = /^list\.[A-Za-z][A-Za-z0-9_]{0,63}\.parquet$/;

const PARQUET = 'application/vnd.apache.parquet';

function cohortOf(request: ApiRequest): { readonly site: string; readonly cohort: string } {
  return { site: request.site, cohort: request.parameter('cohort') };
}

/** `GET /cohorts` */
export async function listCohorts({ site }: ApiRequest, { cohorts }: AnswerPorts): Promise<Reply> {
  return json(200, { cohorts: (await cohorts.list(site)).map((cohort) => ({ cohort })) });
}

/** `GET /cohorts/{cohort}` */
export async function getCohort(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  return json(200, await describeCohort(cohortOf(request), ports));
}

/** `GET /cohorts/{cohort}/definition` */
export async function getDefinition(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const { definition } = await answeringPointer(cohortOf(request), ports);
  const headers = { etag: etagOf(definition, TABLE_REPRESENTATIONS[0]!), 'cache-control': 'private, no-cache' };
  if (unchanged(request.header('if-none-match'), headers.etag)) return { status: 304, headers };
  return json(200, await readDefinition(cohortOf(request), definition, ports), headers);
}

/** `GET /cohorts/{cohort}/sources` */
export async function getSources(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  return json(200, await listSources(cohortOf(request), ports));
}

/** A page as JSON, CSV or HTML, by Accept or by `?format=`; `Link` names the next. */
async function problemPage(
  request: ApiRequest,
  path: string,
  of: string,
  problems: readonly Problem[],
): Promise<Reply> {
  const { suffix, type } = byFormat(request.query('format'), request.header('accept'), PROBLEM_REPRESENTATIONS);
  const limit = wholeNumber(request, 'limit', PROBLEMS);
  const page = pageOf(problems, wholeNumber(request, 'from', FROM), limit);
  const next = page.next === undefined ? undefined : `${path}?from=${page.next}&limit=${limit}&format=${suffix}`;
  const headers = { vary: 'Accept', ...(next && { link: `<${next}>; rel="next"` }) };
  if (suffix === 'json') return json(200, page, headers);
  const body =
    suffix === 'csv'
      ? await problemsCsv(page.problems)
      : (await import('../../lib/render/index.ts')).renderProblems({ of, ...page });
  return { status: 200, headers: { ...headers, 'content-type': type }, body };
}

/** `GET /cohorts/{cohort}/problems` */
export async function getProblems(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const cohort = cohortOf(request);
  const problems = await cohortProblems(cohort, ports);
  return problemPage(request, `/cohorts/${cohort.cohort}/problems`, cohort.cohort, problems);
}

/** `GET /cohorts/{cohort}/sources/{source}/problems` */
export async function getSourceProblems(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const cohort = cohortOf(request);
  const source = request.parameter('source');
  const problems = await sourceProblems(cohort, source, ports);
  return problemPage(
    request,
    `/cohorts/${cohort.cohort}/sources/${source}/problems`,
    `a source of ${cohort.cohort}`,
    problems,
  );
}

/** `GET /cohorts/{cohort}/patients/{patient}` */
export async function getPatient(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  return json(200, await readPatient(cohortOf(request), request.parameter('patient'), ports));
}

/** `GET /cohorts/{cohort}/results/{result}/excluded` */
export async function getExcluded(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const page = { from: wholeNumber(request, 'from', FROM), limit: wholeNumber(request, 'limit', PATIENTS) };
  return json(200, await readExcluded(cohortOf(request), request.parameter('result'), page, ports));
}

/** `GET /cohorts/{cohort}/genes/{gene}` */
export async function getGene(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const page = { from: wholeNumber(request, 'from', FROM), limit: wholeNumber(request, 'limit', SPECIMENS) };
  return json(200, await readGene(cohortOf(request), request.parameter('gene'), page, ports));
}

/** The patients as a table that R reads. */
async function patientsReply(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const sensitivity = request.query('sensitivity');
  const asked = { genes: genesAsked(request.query('genes')), ...(sensitivity !== undefined && { sensitivity }) };
  const { csv, frame } = await readPatientsCsv(cohortOf(request), asked, ports);
  const headers = { 'cache-control': 'private, no-cache', 'signet-frame': frame };
  const { type } = TABLE_REPRESENTATIONS[1]!;
  if (Buffer.byteLength(csv) > MOST_BODY_BYTES) {
    const name = documentName.patients(digestOf({ frame, ...asked }));
    await ports.documents.putForADay(cohortOf(request), name, csv, type);
    return elsewhere(await ports.documents.link(cohortOf(request), name, type));
  }
  return { status: 200, headers: { ...headers, 'content-type': type }, body: csv };
}

/** `GET /cohorts/{cohort}/frame/{file}` */
export async function getFrameFile(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const cohort = cohortOf(request);
  const { frame } = await answeringPointer(cohort, ports);
  const file = request.parameter('file');
  if (file === 'patients.csv') return patientsReply(request, ports);
  if (!Object.hasOwn(FRAME_FILES, file) && !LIST_FILE.test(file)) throw notFound('table');
  const name = documentName.frame(frame, file);
  const headers = { etag: `"${frame}.${file}"`, 'cache-control': 'private, no-cache', 'signet-frame': frame };
  if (unchanged(request.header('if-none-match'), headers.etag)) return { status: 304, headers };
  const size = await ports.documents.size(cohort, name);
  if (size === undefined) throw notFound('table');
  if (size > MOST_BODY_BYTES) return elsewhere(await ports.documents.link(cohort, name, PARQUET));
  const body = await ports.documents.get(cohort, name);
  if (!body) throw notFound('table');
  return { status: 200, headers: { ...headers, 'content-type': PARQUET }, body };
}
