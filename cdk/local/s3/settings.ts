import type { Statement } from '../policy.ts';

/** What happened, as the bucket's notifications name it. */
export type BucketEventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'ObjectTagging:Put'
  | 'ObjectTagging:Delete'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated';

/** A change of a bucket. */
export interface BucketEvent {
  readonly bucket: string;
  /** Not encoded. */
  readonly key: string;
  readonly event: BucketEventName;
  readonly size?: number;
  /** Without quotes. */
  readonly etag?: string;
  readonly versionId?: string;
  /** 16 hex digits that grow with every change of the bucket. */
  readonly sequencer: string;
  /** ISO. */
  readonly time: string;
}

/** A lifecycle rule: what goes after so many days. */
export interface Expiry {
  readonly prefix?: string;
  readonly tag?: { readonly key: string; readonly value: string };
  /** Current versions. */
  readonly days?: number;
  /** Versions that were replaced or deleted. */
  readonly noncurrentDays?: number;
}

/** A bucket as the template has it. */
export interface BucketSettings {
  readonly name: string;
  readonly versioned: boolean;
  /** The bucket's own policy. */
  readonly policy?: readonly Statement[];
  readonly abortIncompleteAfterDays?: number;
  readonly expire?: readonly Expiry[];
}
