import { ListObjectsV2Command, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/**
 * Whether an error of a HEAD or GET means that there is no such object. Credentials cut to a prefix may list only with that prefix, and
 * a HEAD has none: the bucket then refuses an absent object (403) instead of saying that it is absent. So it is asked by a list, which
 * is as consistent as the HEAD.
 */
export async function isAbsence(
  objects: S3Client,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof S3ServiceException)) return false;
  if (error.$metadata.httpStatusCode === 404) return true;
  if (error.$metadata.httpStatusCode !== 403) return false;
  const { Contents = [] } = await objects.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }));
  return Contents[0]?.Key !== Key;
}
