import type { Call } from './call.ts';
import type { Summed } from './catalogue.ts';
import { type Algorithm, checksum, hashing, isAlgorithm } from './checksums.ts';
import { writeCheck } from './conditions.ts';
import { describe } from './describe.ts';
import { S3Error } from './errors.ts';
import { authoriseWrite } from './objects.ts';
import { receive, receiveText, statedChecksum } from './receive.ts';
import type { Store } from './store.ts';
import type { Part, Upload } from './uploads.ts';
import { children, type Element, parse, textOf } from './xml.ts';

const MOST_PARTS = 10_000;
const LEAST_BYTES = 5 * 1024 * 1024;

/** The elements that name a checksum. */
const elementOf = (algorithm: Algorithm): string => `Checksum${algorithm.toUpperCase()}`;

/** Throws `NoSuchUpload`. */
export function uploadOf(store: Store, call: Call): Upload {
  const upload = store.uploads.find(call.bucket.name, call.key, call.parameter('uploadId') ?? '');
  if (!upload)
    throw new S3Error(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    );
  return upload;
}

/** How the whole's checksum is made of the parts'. Throws `InvalidRequest` where the algorithm can't. */
function typeOf(call: Call, algorithm: Algorithm | undefined): Summed['type'] | undefined {
  if (!algorithm) return undefined;
  const asked = call.header('x-amz-checksum-type')?.toUpperCase();
  const sha = algorithm.startsWith('sha');
  if ((sha && asked === 'FULL_OBJECT') || (algorithm === 'crc64nvme' && asked === 'COMPOSITE'))
    throw new S3Error('InvalidRequest', `The ${asked} checksum type cannot be used with ${algorithm}`);
  return asked === 'FULL_OBJECT' || algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE';
}

/** POST `?uploads`. */
export function createUpload(store: Store, call: Call): void {
  const described = describe(call);
  authoriseWrite(call, described.tags);
  const algorithm = call.header('x-amz-checksum-algorithm')?.toLowerCase();
  if (algorithm !== undefined && !isAlgorithm(algorithm))
    throw new S3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.');
  const type = typeOf(call, algorithm);
  const id = store.uploads.begin(call.bucket.name, call.key, { ...described, algorithm, type });
  call.xml(
    'InitiateMultipartUploadResult',
    { Bucket: call.bucket.name, Key: call.key, UploadId: id },
    { 'x-amz-checksum-algorithm': algorithm?.toUpperCase(), 'x-amz-checksum-type': type },
  );
}

/** The part's number. Throws `InvalidArgument`. */
export function partNumber(call: Call): number {
  const number = call.parameter('partNumber') ?? '';
  if (!/^\d{1,5}$/.test(number) || Number(number) < 1 || Number(number) > MOST_PARTS)
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`);
  return Number(number);
}

/** PUT of a part. */
export async function uploadPart(store: Store, call: Call): Promise<void> {
  call.authorise('s3:PutObject');
  const number = partNumber(call);
  const { id, described } = uploadOf(store, call);
  const { algorithm } = described;
  const received = await receive(call, store, algorithm);
  try {
    const { stated, segment, md5, checksums } = received;
    if (stated && algorithm && stated.algorithm !== algorithm)
      throw new S3Error(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${algorithm}, actual checksum Type: ${stated.algorithm}`,
      );
    const etag = md5.toString('hex');
    const dropped = store.catalogue.transaction(() => {
      uploadOf(store, call); // it may have been aborted meanwhile
      store.bodies.keep(received.file, segment.sha256);
      return store.uploads.put(id, { ...segment, number, etag, checksum: algorithm && checksums.get(algorithm) });
    });
    store.bodies.dropUnreferenced(dropped);
    call.end(200, { etag: `"${etag}"`, ...(stated && { [`x-amz-checksum-${stated.algorithm}`]: stated.value }) });
  } finally {
    await store.discard(received);
  }
}

/** The part that an element of the list means. Throws `InvalidPart`. */
function listed(element: Element, parts: ReadonlyMap<number, Part>, algorithm: Algorithm | undefined): Part {
  const part = parts.get(Number(textOf(element, 'PartNumber')));
  const etag = textOf(element, 'ETag')?.replaceAll('"', '');
  const sum = algorithm && textOf(element, elementOf(algorithm));
  if (part?.etag !== etag || !part || (sum !== undefined && sum !== part.checksum))
    throw new S3Error(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    );
  return part;
}

function checkParts(
  parts: readonly Part[],
  elements: readonly Element[],
  { algorithm, type }: Upload['described'],
): void {
  if (parts.length === 0) throw new S3Error('MalformedXML', 'You must specify at least one part');
  if (parts.some(({ number }, i) => i > 0 && number <= parts[i - 1]!.number))
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
  if (parts.slice(0, -1).some(({ bytes }) => bytes < LEAST_BYTES))
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  if (algorithm && type === 'COMPOSITE' && elements.some((one) => textOf(one, elementOf(algorithm)) === undefined))
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part.`,
    );
}

async function sumOf(
  store: Store,
  parts: readonly Part[],
  { algorithm, type }: Upload['described'],
): Promise<Summed | undefined> {
  if (!algorithm || !type) return undefined;
  if (type === 'FULL_OBJECT') return { algorithm, type, value: await store.sum(parts, algorithm) };
  const digest = checksum(algorithm);
  for (const part of parts) digest.update(Buffer.from(part.checksum ?? '', 'base64'));
  return { algorithm, type, value: `${digest.bytes().toString('base64')}-${parts.length}` };
}

/** What the caller says of the whole must be so. A composite checksum may stand without its count. */
function checkWhole(call: Call, parts: readonly Part[], sum: Summed | undefined): void {
  const size = call.header('x-amz-mp-object-size');
  if (size !== undefined && Number(size) !== parts.reduce((total, { bytes }) => total + bytes, 0))
    throw new S3Error('InvalidRequest', 'The provided x-amz-mp-object-size does not match what was computed.');
  const stated = statedChecksum((name) => call.header(name));
  const right = sum && [sum.value, sum.value.replace(/-\d+$/, '')].includes(stated?.value ?? sum.value);
  if (stated && (stated.algorithm !== sum?.algorithm || !right))
    throw new S3Error(
      'BadDigest',
      `The ${stated.algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    );
}

/** POST of the list of parts: they become the object. */
export async function completeUpload(store: Store, call: Call): Promise<void> {
  call.authorise('s3:PutObject');
  const { id, described } = uploadOf(store, call);
  const { algorithm, type: _, ...kept } = described;
  const elements = children(
    parse(await receiveText(call, store, { ofObject: true }), 'CompleteMultipartUpload'),
    'Part',
  );
  const arrived = new Map(store.uploads.parts(id).map((part) => [part.number, part]));
  const parts = elements.map((element) => listed(element, arrived, algorithm));
  checkParts(parts, elements, described);
  const sum = await sumOf(store, parts, described);
  checkWhole(call, parts, sum);

  const md5 = hashing('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  const etag = `${md5.bytes().toString('hex')}-${parts.length}`;
  const check = writeCheck(call);
  const { version } = await store.put(
    call.bucket,
    call.key,
    { ...kept, segments: parts.map(({ sha256, bytes }) => ({ sha256, bytes })), etag, checksum: sum },
    {
      event: 'ObjectCreated:CompleteMultipartUpload',
      check: (before) => {
        uploadOf(store, call);
        check(before);
      },
      also: () => store.uploads.forget(id),
    },
  );
  call.xml(
    'CompleteMultipartUploadResult',
    {
      Location: `http://${call.request.headers.host}${call.target.rawPath}`,
      Bucket: call.bucket.name,
      Key: call.key,
      ETag: `"${etag}"`,
      ...(sum && { [elementOf(sum.algorithm)]: sum.value, ChecksumType: sum.type }),
    },
    call.bucket.versioned ? { 'x-amz-version-id': version } : {},
  );
}

/** DELETE of an upload: its parts go. */
export function abortUpload(store: Store, call: Call): void {
  call.authorise('s3:AbortMultipartUpload');
  const { id } = uploadOf(store, call);
  store.bodies.dropUnreferenced(store.catalogue.transaction(() => store.uploads.forget(id)));
  call.end(204);
}

/** GET of the parts that arrived. */
export function listParts(store: Store, call: Call): void {
  call.authorise('s3:ListMultipartUploadParts');
  const { id, described } = uploadOf(store, call);
  const max = call.count('max-parts', 1000);
  const marker = call.count('part-number-marker', MOST_PARTS);
  const from = call.parameter('part-number-marker') ? marker : 0;
  const found = store.uploads.parts(id, from, max + 1);
  const parts = found.slice(0, max);
  const { algorithm, type } = described;
  call.xml('ListPartsResult', {
    Bucket: call.bucket.name,
    Key: call.key,
    UploadId: id,
    PartNumberMarker: from,
    NextPartNumberMarker: parts.at(-1)?.number ?? from,
    MaxParts: max,
    IsTruncated: found.length > max,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: algorithm?.toUpperCase(),
    ChecksumType: type,
    Part: parts.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.modified).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.bytes,
      ...(algorithm && { [elementOf(algorithm)]: part.checksum }),
    })),
  });
}
