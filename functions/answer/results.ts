import {
  type Answer,
  type AnswerPorts,
  ask,
  type CohortName,
  checked,
  documentName,
  FailedResult,
  isResultId,
  look,
  pointerOf,
  readDocument,
  readRScript,
  stop,
  withdrawn,
} from '../../lib/answer/index.ts';
import { digestOf, SignetError } from '../../lib/base/index.ts';
import {
  type ApiRequest,
  bySuffix,
  elsewhere,
  etagOf,
  json,
  LinkRequest,
  MOST_BODY_BYTES,
  notFound,
  problemOf,
  problemReply,
  RESULT_REPRESENTATIONS,
  type Reply,
  unchanged,
} from '../../lib/http/index.ts';
import type { ResultDocument } from '../../lib/result/index.ts';

type Form = (typeof RESULT_REPRESENTATIONS)[number];

const LINK_MILLISECONDS = 900_000;

function cohortOf(request: ApiRequest): { readonly site: string; readonly cohort: string } {
  return { site: request.site, cohort: request.parameter('cohort') };
}

/** Whether the caller may see what isn't finished: a viewer reads finished results only. */
function seesUnfinished({ roles }: ApiRequest): boolean {
  return roles.includes('steward') || roles.includes('analyst');
}

/** The one figure or table that is asked for. */
function partAsked(request: ApiRequest, { suffix }: Form): string | undefined {
  if (suffix === 'svg') return request.query('figure');
  return suffix === 'csv' ? request.query('table') : undefined;
}

/** JSON is the very document; the other forms are drawn from it. */
async function rendered(document: ResultDocument, { suffix }: Form, part?: string): Promise<string | Uint8Array> {
  if (suffix === 'json') return JSON.stringify(document);
  const { renderCsv, renderDocx, renderHtml, renderSvg } = await import('../../lib/render/index.ts');
  if (suffix === 'csv') return renderCsv(document, part);
  if (suffix === 'docx') return renderDocx(document);
  return suffix === 'svg' ? renderSvg(document, part) : renderHtml(document);
}

/** Where a question stands, while it is under way. */
function underWay(request: ApiRequest, { id, item, waiting }: Extract<Answer, { state: 'waiting' }>): Reply {
  const { analysis, request: asked, state, stage, fraction, frame, made } = item;
  return json(
    202,
    { id, analysis, request: asked, state, stage, fraction, frame, made },
    {
      location: `/cohorts/${request.parameter('cohort')}/results/${id}`,
      'retry-after': '1',
      ...(waiting && { 'signet-waiting': waiting }),
    },
  );
}

/** What is sent. A zip holds the time at which it was packed: the first is kept, so that its digest stands for the same bytes ever after. */
async function bodyOf(
  cohort: CohortName,
  document: ResultDocument,
  form: Form,
  part: string | undefined,
  { documents }: AnswerPorts,
): Promise<string | Uint8Array> {
  if (form.suffix !== 'docx') return rendered(document, form, part);
  const name = documentName.result(document.id, form.suffix);
  const kept = await documents.get(cohort, name);
  if (kept) return kept;
  const made = await rendered(document, form);
  await documents.put(cohort, name, made, form.type);
  return made;
}

/** The document in the form asked for; what stands beside it goes into headers. */
async function finished(
  request: ApiRequest,
  { id, document, made, waiting }: Extract<Answer, { state: 'done' }>,
  form: Form,
  ports: AnswerPorts,
): Promise<Reply> {
  const part = partAsked(request, form);
  const etag = etagOf(part === undefined ? document.content : `${document.content}.${part}`, form);
  const headers = {
    etag: encodeURI(etag).replaceAll('%22', '"'),
    vary: 'Accept',
    'cache-control': 'private, no-cache',
    'content-location': `/cohorts/${request.parameter('cohort')}/results/${id}.${form.suffix}`,
    ...(made && { 'last-modified': new Date(made).toUTCString() }),
    ...(waiting && { 'signet-waiting': waiting }),
  };
  if (unchanged(request.header('if-none-match'), headers.etag)) return { status: 304, headers };
  const body = await bodyOf(cohortOf(request), document, form, part, ports);
  if (Buffer.byteLength(body) <= MOST_BODY_BYTES)
    return { status: 200, headers: { ...headers, 'content-type': form.type }, body };
  const name = documentName.result(id, part === undefined ? form.suffix : `${digestOf(part)}.${form.suffix}`);
  if (form.suffix !== 'json') await ports.documents.put(cohortOf(request), name, body, form.type);
  return elsewhere(await ports.documents.link(cohortOf(request), name, form.type));
}

/** Why there is no document, where the analysis refused the question: its code need not be in the table of codes. */
async function orWhyNot(request: ApiRequest, work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FailedResult)) throw error;
    if (!seesUnfinished(request)) throw notFound('result');
    return problemReply(problemOf(error, request.roles, error.typed ? 422 : 500));
  }
}

/** `POST /cohorts/{cohort}/results` */
export function askQuestion(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  return orWhyNot(request, async () => {
    const answer = await ask(cohortOf(request), request.json(), ports);
    return answer.state === 'done'
      ? finished(request, answer, RESULT_REPRESENTATIONS[0], ports)
      : underWay(request, answer);
  });
}

/** The script that repeats a result's main numbers in R. */
async function scriptReply(request: ApiRequest, id: string, ports: AnswerPorts): Promise<Reply> {
  const body = await readRScript(cohortOf(request), id, ports);
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' },
    body,
  };
}

/** `GET /cohorts/{cohort}/results/{result}` */
export function getResult(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const asked = request.parameter('result');
  if (asked.endsWith('.R')) return scriptReply(request, asked.slice(0, -2), ports);
  return orWhyNot(request, async () => {
    const { name, representation } = bySuffix(
      request.parameter('result'),
      request.header('accept'),
      RESULT_REPRESENTATIONS,
    );
    try {
      const answer = await look(cohortOf(request), name, ports);
      if (answer.state === 'done') return await finished(request, answer, representation, ports);
      if (seesUnfinished(request)) return underWay(request, answer);
    } catch (error) {
      if (seesUnfinished(request) || !(error instanceof SignetError) || error.code !== 'stopped') throw error;
    }
    throw notFound('result');
  });
}

/** `GET /cohorts/{cohort}/results` */
export async function listResults(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  await pointerOf(cohortOf(request), ports);
  const items = await ports.results.list(cohortOf(request));
  const seen = seesUnfinished(request) ? items : items.filter(({ state }) => state === 'done');
  return json(200, {
    results: seen.map(({ id, analysis, request: asked, state, stage, fraction, failure, frame, made }) => ({
      id,
      analysis,
      request: asked,
      state,
      stage,
      fraction,
      ...(failure && { code: failure.code }),
      frame,
      made,
    })),
  });
}

/** `DELETE /cohorts/{cohort}/results/{result}` */
export async function stopQuestion(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  await stop(cohortOf(request), request.parameter('result'), ports);
  return { status: 204 };
}

/** `POST /cohorts/{cohort}/results/{result}/links`: the form is written when its link is made. */
export async function linkResult(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const cohort = cohortOf(request);
  const id = request.parameter('result');
  const { representation } = checked(LinkRequest, request.text() === '' ? {} : request.json());
  const form = RESULT_REPRESENTATIONS.find(({ suffix }) => suffix === representation)!;
  const document = isResultId(id) ? await readDocument(cohort, id, ports) : undefined;
  if (!document) {
    const item = isResultId(id) ? await ports.results.read(cohort, id) : undefined;
    if (!item) throw notFound('result');
    if (item.state === 'withdrawn') throw withdrawn();
    throw new SignetError('result-unfinished', 'The document is not there yet', { remedy: 'Wait until GET says 200.' });
  }
  const name = documentName.result(id, form.suffix);
  if (form.suffix !== 'json')
    await ports.documents.put(cohort, name, await bodyOf(cohort, document, form, undefined, ports), form.type);
  const url = await ports.documents.link(cohort, name, form.type);
  return json(201, { url, expires: new Date(ports.now() + LINK_MILLISECONDS).toISOString() });
}
