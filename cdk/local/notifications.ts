import { ACCOUNT, REGION } from './place.ts';
import { queueNamed } from './queues.ts';
import type { BucketEvent } from './s3/index.ts';
import type { Resource } from './template.ts';

interface QueueConfiguration {
  readonly Event: string;
  readonly Queue: string;
  readonly Filter?: {
    readonly S3Key: { readonly Rules: readonly { readonly Name: string; readonly Value: string }[] };
  };
}

/** The queues that a bucket's event goes to, by the bucket's own statement of whom it tells what. */
export function queuesTold({ properties }: Resource, { event, key }: BucketEvent): string[] {
  const stated = properties['NotificationConfiguration'] as unknown as
    | { readonly QueueConfigurations?: readonly QueueConfiguration[] }
    | undefined;
  return (stated?.QueueConfigurations ?? [])
    .filter(({ Event, Filter }) => {
      const wanted = Event.replace(/^s3:/, '');
      const named = wanted.endsWith('*') ? event.startsWith(wanted.slice(0, -1)) : event === wanted;
      const rules = Filter?.S3Key.Rules ?? [];
      return (
        named &&
        rules.every(({ Name, Value }) =>
          Name.toLowerCase() === 'prefix' ? key.startsWith(Value) : key.endsWith(Value),
        )
      );
    })
    .map(({ Queue }) => queueNamed(Queue));
}

/** The message that a bucket sends: a space of the key is `+`, and what is beyond ASCII written by percent. */
export function notificationOf({ bucket, key, event, size, etag, versionId, sequencer, time }: BucketEvent): string {
  const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: REGION,
        eventTime: time,
        eventName: event,
        userIdentity: { principalId: ACCOUNT },
        s3: {
          s3SchemaVersion: '1.0',
          bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
          object: { key: encoded, size, eTag: etag, versionId, sequencer },
        },
      },
    ],
  });
}
