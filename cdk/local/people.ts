import type { Credentials } from './credentials.ts';
import type { Keep } from './keep.ts';
import { arn } from './place.ts';
import type { Statement } from './policy.ts';

/** What an S3 client signs with. */
export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a hospital's people may do: put, get, list and delete the site's files, as the deployment guide has it. */
function rights(bucket: string, site: string): Statement[] {
  return [
    {
      Effect: 'Allow',
      Action: [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
      ],
      Resource: `arn:aws:s3:::${bucket}/sites/${site}/*`,
    },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${bucket}`,
      Condition: { StringLike: { 's3:prefix': `sites/${site}/*` } },
    },
    { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: `arn:aws:s3:::${bucket}` },
  ];
}

/** Gives the people of a site their keys: the same ones each time, also after a restart of a stack that keeps things. */
export class People {
  readonly #keep: Keep;
  readonly #credentials: Credentials;
  readonly #bucket: string;
  readonly #given: Record<string, S3Keys>;

  constructor(keep: Keep, credentials: Credentials, bucket: string) {
    this.#keep = keep;
    this.#credentials = credentials;
    this.#bucket = bucket;
    this.#given = { ...keep.read<Record<string, S3Keys>>('keys') };
    for (const site of Object.keys(this.#given)) this.#issue(site);
  }

  keys(site: string): S3Keys {
    const known = this.#given[site];
    if (known) return { ...known }; // the SDK writes into what it is given
    const { accessKeyId, secretAccessKey } = this.#issue(site);
    const keys = { accessKeyId, secretAccessKey };
    this.#given[site] = keys;
    this.#keep.write('keys', this.#given);
    return { ...keys };
  }

  #issue(site: string): S3Keys {
    const principal = {
      name: arn('iam', `user/${site}`, { global: true }),
      statements: rights(this.#bucket, site),
      tags: { site },
    };
    return this.#credentials.issue(principal, { ...this.#given[site] });
  }
}
