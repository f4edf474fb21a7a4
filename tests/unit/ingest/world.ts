import { setImmediate as breath } from 'node:timers/promises';
import { SignetError, sha256 } from '../../../lib/base/index.ts';
import type {
  Alteration,
  EventRow,
  PatientRow,
  Problem,
  SourceFacts,
  SourceRecords,
  SpecimenRow,
} from '../../../lib/cohort/index.ts';
import type {
  AttemptWriter,
  CohortName,
  Current,
  Head,
  IngestPorts,
  Manifest,
  ObjectState,
  Publication,
  Settled,
  SourceName,
} from '../../../lib/ingest/index.ts';
import { pseudonymsUnder } from '../../../lib/store/index.ts';

/** A message and how often it was handed out. */
export interface Message<T> {
  readonly body: T;
  delivery: number;
}

interface Stored extends SourceRecords {
  manifest: Manifest;
  problems: Problem[];
  patients: PatientRow[];
  specimens: SpecimenRow[];
  events: EventRow[];
  alterations: Alteration[];
  unreadable: { specimen: string; gene: string }[];
  facts: SourceFacts[];
}

type Call = readonly [port: string, method: string];

const text = (value: unknown): string => JSON.stringify(value);
const copy = <T>(value: T): T => structuredClone(value);

/**
 * Bucket, table and queues in memory, as consistent as the real ones and no more. Each call of a port may be held up, so that workers
 * interleave, or never come back, as when its worker dies.
 */
export class World {
  readonly cohort: CohortName = { site: 'a', cohort: 'liver' };
  readonly bucket = new Map<string, { readonly bytes: Uint8Array; readonly etag: string }>();
  readonly heads = new Map<string, Head>();
  readonly attempts = new Map<string, Stored>();
  readonly documents = new Map<string, { readonly body: Uint8Array; readonly modified: number; marked: boolean }>();
  readonly announced: Settled[] = [];
  readonly known = new Set<string>();
  current: Current | undefined;
  hints: Message<SourceName>[] = [];
  publications: Message<Publication>[] = [];
  clock = Date.parse('2026-01-01T00:00:00Z');
  named = new Set<string>();
  calls = 0;
  #versions = 0;

  /** As a user puts a file; the event is the caller's to send or lose. */
  put(key: string, content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.#versions += 1;
    this.bucket.set(key, { bytes, etag: `"${sha256(bytes).slice(0, 16)}"` });
  }

  delete(key: string): void {
    this.bucket.delete(key);
  }

  hint(key: string): void {
    this.hints.push({ body: { ...this.cohort, key }, delivery: 0 });
  }

  /** Ports of one worker: `pass` is asked before each call and may hold it up for ever. */
  ports(pass: (call: Call) => Promise<void> = () => Promise.resolve()): IngestPorts {
    const guarded = <T extends object>(port: string, methods: T): T => {
      const entries = Object.entries(methods).map(([method, work]) => [
        method,
        async (...args: unknown[]) => {
          this.calls += 1;
          await pass([port, method]);
          return (work as (...args: unknown[]) => unknown)(...args);
        },
      ]);
      return Object.fromEntries(entries) as T;
    };
    return {
      objects: {
        ...guarded('objects', {
          head: async ({ key }: SourceName): Promise<ObjectState | undefined> => {
            const object = this.bucket.get(key);
            return object && { etag: object.etag, bytes: object.bytes.length };
          },
          open: async ({ key }: SourceName, etag: string): Promise<AsyncIterable<Uint8Array>> => {
            const object = this.bucket.get(key);
            if (object?.etag !== etag) throw new SignetError('object-moved', 'moved');
            return chunks(object.bytes);
          },
          cohorts: async (): Promise<readonly string[]> => (this.bucket.size > 0 ? [this.cohort.cohort] : []),
        }),
        list: (cohort) => this.#list(cohort, pass),
      },
      heads: guarded('heads', {
        read: async ({ key }: SourceName) => copy(this.heads.get(key)),
        all: async () => [...this.heads.values()].sort((a, b) => (a.key < b.key ? -1 : 1)).map(copy),
        flip: async ({ key }: SourceName, n: number | undefined, head: Head) => {
          if (this.heads.get(key)?.n !== n) return false;
          this.heads.set(key, copy(head));
          return true;
        },
        addCohort: async ({ cohort }: CohortName) => void this.known.add(cohort),
        cohorts: async () => [...this.known],
      }),
      pointers: guarded('pointers', {
        read: async () => copy(this.current),
        flip: async (_: CohortName, n: number | undefined, current: Current) => {
          if (this.current?.n !== n) return false;
          this.current = copy(current);
          return true;
        },
      }),
      attempts: guarded('attempts', {
        begin: async ({ key }: SourceName, attempt: string) => this.#begin(key, attempt, pass),
        records: async (_: CohortName, attempt: string) => {
          const { patients, specimens, events, alterations, unreadable, facts } = this.#whole(attempt);
          return copy({ patients, specimens, events, alterations, unreadable, facts });
        },
        problems: async (_: CohortName, attempt: string) => copy(this.#whole(attempt).problems),
        manifests: async () => [...this.attempts.values()].map(({ manifest }) => copy(manifest)),
        remove: async (_: CohortName, attempt: string) => void this.attempts.delete(attempt),
      }),
      documents: {
        ...guarded('documents', {
          get: async (_: CohortName, name: string) => this.documents.get(name)?.body,
          put: async (_: CohortName, name: string, body: string | Uint8Array) => {
            const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
            this.documents.set(name, { body: bytes, modified: this.clock, marked: false });
          },
          markUnreferenced: async (_: CohortName, name: string) => {
            const document = this.documents.get(name);
            if (document) document.marked = true;
          },
          keep: async (_: CohortName, name: string) => {
            const document = this.documents.get(name);
            if (document) document.marked = false;
          },
        }),
        list: (_, prefix) => this.#listDocuments(prefix),
      },
      references: guarded('references', { named: async () => this.named }),
      messages: guarded('messages', {
        hint: async (source: SourceName) => void this.hints.push({ body: source, delivery: 0 }),
        publish: async (publication: Publication) => void this.publications.push({ body: publication, delivery: 0 }),
      }),
      announcements: guarded('announcements', { settled: async (event: Settled) => void this.announced.push(event) }),
      pseudonyms: { of: () => Promise.resolve(pseudonymsUnder(new Uint8Array(32))) },
      now: () => this.clock,
    };
  }

  async *#list(_: CohortName, pass: (call: Call) => Promise<void>) {
    await pass(['objects', 'list']);
    yield [...this.bucket].map(([key, { etag, bytes }]) => ({ key, etag, bytes: bytes.length }));
  }

  async *#listDocuments(prefix: string) {
    yield [...this.documents]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { modified }]) => ({ name, modified }));
  }

  #whole(attempt: string): Stored {
    const stored = this.attempts.get(attempt);
    if (!stored?.manifest.items) throw new SignetError('attempt-swept', 'swept');
    return stored;
  }

  #begin(key: string, attempt: string, pass: (call: Call) => Promise<void>): AttemptWriter {
    const stored: Stored = {
      manifest: { attempt, key, shards: 1, started: '' },
      problems: [],
      patients: [],
      specimens: [],
      events: [],
      alterations: [],
      unreadable: [],
      facts: [],
    };
    this.attempts.set(attempt, stored);
    const step = (method: string) => pass(['attempt', method]);
    return {
      patients: async (rows) => {
        await step('patients');
        stored.patients.push(...rows);
      },
      specimens: async (rows) => {
        await step('specimens');
        stored.specimens.push(...rows);
      },
      events: async (rows) => {
        await step('events');
        stored.events.push(...rows);
      },
      alterations: async (rows, unreadable) => {
        await step('alterations');
        stored.alterations.push(...rows);
        stored.unreadable.push(...unreadable);
      },
      facts: async (facts) => {
        await step('facts');
        stored.facts.push(facts);
      },
      problems: async (problems) => {
        await step('problems');
        stored.problems.push(...problems);
      },
      complete: async () => {
        await step('complete');
        const counts = {
          patients: new Set(stored.patients.map(({ patient }) => patient)).size,
          specimens: new Set(stored.specimens.map(({ specimen }) => specimen)).size,
          alterations: stored.alterations.length,
          problems: stored.problems.length,
        };
        stored.manifest = { ...stored.manifest, items: [0], counts };
        return counts;
      },
    };
  }

  /** What the table says of the bucket, without a name, a counter or a clock in it: equal for equal buckets. */
  table(): unknown {
    const heads = [...this.heads.values()].filter(({ looked }) => looked.verdict !== 'deleted');
    return heads
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ key, looked: { attempt: _, ...looked }, inForce }) => ({
        key,
        looked: JSON.parse(text(looked)) as unknown,
        inForce: inForce && { ...inForce, attempt: undefined, records: this.#recordsOf(inForce.attempt) },
      }));
  }

  #recordsOf(attempt: string): unknown {
    const { patients, specimens, events, alterations, unreadable, facts } = this.#whole(attempt);
    return { patients, specimens, events, alterations, unreadable, facts };
  }
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 64) yield bytes.subarray(from, from + 64);
}

/** A worker under way. */
interface Task {
  readonly name: string;
  readonly done: Promise<void>;
  /** Lets its next calls pass, the longest waiting first: a worker may have several under way. */
  readonly held: (() => void)[];
  ended: boolean;
}

/**
 * Lets many workers run one call at a time, the next chosen by `choose`; or kills one at its next call: what it would have done after
 * never happens.
 */
export class Crew {
  readonly #tasks: Task[] = [];
  failures: unknown[] = [];

  get busy(): number {
    return this.#tasks.length;
  }

  /** Starts a worker: `work` is given the gate that its ports ask before each call. */
  start(name: string, work: (pass: () => Promise<void>) => Promise<unknown>): void {
    const held: (() => void)[] = [];
    const pass = () => new Promise<void>((resolve) => void held.push(resolve));
    const task: { -readonly [K in keyof Task]: Task[K] } = { name, held, ended: false, done: Promise.resolve() };
    task.done = work(pass)
      .then(
        () => {},
        (error: unknown) => void this.failures.push(error),
      )
      .finally(() => {
        task.ended = true;
      });
    this.#tasks.push(task);
  }

  /** One call of one worker; false when nobody is at work. */
  async step(choose: (workers: number) => number): Promise<boolean> {
    const ready = await this.#ready();
    const task = ready[choose(ready.length)];
    if (!task) return false;
    task.held.shift()?.();
    await this.#ready();
    return true;
  }

  /** One worker dies before its next call; gives its name. */
  async kill(choose: (workers: number) => number): Promise<string | undefined> {
    const ready = await this.#ready();
    const task = ready[choose(ready.length)];
    if (task) this.#tasks.splice(this.#tasks.indexOf(task), 1);
    return task?.name;
  }

  /** Waits until each worker stands at a call or has ended. */
  async #ready(): Promise<Task[]> {
    for (;;) {
      for (const task of [...this.#tasks]) if (task.ended) this.#tasks.splice(this.#tasks.indexOf(task), 1);
      if (this.#tasks.every(({ held }) => held.length > 0)) return [...this.#tasks];
      await breath();
    }
  }
}
