import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { isSignetError, ulid } from '../base/index.ts';
import type { Messages, Publication, SourceName } from '../ingest/ports.ts';
import type { Clients } from './clients.ts';
import { isName, objectKeyOf, sourceOf } from './keys.ts';

/** What a message of the hint queue named. */
export interface Hints {
  readonly sources: readonly SourceName[];
  /** Objects whose key is refused: nothing is ever made of them. */
  readonly refused: number;
}

/** A message's body as JSON; undefined where it is none. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Notifications write a space as `+` and everything beyond ASCII by percent. */
function objectKeyIn(record: unknown): string | undefined {
  const key = (record as { s3?: { object?: { key?: unknown } } } | null)?.s3?.object?.key;
  if (typeof key !== 'string') return undefined;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** The keys of the objects that a bucket's message is about, undefined where one can't be read. A body without records (`s3:TestEvent`) has none. */
export function objectKeysIn(body: string): readonly (string | undefined)[] {
  const records = (parsed(body) as { Records?: unknown } | null | undefined)?.Records;
  return Array.isArray(records) ? records.map(objectKeyIn) : [];
}

/**
 * The sources that a message of the hint queue names; nothing else in it is believed, not even which bucket it is about.
 * A body without records (`s3:TestEvent`) names none.
 */
export function hintsIn(body: string): Hints {
  const sources = new Map<string, SourceName>();
  let refused = 0;
  for (const objectKey of objectKeysIn(body)) {
    try {
      if (objectKey === undefined) refused += 1;
      else sources.set(objectKey, sourceOf(objectKey));
    } catch (error) {
      if (!isSignetError(error, 'refused-key')) throw error;
      refused += 1;
    }
  }
  return { sources: [...sources.values()], refused };
}

/** The publication that a message tells of; undefined where it is none. */
export function publicationIn(body: string): Publication | undefined {
  const { site, cohort, source, counter, fold } = (parsed(body) ?? {}) as Partial<Record<keyof Publication, unknown>>;
  if (typeof site !== 'string' || !isName(site) || typeof cohort !== 'string' || !isName(cohort)) return undefined;
  return {
    site,
    cohort,
    source: typeof source === 'string' ? source : null,
    counter: typeof counter === 'number' ? counter : 0,
    fold: fold === true,
  };
}

/** Where messages go. Each function knows only the queues that it needs. */
export interface QueueAddresses {
  readonly hints?: string | undefined;
  readonly publications?: string | undefined;
  /** Hints name the bucket, as its own events do. */
  readonly sources: string;
}

/** The two queues of ingestion. */
export class IngestMessages implements Messages {
  readonly #clients: Clients;
  readonly #addresses: QueueAddresses;

  constructor(clients: Clients, addresses: QueueAddresses) {
    this.#clients = clients;
    this.#addresses = addresses;
  }

  async hint(source: SourceName, delaySeconds = 0): Promise<void> {
    const key = encodeURIComponent(objectKeyOf(source)).replaceAll('%20', '+').replaceAll('%2F', '/');
    const body = {
      Records: [
        {
          eventSource: 'signet',
          eventName: 'Hint',
          s3: { bucket: { name: this.#addresses.sources }, object: { key } },
        },
      ],
    };
    await this.#clients.queues.send(
      new SendMessageCommand({
        QueueUrl: this.#addresses.hints,
        MessageBody: JSON.stringify(body),
        DelaySeconds: delaySeconds,
      }),
    );
  }

  async publish(publication: Publication): Promise<void> {
    await this.#clients.queues.send(
      new SendMessageCommand({
        QueueUrl: this.#addresses.publications,
        MessageBody: JSON.stringify(publication),
        MessageGroupId: `${publication.site}/${publication.cohort}`,
        // Never folded by the queue: an older message with the same text may be the one whose work is already under way.
        MessageDeduplicationId: ulid(),
      }),
    );
  }
}
