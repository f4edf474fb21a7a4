import { checked, checkedDefinition } from '../../lib/answer/index.ts';
import type { Audit } from '../../lib/audit/index.ts';
import { SignetError } from '../../lib/base/index.ts';
import {
  type ApiRequest,
  json,
  MOST_PARTS,
  type Reply,
  type Responders,
  SINGLE_PUT_BYTES,
  UploadRequest,
} from '../../lib/http/index.ts';
import type { Uploads } from '../../lib/store/index.ts';

const DEFINITION = 'cohort.yaml';

function cohortOf(request: ApiRequest): { readonly site: string; readonly cohort: string } {
  return { site: request.site, cohort: request.parameter('cohort') };
}

/** The digest of each part of a file that one PUT can't carry. Throws `parts-needed`. */
function partsOf({ bytes, partBytes, parts = [] }: UploadRequest): readonly string[] {
  const count = Math.ceil(bytes / partBytes);
  if (parts.length === count && count <= MOST_PARTS) return parts;
  const least = Math.ceil(bytes / MOST_PARTS);
  throw new SignetError(
    'parts-needed',
    count > MOST_PARTS
      ? `The file would have ${count} parts; ${MOST_PARTS} are the most`
      : `The file has ${count} parts of ${partBytes} bytes; ${parts.length} digests were given`,
    {
      place: { pointer: count > MOST_PARTS ? '/partBytes' : '/parts' },
      remedy:
        count > MOST_PARTS
          ? `Give partBytes of at least ${least}.`
          : `Give parts: the SHA-256 (base64) of each ${partBytes} bytes of the file, in order.`,
    },
  );
}

/** A digest in base64 as the log writes digests. */
function hexadecimal(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

async function begin(request: ApiRequest, uploads: Uploads, audit: Audit): Promise<Reply> {
  const asked = checked(UploadRequest, request.json());
  const source = { ...cohortOf(request), key: asked.name };
  const expires = uploads.expires();
  if (asked.bytes <= SINGLE_PUT_BYTES) {
    const put = await uploads.single(source, asked);
    await audit.record(request, { what: 'upload.begun', cohort: source.cohort, object: hexadecimal(asked.sha256) });
    return json(201, { kind: 'single', name: asked.name, put, expires });
  }
  const { upload, parts } = await uploads.parts(source, asked, asked.partBytes, partsOf(asked));
  await audit.record(request, { what: 'upload.begun', cohort: source.cohort, object: hexadecimal(asked.sha256) });
  const location = `/cohorts/${source.cohort}/uploads/${upload}`;
  const body = { kind: 'multipart', name: asked.name, upload, partBytes: asked.partBytes, parts, expires };
  return json(201, body, { location });
}

/** Checked before a byte is written; then an object like any other, read by way of its event. */
async function putDefinition(request: ApiRequest, uploads: Uploads, audit: Audit): Promise<Reply> {
  const cohort = cohortOf(request);
  const text = request.text();
  const definition = await checkedDefinition(text, DEFINITION);
  await audit.record(request, { what: 'definition.put', cohort: cohort.cohort, object: definition });
  await uploads.put({ ...cohort, key: DEFINITION }, text, 'application/yaml');
  return json(202, { cohort: cohort.cohort, definition }, { location: `/cohorts/${cohort.cohort}` });
}

async function complete(request: ApiRequest, uploads: Uploads, audit: Audit): Promise<Reply> {
  const cohort = cohortOf(request);
  const completed = await uploads.complete(cohort, request.parameter('upload'));
  const object = hexadecimal(completed.sha256);
  await audit.record(request, { what: 'upload.completed', cohort: cohort.cohort, object });
  return json(200, completed);
}

async function abandon(request: ApiRequest, uploads: Uploads, audit: Audit): Promise<Reply> {
  const cohort = cohortOf(request);
  await uploads.abort(cohort, request.parameter('upload'));
  await audit.record(request, { what: 'upload.abandoned', cohort: cohort.cohort });
  return { status: 204 };
}

/** Every route of this function. */
export function respondersOn(uploads: Uploads, audit: Audit): Responders<'uploads'> {
  return {
    'PUT /cohorts/{cohort}/definition': (request) => putDefinition(request, uploads, audit),
    'POST /cohorts/{cohort}/uploads': (request) => begin(request, uploads, audit),
    'POST /cohorts/{cohort}/uploads/{upload}': (request) => complete(request, uploads, audit),
    'DELETE /cohorts/{cohort}/uploads/{upload}': (request) => abandon(request, uploads, audit),
  };
}
