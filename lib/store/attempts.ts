import { SignetError } from '../base/index.ts';
import type {
  Alteration,
  EventRow,
  PatientRow,
  Problem,
  SourceFacts,
  SourceRecords,
  SpecimenRow,
  UnreadableGene,
} from '../cohort/index.ts';
import type { Attempts, AttemptWriter, CohortName, Counts, Manifest, SourceName } from '../ingest/ports.ts';
import type { Clients } from './clients.ts';
import { partition, SORT_PREFIX, shardOf, sort } from './keys.ts';
import { AlterationPacker, type Chunk, type PackedChunk, pack, unpack, unpackChunk } from './packing.ts';
import { type Item, type KeyedItem, Table } from './table.ts';

const MOST_SHARDS = 16;

/** A partition takes 1,000 units a second: a file of a few megabytes writes as much in that time. */
const BYTES_A_SHARD = 4_000_000;

/** A patient's dated rows of one table in one item. */
const EVENTS_A_CHUNK = 500;

const BATCH = 25;
const BATCHES_UNDER_WAY = 6;

function shardsFor(bytes: number): number {
  return Math.min(MOST_SHARDS, 1 + Math.floor(bytes / BYTES_A_SHARD));
}

function swept(): SignetError {
  return new SignetError('attempt-swept', 'the records were swept while they were read');
}

/** Rows by a key, in the order given. */
function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

function byLine(a: { readonly line: number }, b: { readonly line: number }): number {
  return a.line - b.line;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sends items in batches, several at once, and makes the producer wait when more are under way. */
class Sink {
  readonly #table: Table;
  readonly #underWay = new Set<Promise<void>>();
  #batch: KeyedItem[] = [];
  #failure: unknown;

  constructor(table: Table) {
    this.#table = table;
  }

  async put(item: KeyedItem): Promise<void> {
    this.#batch.push(item);
    if (this.#batch.length === BATCH) await this.#send();
  }

  async flush(): Promise<void> {
    if (this.#batch.length > 0) await this.#send();
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #send(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const batch = this.#batch;
    this.#batch = [];
    const sent = this.#table
      .writeAll(batch)
      .catch((error: unknown) => {
        this.#failure ??= error; // told to the next who hands something over
      })
      .finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
    if (this.#underWay.size >= BATCHES_UNDER_WAY) await Promise.race(this.#underWay);
  }
}

class TableAttemptWriter implements AttemptWriter {
  readonly #table: Table;
  readonly #source: SourceName;
  readonly #manifest: Manifest;
  readonly #sink: Sink;
  readonly #items: number[];
  readonly #packer = new AlterationPacker();
  readonly #chunks = new Map<string, number>();
  #facts = 0;
  readonly #counts: { -readonly [Kind in keyof Counts]: Counts[Kind] } = {
    patients: 0,
    specimens: 0,
    alterations: 0,
    problems: 0,
  };

  constructor(table: Table, source: SourceName, manifest: Manifest) {
    this.#table = table;
    this.#source = source;
    this.#manifest = manifest;
    this.#sink = new Sink(table);
    this.#items = new Array<number>(manifest.shards).fill(0);
  }

  async patients(rows: readonly PatientRow[]): Promise<void> {
    for (const [patient, of] of grouped(rows, (row) => row.patient)) {
      this.#counts.patients += 1;
      await this.#put(shardOf(patient, this.#manifest.shards), sort.patient(patient), pack(of));
    }
  }

  async specimens(rows: readonly SpecimenRow[]): Promise<void> {
    for (const [specimen, of] of grouped(rows, (row) => row.specimen)) {
      this.#counts.specimens += 1;
      await this.#put(shardOf(specimen, this.#manifest.shards), sort.specimen(specimen), pack(of));
    }
  }

  async events(rows: readonly EventRow[]): Promise<void> {
    for (const [patient, of] of grouped(rows, (row) => row.patient))
      for (const [table, ofTable] of grouped(of, (row) => row.table))
        for (let chunk = 0; chunk * EVENTS_A_CHUNK < ofTable.length; chunk += 1) {
          const some = ofTable.slice(chunk * EVENTS_A_CHUNK, (chunk + 1) * EVENTS_A_CHUNK);
          const shard = shardOf(patient, this.#manifest.shards);
          await this.#put(shard, sort.events(patient, table, chunk), pack(some));
        }
    if (rows.length > 0) this.#counts.events = (this.#counts.events ?? 0) + rows.length;
  }

  async alterations(rows: readonly Alteration[], unreadable: readonly UnreadableGene[]): Promise<void> {
    this.#counts.alterations += rows.length;
    for (const chunk of this.#packer.add(rows, unreadable)) await this.#chunk(chunk);
  }

  async facts(facts: SourceFacts): Promise<void> {
    const number = this.#facts;
    this.#facts += 1;
    await this.#put(number % this.#manifest.shards, sort.facts(number), pack(facts));
  }

  async problems(problems: readonly Problem[]): Promise<void> {
    for (const problem of problems) {
      const number = this.#counts.problems;
      this.#counts.problems += 1;
      await this.#put(number % this.#manifest.shards, sort.problem(number), pack(problem));
    }
  }

  async complete(): Promise<Counts> {
    for (const chunk of this.#packer.finish()) await this.#chunk(chunk);
    await this.#sink.flush();
    await this.#table.put(manifestItem(this.#source, { ...this.#manifest, items: this.#items, counts: this.#counts }));
    return this.#counts;
  }

  async #chunk({ specimen, body }: PackedChunk): Promise<void> {
    const number = this.#chunks.get(specimen) ?? 0;
    this.#chunks.set(specimen, number + 1);
    await this.#put(shardOf(specimen, this.#manifest.shards), sort.alterations(specimen, number), body);
  }

  async #put(shard: number, SK: string, body: string | Uint8Array): Promise<void> {
    this.#items[shard]! += 1;
    await this.#sink.put({ PK: partition.records(this.#source.site, this.#manifest.attempt, shard), SK, body });
  }
}

function manifestItem(cohort: CohortName, manifest: Manifest): KeyedItem {
  const { counts, ...rest } = manifest;
  return {
    PK: partition.cohort(cohort),
    SK: sort.attempt(manifest.attempt),
    ...rest,
    ...(counts && { counts: { ...counts } }),
  };
}

function manifestOf(item: Item): Manifest {
  const { PK: _, SK: __, ...manifest } = item;
  return manifest as unknown as Manifest;
}

/** Attempts in the table: a manifest beside the heads, records in partitions of their own. */
export class TableAttempts implements Attempts {
  readonly #clients: Clients;
  readonly #name: string;

  constructor(clients: Clients, table: string) {
    this.#clients = clients;
    this.#name = table;
  }

  #table({ site }: CohortName): Table {
    return new Table(this.#clients.of(site).table, this.#name);
  }

  async begin(source: SourceName, attempt: string, bytes: number): Promise<AttemptWriter> {
    const table = this.#table(source);
    const manifest: Manifest = {
      attempt,
      key: source.key,
      shards: shardsFor(bytes),
      started: new Date().toISOString(),
    };
    await table.put(manifestItem(source, manifest));
    return new TableAttemptWriter(table, source, manifest);
  }

  async records(cohort: CohortName, attempt: string): Promise<SourceRecords> {
    const { shards, items = [] } = await this.#manifest(cohort, attempt);
    const patients: PatientRow[] = [];
    const specimens: SpecimenRow[] = [];
    const events: EventRow[] = [];
    const alterations: Alteration[] = [];
    const unreadable: UnreadableGene[] = [];
    const facts: (readonly [SK: string, facts: SourceFacts])[] = [];
    const take = ({ SK, body }: Item): void => {
      const name = String(SK);
      if (name.startsWith(SORT_PREFIX.patient)) for (const row of unpack(body) as PatientRow[]) patients.push(row);
      else if (name.startsWith(SORT_PREFIX.specimen))
        for (const row of unpack(body) as SpecimenRow[]) specimens.push(row);
      else if (name.startsWith(SORT_PREFIX.events)) for (const row of unpack(body) as EventRow[]) events.push(row);
      else if (name.startsWith(SORT_PREFIX.facts)) facts.push([name, unpack(body) as SourceFacts]);
      else if (name.startsWith(SORT_PREFIX.alterations)) {
        const chunk = unpackChunk(specimenIn(name), body);
        for (const row of chunk.alterations) alterations.push(row);
        for (const gene of chunk.unreadable) unreadable.push(gene);
      }
    };
    await Promise.all(
      Array.from({ length: shards }, async (_, shard) => {
        let found = 0;
        for await (const page of this.#table(cohort).pages({ PK: partition.records(cohort.site, attempt, shard) })) {
          found += page.length;
          page.forEach(take);
        }
        if (found !== items[shard]) throw swept();
      }),
    );
    return {
      patients: patients.sort(byLine),
      specimens: specimens.sort(byLine),
      ...(events.length > 0 && { events: events.sort(byLine) }),
      alterations: alterations.sort(byLine),
      unreadable: unreadable.sort((a, b) => byText(a.specimen, b.specimen) || byText(a.gene, b.gene)),
      ...(facts.length > 0 && { facts: facts.sort(([a], [b]) => byText(a, b)).map(([, fact]) => fact) }),
    };
  }

  async problems(cohort: CohortName, attempt: string): Promise<readonly Problem[]> {
    const { shards, counts } = await this.#manifest(cohort, attempt);
    const shardsItems = await Promise.all(
      Array.from({ length: shards }, (_, shard) =>
        this.#table(cohort).all({ PK: partition.records(cohort.site, attempt, shard), prefix: SORT_PREFIX.problem }),
      ),
    );
    const items = shardsItems.flat().sort((a, b) => byText(String(a['SK']), String(b['SK'])));
    if (items.length !== counts?.problems) throw swept();
    return items.map(({ body }) => unpack(body) as Problem);
  }

  /** The rows that an attempt has of a patient, from the one partition that her key names. */
  async patient(cohort: CohortName, attempt: string, patient: string): Promise<readonly PatientRow[]> {
    return (await this.#one(cohort, attempt, patient, sort.patient(patient))) as readonly PatientRow[];
  }

  /** The dated rows that an attempt has of a patient, in the file's order. */
  async events(cohort: CohortName, attempt: string, patient: string): Promise<readonly EventRow[]> {
    const { shards } = await this.#manifest(cohort, attempt);
    const PK = partition.records(cohort.site, attempt, shardOf(patient, shards));
    const items = await this.#table(cohort).all({ PK, prefix: sort.eventsOf(patient) });
    await this.#manifest(cohort, attempt);
    return items.flatMap(({ body }) => unpack(body) as readonly EventRow[]).sort(byLine);
  }

  /** The rows that an attempt has of a specimen. */
  async specimen(cohort: CohortName, attempt: string, specimen: string): Promise<readonly SpecimenRow[]> {
    return (await this.#one(cohort, attempt, specimen, sort.specimen(specimen))) as readonly SpecimenRow[];
  }

  /** The alterations that an attempt has of a specimen, in the file's order. */
  async alterationsOf(cohort: CohortName, attempt: string, specimen: string): Promise<Chunk> {
    const { shards } = await this.#manifest(cohort, attempt);
    const PK = partition.records(cohort.site, attempt, shardOf(specimen, shards));
    const items = await this.#table(cohort).all({ PK, prefix: sort.alterationsOf(specimen) });
    await this.#manifest(cohort, attempt);
    const chunks = items.map(({ body }) => unpackChunk(specimen, body));
    return {
      alterations: chunks.flatMap((chunk) => chunk.alterations).sort(byLine),
      unreadable: chunks.flatMap((chunk) => chunk.unreadable).sort((a, b) => byText(a.gene, b.gene)),
    };
  }

  async manifests(cohort: CohortName): Promise<readonly Manifest[]> {
    const items = await this.#table(cohort).all({ PK: partition.cohort(cohort), prefix: SORT_PREFIX.attempt });
    return items.map(manifestOf);
  }

  async remove(cohort: CohortName, attempt: string): Promise<void> {
    const table = this.#table(cohort);
    const key = { PK: partition.cohort(cohort), SK: sort.attempt(attempt) };
    const item = await table.get(key);
    if (!item) return;
    // Said before the first record goes: who reads one record can't count, and looks here afterwards.
    await table.put({ ...item, ...key, swept: true });
    await Promise.all(
      Array.from({ length: manifestOf(item).shards }, async (_, shard) => {
        const range = { PK: partition.records(cohort.site, attempt, shard), attributes: ['PK', 'SK'] };
        for await (const page of table.pages(range))
          await table.deleteAll(page.map(({ PK, SK }) => ({ PK: String(PK), SK: String(SK) })));
      }),
    );
    await table.delete(key);
  }

  async #one(cohort: CohortName, attempt: string, key: string, SK: string): Promise<readonly unknown[]> {
    const { shards } = await this.#manifest(cohort, attempt);
    const item = await this.#table(cohort).get({
      PK: partition.records(cohort.site, attempt, shardOf(key, shards)),
      SK,
    });
    if (item) return unpack(item['body']) as readonly unknown[];
    await this.#manifest(cohort, attempt); // absent, or swept?
    return [];
  }

  /** The completed manifest of an attempt that isn't being swept. */
  async #manifest(cohort: CohortName, attempt: string): Promise<Manifest> {
    const item = await this.#table(cohort).get({ PK: partition.cohort(cohort), SK: sort.attempt(attempt) });
    const manifest = item && manifestOf(item);
    if (!manifest?.items || manifest.swept) throw swept();
    return manifest;
  }
}

/** The specimen in `ALT#{specimen}#{chunk}`. */
function specimenIn(SK: string): string {
  return SK.slice(SORT_PREFIX.alterations.length, SK.lastIndexOf('#'));
}
