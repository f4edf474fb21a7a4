import { isSignetError, SignetError, ulid } from '../base/index.ts';
import { buildFrame, FRAME_TABLES } from '../cohort/index.ts';
import { writeParquet } from '../formats/index.ts';
import { aidsOf } from './aids.ts';
import { LAST_DELIVERY } from './converge.ts';
import {
  DEFINITION_KEY,
  type Definitions,
  type InForceDefinition,
  readOtherwise,
  standingReading,
  UNMAPPED,
} from './definition.ts';
import type { CohortName, Current, Head, IngestPorts, Listing, Publication } from './ports.ts';
import { answering, documentName, frameDigest, listingOf, revisionDigest, revisionOf } from './revision.ts';
import { differences } from './waiting.ts';

const MOST_ROUNDS = 10;

/** Sources read at once while a frame is built. */
const READ_AT_ONCE = 8;

/**
 * A source that comes with another reading than is asked for is told again only after this, so that two releases of Signet, one leaving
 * and one coming, don't keep each other busy. What a definition's flip tells goes at once: it is told once.
 */
const HINT_DELAY_SECONDS = 2;

const HOUR = 3_600_000;
const MOST_SUPERSEDED = 100;

/** What a publication came to. */
export interface Published {
  /** `folded`: the pointer covered it. `kept`: the definition asks for readings that aren't there yet. */
  readonly outcome: 'folded' | 'kept' | 'published';
  /** Hints sent to sources. */
  readonly hints: number;
  readonly sources: number;
  readonly waiting: number;
}

/** Reads in parallel, a few at a time, in order. */
async function inTurns<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

/** Makes a cohort's pointer follow its heads: the same step one level up. */
export class Publisher {
  readonly #ports: IngestPorts;
  readonly #definitions: Definitions;
  /** The last listing read: of a burst of hints all but the first find it here. Immutable, and asked for by name. */
  #listing: { readonly name: string; readonly listing: Listing } | undefined;

  constructor(ports: IngestPorts, definitions: Definitions) {
    this.#ports = ports;
    this.#definitions = definitions;
  }

  /** Publishes what the heads say, unless the pointer was already made from that or from later. */
  async publish(publication: Publication, { delivery = 1 }: { readonly delivery?: number } = {}): Promise<Published> {
    if (delivery >= LAST_DELIVERY) await this.#markFailed(publication);
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      const current = await this.#ports.pointers.read(publication); // the counter, before the truth
      if (current && !current.failed && (await this.#covers(current, publication)))
        return { outcome: 'folded', hints: 0, sources: current.sources, waiting: current.waiting };
      const heads = await this.#ports.heads.all(publication);
      const inForce = await this.#definitions.inForce(
        publication,
        heads.find(({ key }) => key === DEFINITION_KEY),
      );
      const aids = aidsOf(heads);
      const definition = inForce?.definition;
      const readings = new Map(heads.map((head) => [head.key, standingReading(definition, head, aids)]));
      const asked = (key: string): string => readings.get(key) ?? UNMAPPED;
      const differing = heads.filter((head) => readOtherwise(definition, head, aids));
      if (differing.length > 0) return this.#keep(publication, current, heads, differing);
      try {
        const [{ keys, listed }, made] = await Promise.all([
          differences(this.#ports.objects, publication, heads),
          inForce ? this.#make(publication, current, heads, inForce, asked) : {},
        ]);
        const published = await this.#flip(publication, current, heads, asked, {
          ...made,
          waiting: keys.length,
          sources: listed,
        });
        if (published) return published;
      } catch (error) {
        if (!isSignetError(error, 'attempt-swept')) throw error; // a source moved on long ago: from the start
      }
    }
    throw new SignetError('unsettled', 'the cohort changed each time it was looked at');
  }

  /** Folding: whether the pointer was made from this counter of the source, or from a later one. */
  async #covers(current: Current, { source, counter, fold, ...cohort }: Publication): Promise<boolean> {
    if (!fold || source === null) return false;
    const { sources } = await this.#listed(cohort, current.listing);
    return sources.some(({ key, n }) => key === source && n >= counter);
  }

  async #listed(cohort: CohortName, id: string): Promise<Listing> {
    const name = `${cohort.site}/${cohort.cohort}/${id}`;
    if (this.#listing?.name !== name) {
      const document = await this.#ports.documents.get(cohort, documentName.listing(id));
      // Without it nothing is covered: the next pointer brings its own.
      const listing = document ? (JSON.parse(new TextDecoder().decode(document)) as Listing) : { sources: [] };
      this.#listing = { name, listing };
    }
    return this.#listing.listing;
  }

  /** The pointer stays until every source was read as the definition asks; who comes with another reading is told to read again. */
  async #keep(
    { source, ...cohort }: Publication,
    current: Current | undefined,
    heads: readonly Head[],
    differing: readonly Head[],
  ): Promise<Published> {
    // What an aid says changes others, as the definition does.
    const byDefinition = source === DEFINITION_KEY || heads.some(({ key, aid }) => key === source && aid);
    const told = byDefinition ? differing : differing.filter(({ key }) => key === source);
    const delay = byDefinition ? 0 : HINT_DELAY_SECONDS;
    await inTurns(told, READ_AT_ONCE, ({ key }) =>
      this.#ports.messages.hint({ site: cohort.site, cohort: cohort.cohort, key }, delay),
    );
    const { keys, listed } = await differences(this.#ports.objects, cohort, heads);
    const waiting = new Set([...keys, ...differing.map(({ key }) => key)]).size;
    // The same revision and listing: a reader is only told what is on its way. Lost without harm.
    if (current && current.waiting !== waiting)
      await this.#ports.pointers.flip(cohort, current.n, {
        ...current,
        n: current.n + 1,
        waiting,
        sources: listed,
      });
    return { outcome: 'kept', hints: told.length, sources: listed, waiting };
  }

  /** Writes revision and frame, each by its digest, before anything names them. */
  async #make(
    cohort: CohortName,
    current: Current | undefined,
    heads: readonly Head[],
    { digest: definitionDigest, definition }: InForceDefinition,
    asked: (key: string) => string,
  ): Promise<Pick<Current, 'revision' | 'frame' | 'definition'>> {
    const document = revisionOf(definitionDigest, heads, asked);
    const revision = revisionDigest(document);
    const frame = frameDigest(revision);
    const made = { revision, frame, definition: definitionDigest };
    if (current?.revision === revision && current.frame === frame) return made; // written, and named all along
    const { documents, attempts } = this.#ports;
    const answer = heads.flatMap((head) => {
      const inForce = head.key === DEFINITION_KEY ? undefined : answering(head, asked(head.key));
      return inForce ? [{ key: head.key, attempt: inForce.attempt }] : [];
    });
    const sources = await inTurns(answer, READ_AT_ONCE, async ({ key, attempt }) => ({
      key,
      records: await attempts.records(cohort, attempt),
    }));
    const { tables, panels, apart, problems } = buildFrame(definition, sources);
    const beside: { readonly [name: string]: Readonly<Record<string, string>> } = {
      coverage: { panels: JSON.stringify(panels) },
      patients: { apart: JSON.stringify(apart) },
    };
    await Promise.all([
      ...FRAME_TABLES.map((name) => {
        const metadata = { frame, revision, ...beside[name] };
        const parquet = writeParquet(tables[name], metadata);
        return documents.put(
          cohort,
          documentName.frame(frame, `${name}.parquet`),
          parquet,
          'application/vnd.apache.parquet',
        );
      }),
      ...[...(tables.lists ?? [])].map(([name, table]) =>
        documents.put(
          cohort,
          documentName.frame(frame, `list.${name}.parquet`),
          writeParquet(table, { frame, revision }),
          'application/vnd.apache.parquet',
        ),
      ),
      documents.put(cohort, documentName.frame(frame, 'problems.json'), JSON.stringify(problems), 'application/json'),
      documents.put(cohort, documentName.revision(revision), JSON.stringify(document), 'application/json'),
    ]);
    return made;
  }

  /** The listing under a name of its own, then the pointer, on condition. */
  async #flip(
    { site, cohort }: Publication,
    current: Current | undefined,
    heads: readonly Head[],
    asked: (key: string) => string,
    made: Pick<Current, 'revision' | 'frame' | 'definition' | 'waiting' | 'sources'>,
  ): Promise<Published | undefined> {
    const now = this.#ports.now();
    const listing = ulid(now);
    await this.#ports.documents.put(
      { site, cohort },
      documentName.listing(listing),
      JSON.stringify(listingOf(heads, asked)),
      'application/json',
    );
    const flipped = await this.#ports.pointers.flip({ site, cohort }, current?.n, {
      n: (current?.n ?? -1) + 1,
      ...made,
      listing,
      superseded: supersededBy(current, now),
      at: new Date(now).toISOString(),
    });
    return flipped ? { outcome: 'published', hints: 0, sources: made.sources, waiting: made.waiting } : undefined;
  }

  /** As a source's head is marked: at the last delivery, before trying. */
  async #markFailed({ site, cohort }: Publication): Promise<void> {
    const current = await this.#ports.pointers.read({ site, cohort });
    if (!current) return;
    const failed = { ...current, n: current.n + 1, failed: 'died-while-publishing' };
    await this.#ports.pointers.flip({ site, cohort }, current.n, failed);
  }
}

/** Listings that a reader may still go by. */
function supersededBy(current: Current | undefined, now: number): Current['superseded'] {
  if (!current) return [];
  const superseded = [{ listing: current.listing, at: new Date(now).toISOString() }, ...current.superseded];
  return superseded.filter(({ at }) => now - Date.parse(at) < HOUR).slice(0, MOST_SUPERSEDED);
}
