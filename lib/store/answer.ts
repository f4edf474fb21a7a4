import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type {
  AnswerPorts,
  CohortName,
  Cohorts,
  Documents,
  Failure,
  Job,
  Pointer,
  ResultItem,
  Results,
  SourceState,
} from '../answer/ports.ts';
import type { Head, Listing } from '../ingest/ports.ts';
import { isAbsence } from './absence.ts';
import { TableAttempts } from './attempts.ts';
import type { Clients } from './clients.ts';
import { DerivedDocuments } from './documents.ts';
import { CohortPointers, SourceHeads } from './heads.ts';
import { documentKeyOf, isName, partition, SORT_PREFIX, sort } from './keys.ts';
import { SourceObjects } from './objects.ts';
import { SitePseudonyms } from './pseudonyms.ts';
import { type Item, type ItemValue, Table } from './table.ts';
import { type Environment, setting, wireClients } from './wire.ts';

/** How long a presigned address is good for. */
const LINK_SECONDS = 900;

function stateOf({ key, looked, inForce, at }: Head): SourceState {
  const { verdict, reason, holds, bytes, sha256, etag, counts, attempt } = looked;
  return {
    key,
    verdict,
    ...(reason !== undefined && { reason }),
    ...(holds !== undefined && { holds }),
    ...(bytes !== undefined && { bytes }),
    ...(sha256 !== undefined && { sha256 }),
    ...(etag !== undefined && { etag }),
    counts,
    ...(attempt !== undefined && { attempt }),
    ...(inForce && { inForce: { attempt: inForce.attempt, counts: inForce.counts } }),
    at,
  };
}

/** Cohorts as questions see them. */
class StoredCohorts implements Cohorts {
  readonly #clients: Clients;
  readonly #name: string;
  readonly #heads: SourceHeads;
  readonly #pointers: CohortPointers;
  readonly #documents: DerivedDocuments;
  readonly #pseudonyms: SitePseudonyms;

  constructor(clients: Clients, table: string, derived: string) {
    this.#clients = clients;
    this.#name = table;
    this.#heads = new SourceHeads(clients, table);
    this.#pointers = new CohortPointers(clients, table);
    this.#documents = new DerivedDocuments(clients, derived);
    this.#pseudonyms = new SitePseudonyms(clients);
  }

  async list(site: string): Promise<readonly string[]> {
    return this.#heads.cohorts(site);
  }

  async exists({ site, cohort }: CohortName): Promise<boolean> {
    const table = new Table(this.#clients.of(site).table, this.#name);
    return (await table.get({ PK: partition.cohorts(site), SK: sort.cohort(cohort) })) !== undefined;
  }

  async pointer(cohort: CohortName): Promise<Pointer | undefined> {
    return this.#pointers.read(cohort);
  }

  async sources(cohort: CohortName): Promise<readonly SourceState[]> {
    return (await this.#heads.all(cohort)).map(stateOf);
  }

  async listed(cohort: CohortName, listing: string): Promise<Listing['sources']> {
    const document = (await this.#documents.getJson(cohort, `listings/${listing}.json`)) as Listing | undefined;
    return document?.sources ?? [];
  }

  async sourceIds(site: string, keys: readonly string[]): Promise<readonly string[]> {
    if (keys.length === 0) return [];
    const pseudonym = await this.#pseudonyms.of(site);
    return keys.map((key) => pseudonym('source', key));
  }
}

function resultOf(item: Item): ResultItem {
  const { PK: _, SK: __, ...result } = item;
  return result as unknown as ResultItem;
}

const WORDS = { '#state': 'state', '#at': 'at' } as const;

/** Items of questions: `RESULT#{id}` in the cohort's partition. */
export class StoredResults implements Results {
  readonly #clients: Clients;
  readonly #name: string;

  constructor(clients: Clients, table: string) {
    this.#clients = clients;
    this.#name = table;
  }

  #table({ site }: CohortName): Table {
    return new Table(this.#clients.of(site).table, this.#name);
  }

  #key(cohort: CohortName, id: string): { readonly PK: string; readonly SK: string } {
    return { PK: partition.cohort(cohort), SK: sort.result(id) };
  }

  async read(cohort: CohortName, id: string): Promise<ResultItem | undefined> {
    const item = await this.#table(cohort).get(this.#key(cohort, id));
    return item && resultOf(item);
  }

  async list(cohort: CohortName): Promise<readonly ResultItem[]> {
    const items = await this.#table(cohort).all({ PK: partition.cohort(cohort), prefix: SORT_PREFIX.result });
    return items.map(resultOf).sort((a, b) => (a.made < b.made ? 1 : -1));
  }

  async start(cohort: CohortName, item: ResultItem, stale: string): Promise<boolean> {
    return this.#table(cohort).put(
      { ...(item as unknown as Item), ...this.#key(cohort, item.id) },
      {
        expression: 'attribute_not_exists(PK) OR #state <> :waiting OR #at < :stale',
        names: WORDS,
        values: { ':waiting': 'waiting', ':stale': stale },
      },
    );
  }

  async progress(cohort: CohortName, id: string, stage: string, fraction: number, at: string): Promise<boolean> {
    return this.#table(cohort).update(
      this.#key(cohort, id),
      'SET #stage = :stage, #fraction = :fraction, #at = :at',
      {
        names: { ...WORDS, '#stage': 'stage', '#fraction': 'fraction' },
        values: { ':stage': stage, ':fraction': fraction, ':at': at, ':stopped': 'stopped', ':withdrawn': 'withdrawn' },
      },
      'attribute_exists(PK) AND #state <> :stopped AND #state <> :withdrawn',
    );
  }

  async done(cohort: CohortName, id: string, at: string): Promise<void> {
    await this.#table(cohort).update(
      this.#key(cohort, id),
      'SET #state = :done, #stage = :done, #fraction = :whole, #at = :at REMOVE #failure',
      {
        names: { ...WORDS, '#stage': 'stage', '#fraction': 'fraction', '#failure': 'failure' },
        values: { ':done': 'done', ':whole': 1, ':at': at, ':withdrawn': 'withdrawn' },
      },
      'attribute_exists(PK) AND #state <> :withdrawn',
    );
  }

  async stop(cohort: CohortName, id: string, at: string): Promise<boolean> {
    return this.#table(cohort).update(
      this.#key(cohort, id),
      'SET #state = :stopped, #at = :at',
      { names: WORDS, values: { ':stopped': 'stopped', ':waiting': 'waiting', ':at': at } },
      '#state = :waiting',
    );
  }

  /** Marks a result as withdrawn, whatever it was; its request, which may name a value, goes. */
  async withdraw(cohort: CohortName, id: string, at: string): Promise<void> {
    await this.#table(cohort).update(
      this.#key(cohort, id),
      'SET #state = :withdrawn, #at = :at, #request = :none REMOVE #failure',
      {
        names: { ...WORDS, '#request': 'request', '#failure': 'failure' },
        values: { ':withdrawn': 'withdrawn', ':at': at, ':none': {} },
      },
      'attribute_exists(PK)',
    );
  }

  async fail(cohort: CohortName, id: string, failure: Failure, at: string): Promise<void> {
    await this.#table(cohort).update(
      this.#key(cohort, id),
      'SET #state = :failed, #failure = :failure, #at = :at',
      {
        names: { ...WORDS, '#failure': 'failure' },
        values: {
          ':failed': 'failed',
          ':failure': { ...failure, place: { ...failure.place } } as ItemValue,
          ':at': at,
          ':stopped': 'stopped',
          ':done': 'done',
          ':withdrawn': 'withdrawn',
        },
      },
      'attribute_exists(PK) AND #state <> :stopped AND #state <> :done AND #state <> :withdrawn',
    );
  }
}

/** The derived bucket, with addresses for what is too large for a reply. */
class LinkedDocuments extends DerivedDocuments implements Documents {
  readonly #clients: Clients;
  readonly #bucket: string;

  constructor(clients: Clients, bucket: string) {
    super(clients, bucket);
    this.#clients = clients;
    this.#bucket = bucket;
  }

  async size(cohort: CohortName, name: string): Promise<number | undefined> {
    const { objects } = this.#clients.of(cohort.site);
    const address = { Bucket: this.#bucket, Key: documentKeyOf(cohort, name) };
    try {
      return (await objects.send(new HeadObjectCommand(address))).ContentLength ?? 0;
    } catch (error) {
      if (await isAbsence(objects, address, error)) return undefined;
      throw error;
    }
  }

  async link(cohort: CohortName, name: string, type: string): Promise<string> {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: documentKeyOf(cohort, name),
      ResponseContentType: type,
      ResponseCacheControl: 'private, no-store',
    });
    return getSignedUrl(this.#clients.of(cohort.site).objects, command, { expiresIn: LINK_SECONDS });
  }
}

function jobIn(job: unknown): Job | undefined {
  const { kind, source } = (job ?? {}) as Readonly<Record<string, unknown>>;
  if (kind === 'proposal') return { kind };
  if (kind === 'study') return { kind };
  return kind === 'annotated' && typeof source === 'string' ? { kind, source } : undefined;
}

/** The question that a message of the queue names, or the job; undefined where it is none. */
export function questionIn(body: string): (CohortName & { readonly id: string; readonly job?: Job }) | undefined {
  try {
    const { site, cohort, id, job } = (JSON.parse(body) ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof site !== 'string' || typeof cohort !== 'string' || typeof id !== 'string') return undefined;
    const named = jobIn(job);
    if (job !== undefined && !named) return undefined;
    return isName(site) && isName(cohort) ? { site, cohort, id, ...(named && { job: named }) } : undefined;
  } catch {
    return undefined;
  }
}

/** Counts a site's requests of this minute, and says how many they are. The items go by themselves. */
export function requestCounter(clients: Clients, environment: Environment): (site: string) => Promise<number> {
  const name = setting(environment, 'SIGNET_TABLE');
  return async (site) => {
    const now = Date.now();
    const minute = new Date(now).toISOString().replace(/\D/g, '').slice(0, 12);
    const { n } = await new Table(clients.of(site).table, name).updated(
      { PK: partition.limits(site), SK: sort.minute(minute) },
      'SET #n = if_not_exists(#n, :zero) + :one, #ttl = :ttl',
      { names: { '#n': 'n', '#ttl': 'ttl' }, values: { ':zero': 0, ':one': 1, ':ttl': Math.floor(now / 1000) + 3600 } },
    );
    return Number(n);
  };
}

/** The ports of a question on DynamoDB, S3 and SQS. */
export function wireAnswer(environment: Environment, clients: Clients = wireClients(environment)): AnswerPorts {
  const table = setting(environment, 'SIGNET_TABLE');
  const derived = setting(environment, 'SIGNET_DERIVED');
  return {
    cohorts: new StoredCohorts(clients, table, derived),
    results: new StoredResults(clients, table),
    documents: new LinkedDocuments(clients, derived),
    records: new TableAttempts(clients, table),
    questions: {
      async send({ site, cohort, id, job }) {
        await clients.queues.send(
          new SendMessageCommand({
            QueueUrl: setting(environment, 'SIGNET_QUESTIONS'),
            MessageBody: JSON.stringify({ site, cohort, id, ...(job && { job }) }),
          }),
        );
      },
    },
    sources: new SourceObjects(clients, setting(environment, 'SIGNET_SOURCES')),
    now: Date.now,
    pause: (milliseconds) => pause(milliseconds),
  };
}
