import { deleteObjects } from './bulk.ts';
import type { Call } from './call.ts';
import { copyObject, copyPart } from './copy.ts';
import { S3Error } from './errors.ts';
import { listObjects, listUploads, listVersions } from './listing.ts';
import { abortUpload, completeUpload, createUpload, listParts, uploadPart } from './multipart.ts';
import { deleteObject, getObject, putObject } from './objects.ts';
import type { BucketSettings } from './settings.ts';
import type { Store } from './store.ts';
import { deleteTagging, getTagging, putTagging } from './tagging.ts';

/** One kind of request. */
type Operation = (store: Store, call: Call, buckets: ReadonlyMap<string, BucketSettings>) => void | Promise<void>;

const headBucket: Operation = (_, call) => {
  call.authorise('s3:ListBucket');
  call.end(200, { 'x-amz-bucket-region': call.verified.region });
};

const getLocation: Operation = (_, call) => {
  call.authorise('s3:GetBucketLocation');
  call.xml('LocationConstraint', call.verified.region === 'us-east-1' ? '' : call.verified.region);
};

const getVersioning: Operation = (_, call) => {
  call.authorise('s3:GetBucketVersioning');
  call.xml('VersioningConfiguration', call.bucket.versioned ? { Status: 'Enabled' } : '');
};

/** By method and the parameter that tells what is meant; the first that is there counts. */
const OF_BUCKET: Readonly<Record<string, readonly (readonly [string, Operation])[]>> = {
  HEAD: [['', headBucket]],
  GET: [
    ['location', getLocation],
    ['versioning', getVersioning],
    ['versions', listVersions],
    ['uploads', listUploads],
    ['', listObjects],
  ],
  POST: [['delete', deleteObjects]],
};

const copies = (call: Call): boolean => call.header('x-amz-copy-source') !== undefined;

const OF_OBJECT: typeof OF_BUCKET = {
  HEAD: [['', getObject]],
  GET: [
    ['tagging', getTagging],
    ['uploadId', listParts],
    ['', getObject],
  ],
  PUT: [
    ['tagging', putTagging],
    ['uploadId', (store, call, buckets) => (copies(call) ? copyPart(store, call, buckets) : uploadPart(store, call))],
    ['', (store, call, buckets) => (copies(call) ? copyObject(store, call, buckets) : putObject(store, call))],
  ],
  POST: [
    ['uploads', createUpload],
    ['uploadId', completeUpload],
  ],
  DELETE: [
    ['tagging', deleteTagging],
    ['uploadId', abortUpload],
    ['', deleteObject],
  ],
};

/** Parameters that say how and not what. */
const DETAILS = new Set([
  'prefix',
  'delimiter',
  'encoding-type',
  'list-type',
  'continuation-token',
  'start-after',
  'fetch-owner',
  'marker',
  'key-marker',
  'version-id-marker',
  'upload-id-marker',
  'max-keys',
  'max-uploads',
  'max-parts',
  'part-number-marker',
  'partNumber',
  'versionId',
  'response-content-type',
  'response-content-language',
  'response-expires',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
]);

/** What a request asks for. Throws `NotImplemented` for what this S3 hasn't, rather than take it for something else. */
export function operationOf(call: Call): Operation {
  const known = (call.key === '' ? OF_BUCKET : OF_OBJECT)[call.request.method ?? ''] ?? [];
  const [name, operation] = known.find(([parameter]) => parameter === '' || call.target.has(parameter)) ?? [];
  const odd = call.target
    .names()
    .find((parameter) => parameter !== name && !DETAILS.has(parameter) && !/^x-/i.test(parameter));
  if (!operation || odd !== undefined)
    throw new S3Error(
      'NotImplemented',
      `The local S3 has no ${call.request.method}${odd === undefined ? '' : ` with ${odd}`}`,
    );
  return operation;
}
