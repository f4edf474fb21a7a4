import type { AuditLog } from '../../lib/audit/index.ts';
import { type ApiRequest, type Reply, wholeNumber } from '../../lib/http/index.ts';

const ENTRIES = { least: 1, most: 1000, otherwise: 500 };
const FROM = { least: 1, most: 999_999_999, otherwise: 1 };

/** `GET /audit`: the entries as JSON lines, and the head of the whole log beside them. */
export async function getAudit(request: ApiRequest, log: AuditLog): Promise<Reply> {
  const from = wholeNumber(request, 'from', FROM);
  const limit = wholeNumber(request, 'limit', ENTRIES);
  const { lines, head } = await log.page(request.site, from, limit);
  const next = from + lines.length;
  return {
    status: 200,
    headers: {
      'content-type': 'application/x-ndjson',
      'signet-audit-head': `${head.n}:${head.digest}`,
      ...(next <= head.n && { link: `</audit?from=${next}&limit=${limit}>; rel="next"` }),
    },
    body: lines.map((line) => `${line}\n`).join(''),
  };
}
