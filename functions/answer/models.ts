import { type AnswerPorts, isResultId, readDocument } from '../../lib/answer/index.ts';
import {
  type ApiRequest,
  etagOf,
  json,
  notFound,
  type Reply,
  TABLE_REPRESENTATIONS,
  unchanged,
} from '../../lib/http/index.ts';
import { modelDocument } from '../../lib/result/index.ts';

/** `GET /cohorts/{cohort}/models/{model}`: of a finished prediction, by the id of its result. */
export async function getModel(request: ApiRequest, ports: AnswerPorts): Promise<Reply> {
  const cohort = { site: request.site, cohort: request.parameter('cohort') };
  const id = request.parameter('model');
  const document = isResultId(id) ? await readDocument(cohort, id, ports) : undefined;
  const model = document && modelDocument(document);
  if (!model) throw notFound('model');
  const headers = { etag: etagOf(model.content, TABLE_REPRESENTATIONS[0]!), 'cache-control': 'private, no-cache' };
  if (unchanged(request.header('if-none-match'), headers.etag)) return { status: 304, headers };
  return json(200, model, headers);
}
