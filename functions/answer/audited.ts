import type { AuditedAction, Done } from '../../lib/audit/index.ts';
import { digestOf } from '../../lib/base/index.ts';
import type { ApiRequest, Reply } from '../../lib/http/index.ts';

/** What the log tells of an answer; undefined where nothing left. */
export type Telling = (request: ApiRequest, reply: Reply) => Omit<Done, 'cohort'> | undefined;

/** Whether what was asked for is in the reply, or at the address that it names. */
function gave({ status }: Reply): boolean {
  return status === 200 || status === 201 || status === 303;
}

/** Where a result stands, as its reply says. */
function resultIn({ headers = {} }: Reply): string | undefined {
  const at = headers['location'] ?? headers['content-location'] ?? '';
  return /\/results\/([0-9a-f]{64})/.exec(at)?.[1];
}

/** `POST …/results`: whether it is worked out anew, was there, or is too large for a reply. */
export const asked: Telling = (_, reply) => {
  const object = resultIn(reply);
  return object === undefined ? undefined : { what: 'result.asked', object };
};

/** A patient's record was read: which one is told by a digest of her opaque key, so that the log can't be searched for her. */
export const patientRead: Telling = (request, reply) =>
  gave(reply) ? { what: 'patient.read', object: digestOf({ patient: request.parameter('patient') }) } : undefined;

/** Something about a result was done: a list read, a link made. */
export function ofResult(what: AuditedAction): Telling {
  return (request, reply) => (gave(reply) ? { what, object: request.parameter('result') } : undefined);
}

/** Rows leave as a file. */
export function exported(fileOf: (request: ApiRequest) => string): Telling {
  return (request, reply) => {
    if (!gave(reply)) return undefined;
    const object = reply.headers?.['signet-frame'];
    return { what: 'export.made', ...(object !== undefined && { object }), decisions: { file: fileOf(request) } };
  };
}
