import { SignetError } from '../../lib/base/index.ts';
import {
  type ApiRequest,
  etagOf,
  json,
  negotiated,
  notFound,
  RESULT_REPRESENTATIONS,
  type Reply,
  unchanged,
} from '../../lib/http/index.ts';
import type { ResultDocument } from '../../lib/result/index.ts';
import { progressOf, studyDocument, studyStatus } from '../../lib/sharing/index.ts';
import { type StudyRoutePorts, studyAsked } from './studies.ts';

type Form = (typeof RESULT_REPRESENTATIONS)[number];

/** The form that the query names, for a browser's address; else what `Accept` prefers. Throws `not-acceptable`, `invalid-parameter`. */
function formAsked(request: ApiRequest): Form {
  const named = request.query('form');
  if (named === undefined) return negotiated(request.header('accept'), RESULT_REPRESENTATIONS);
  const form = RESULT_REPRESENTATIONS.find(({ suffix }) => suffix === named);
  if (form) return form;
  throw new SignetError(
    'invalid-parameter',
    `form is one of ${RESULT_REPRESENTATIONS.map(({ suffix }) => suffix).join(', ')}`,
    { place: { pointer: '?form' } },
  );
}

/** JSON is the very document; the other forms are drawn from it, a picture or a table alone where the query names one. */
async function rendered(request: ApiRequest, document: ResultDocument, { suffix }: Form): Promise<string | Uint8Array> {
  if (suffix === 'json') return JSON.stringify(document);
  const { renderCsv, renderDocx, renderHtml, renderSvg } = await import('../../lib/render/index.ts');
  if (suffix === 'csv') return renderCsv(document, request.query('table'));
  if (suffix === 'docx') return renderDocx(document);
  return suffix === 'svg' ? renderSvg(document, request.query('figure')) : renderHtml(document);
}

/** `GET /studies/{study}/result`: 202 while the study goes on, and why where it came to none. */
export async function getStudyResult(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const form = formAsked(request);
  const { record, viewer } = await studyAsked(request, ports);
  const progress = progressOf(record);
  const status = studyStatus(record, progress, viewer.now);
  if (status.status === 'withdrawn')
    throw new SignetError('withdrawn', `This result was withdrawn: ${status.says}`, {
      remedy: 'Propose the study anew: it is answered without her.',
    });
  if (progress.phase !== 'result') {
    // a viewer reads finished results only
    if (!request.roles.includes('steward') && !request.roles.includes('analyst')) throw notFound('result');
    if (status.status === 'stopped' || status.status === 'expired')
      throw new SignetError('study-stopped', `The study came to no result: ${status.status}, ${status.says}`);
    return json(202, { study: record.study, ...status }, { 'retry-after': '5' });
  }
  const document = studyDocument(record, progress, status);
  const part =
    form.suffix === 'svg' ? request.query('figure') : form.suffix === 'csv' ? request.query('table') : undefined;
  const headers = {
    etag: encodeURI(etagOf(part === undefined ? document.content : `${document.content}.${part}`, form)).replaceAll(
      '%22',
      '"',
    ),
    vary: 'Accept',
    'cache-control': 'private, no-cache',
    'signet-study': status.status,
  };
  if (form.suffix !== 'docx' && unchanged(request.header('if-none-match'), headers.etag))
    return { status: 304, headers };
  return {
    status: 200,
    headers: { ...headers, 'content-type': form.type },
    body: await rendered(request, document, form),
  };
}
