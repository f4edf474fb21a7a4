import { json, type OpenRequest, type Reply } from '../../lib/http/index.ts';
import type { ServedExchange } from './served-exchange.ts';
import { calledBy } from './signed-call.ts';

/** What the routes of the exchange work on: who asks signs what she asks, and bears no token. */
export interface ExchangeRoutePorts {
  readonly served: Pick<ServedExchange, 'announced' | 'folder' | 'document'>;
}

/** `GET /exchange`: studies that the site asked proposed and that name who asks. */
export async function announced(request: OpenRequest, { served }: ExchangeRoutePorts): Promise<Reply> {
  return json(200, await served.announced(calledBy(request, 'exchange')));
}

/** `GET /exchange/{study}/{site}`: what lies in the site's own folder of a study. */
export async function folder(request: OpenRequest, { served }: ExchangeRoutePorts): Promise<Reply> {
  const [study, site] = [request.parameter('study'), request.parameter('site')];
  return json(200, await served.folder(calledBy(request, 'exchange', study, site), study, site));
}

/** `GET /exchange/{study}/{site}/{name}`: a document, as it was signed. */
export async function document(request: OpenRequest, { served }: ExchangeRoutePorts): Promise<Reply> {
  const [study, site, name] = [request.parameter('study'), request.parameter('site'), request.parameter('name')];
  const body = await served.document(calledBy(request, 'exchange', study, site, name), study, site, name);
  return { status: 200, headers: { 'content-type': 'application/jose' }, body };
}
