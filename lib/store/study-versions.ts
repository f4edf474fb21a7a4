import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import { SignetError } from '../base/index.ts';
import type { Clients } from './clients.ts';
import { studyKeyOf } from './keys.ts';
import type { StudyRecords } from './study-records.ts';

/** A set is written a moment before the item that names it. */
const UNNAMED_FOR_MS = 15 * 60_000;

const MOST_AT_ONCE = 1000;

/**
 * Removes for good, under the rights of erasures, what a site once kept of its studies and no item names any more: old versions, marks of deletions, and sets that were
 * written and never named. Answers how many. Throws SignetError `versions-left`.
 */
export async function removeOldSets(
  clients: Clients,
  bucket: string,
  site: string,
  { records, now }: { readonly records: Pick<StudyRecords, 'named'>; readonly now: number },
): Promise<number> {
  const { versions } = clients.of(site);
  const named = new Set((await records.named()).map(({ study, name }) => studyKeyOf(site, study, name)));
  const old: ObjectIdentifier[] = [];
  for await (const { Versions = [], DeleteMarkers = [] } of pages(versions, bucket, studyKeyOf(site)))
    old.push(
      ...Versions.filter(
        ({ Key = '', IsLatest, LastModified }) =>
          !IsLatest || (!named.has(Key) && now - (LastModified?.getTime() ?? now) > UNNAMED_FOR_MS),
      ).map(({ Key, VersionId }) => ({ Key, VersionId })),
      ...DeleteMarkers.map(({ Key, VersionId }) => ({ Key, VersionId })),
    );
  for (let from = 0; from < old.length; from += MOST_AT_ONCE) {
    const Delete = { Objects: old.slice(from, from + MOST_AT_ONCE), Quiet: true };
    const { Errors = [] } = await versions.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }));
    if (Errors.length > 0)
      throw new SignetError('versions-left', `${Errors.length} versions could not be deleted: ${Errors[0]?.Code}`);
  }
  return old.length;
}

async function* pages(versions: S3Client, Bucket: string, Prefix: string) {
  let from: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } | undefined = {};
  while (from) {
    const page: ListObjectVersionsCommandOutput = await versions.send(
      new ListObjectVersionsCommand({ Bucket, Prefix, ...from }),
    );
    yield page;
    const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    from = IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
  }
}
