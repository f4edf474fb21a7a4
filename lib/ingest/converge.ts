import { createHash } from 'node:crypto';
import { isSignetError, SignetError, ulid } from '../base/index.ts';
import { type Aid, type Aids, aidsOf, isAid, isReadByAids, NO_AIDS } from './aids.ts';
import { contentOf, whatItHolds } from './content.ts';
import { DEFINITION_KEY, type Definitions, type Manner, mannerOf, UNMAPPED } from './definition.ts';
import type { Content, Counts, Head, InForce, IngestPorts, Looked, ObjectState, SourceName, Verdict } from './ports.ts';
import { MOST_SOURCE_BYTES, readDefinition, readRecords } from './read.ts';
import { readAid } from './read-vcf.ts';
import { type Rejection, rejectionOf, tooLarge } from './rejection.ts';
import { type Took, timed } from './timed-writer.ts';

/** A message is delivered this often before it is set apart; at the last the head is marked first. */
export const LAST_DELIVERY = 5;

/** Rounds that others may spoil before the message is left to its next delivery. */
const MOST_ROUNDS = 25;

const NOTHING: Counts = { patients: 0, specimens: 0, alterations: 0, problems: 0 };

/** What a convergence came to, as far as a log may tell. */
export interface Convergence {
  /** The source's opaque id. */
  readonly source: string;
  readonly verdict: Verdict;
  readonly counts: Counts;
  /** Whether the flip said anything new. */
  readonly changed: boolean;
  readonly rounds: number;
  /** Of the last reading; absent where there was none. */
  readonly took?: Took;
}

/** How the message came. */
export interface Delivery {
  /** 1 at the first. */
  readonly delivery?: number;
}

/** The manner that is asked for of an object, and the digest of the one that is asked for of the version in force. */
type Asked = Manner & { readonly standing: string };

/** What the truth says a head should be. */
type Findings = Pick<Head, 'looked' | 'inForce'>;

/** Of one version read in one manner: good for as long as both stand, however often the flip is lost. */
interface Derived {
  readonly etag: string;
  readonly reading: string;
  readonly looked: Looked;
  /** Absent: rejected. */
  readonly inForce?: InForce;
  readonly took?: Took;
}

/**
 * Makes a source's head follow its object: counter, then truth, then records under a name of this attempt alone, then the flip, then the
 * next level is told. Throws what may be better at the next delivery.
 */
export class Converger {
  readonly #ports: IngestPorts;
  readonly #definitions: Definitions;

  constructor(ports: IngestPorts, definitions: Definitions) {
    this.#ports = ports;
    this.#definitions = definitions;
  }

  /** Converges one source, whatever the message about it said. */
  async converge(source: SourceName, { delivery = 1 }: Delivery = {}): Promise<Convergence> {
    if (delivery >= LAST_DELIVERY) await this.#markFailed(source);
    let derived: Derived | undefined;
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      const head = await this.#ports.heads.read(source); // the counter, before the truth
      const object = await this.#ports.objects.head(source);
      let content: Content | undefined;
      try {
        content = await this.#content(source, head, object);
      } catch (error) {
        if (isSignetError(error, 'object-moved')) continue; // overwritten while it was looked into
        throw error;
      }
      const manner = await this.#manner(source, content, head?.inForce?.content);
      let findings = settled(head, object, manner, content);
      if (!findings && object) {
        try {
          if (derived?.etag !== object.etag || derived.reading !== manner.digest)
            derived = await this.#derive(source, object, manner, content);
        } catch (error) {
          if (isSignetError(error, 'object-moved')) continue; // overwritten while it was read
          throw error;
        }
        findings = findingsOf(derived, head, manner);
      }
      if (!findings) continue;
      if (findings.looked !== head?.looked && findings.looked.verdict === 'unmapped') {
        try {
          findings = { ...findings, looked: await this.#withName(source, findings.looked) };
        } catch (error) {
          if (isSignetError(error, 'object-moved')) continue; // overwritten while it was looked into
          throw error;
        }
      }
      const changed = findings.looked !== head?.looked;
      if (!(await this.#flip(source, head, findings))) continue;
      await this.#announce(source, findings.looked, changed || delivery > 1);
      const { verdict, counts } = findings.looked;
      const took = derived?.took && { took: derived.took };
      return { source: await this.#opaque(source), verdict, counts, changed, rounds: round, ...took };
    }
    throw new SignetError('unsettled', 'the source changed each time it was looked at');
  }

  /** What the object holds: remembered of a version that was looked at. */
  async #content(
    source: SourceName,
    head: Head | undefined,
    object: ObjectState | undefined,
  ): Promise<Content | undefined> {
    const known = head?.looked.content;
    if (source.key === DEFINITION_KEY || !object || object.bytes > MOST_SOURCE_BYTES) return known;
    if (known !== undefined && head?.looked.etag === object.etag) return known;
    return contentOf(() => this.#ports.objects.open(source, object.etag), source.key);
  }

  /** Says of a source that the definition doesn't map what it is, so that its list is enough. */
  async #withName(source: SourceName, looked: Looked): Promise<Looked> {
    const { content, etag } = looked;
    if (content === undefined || etag === undefined) return looked;
    return { ...looked, holds: await whatItHolds(() => this.#ports.objects.open(source, etag), source.key, content) };
  }

  /** What the definition in force, and what the cohort has to read by, ask for this source. */
  async #manner(source: SourceName, content: Content | undefined, ofInForce: Content | undefined): Promise<Asked> {
    if (source.key === DEFINITION_KEY) {
      const manner = mannerOf(undefined, source.key);
      return { ...manner, standing: manner.digest };
    }
    const head = await this.#ports.heads.read({ ...source, key: DEFINITION_KEY });
    const inForce = await this.#definitions.inForce(source, head);
    const byAids = [content, ofInForce].some(isReadByAids);
    const aids = byAids ? await this.#aids(source) : NO_AIDS;
    return {
      ...mannerOf(inForce?.definition, source.key, content, aids),
      standing: mannerOf(inForce?.definition, source.key, ofInForce ?? content, aids).digest,
    };
  }

  /**
   * The aids in force that can still be opened. One that was overwritten or deleted, and whose head doesn't know yet, is none: when its head
   * does, whoever was read without it is told again.
   */
  async #aids(cohort: SourceName): Promise<Aids> {
    const { fastas, beds } = aidsOf(await this.#ports.heads.all(cohort));
    const standing = async (aids: readonly Aid[]): Promise<readonly Aid[]> => {
      const objects = await Promise.all(aids.map(({ key }) => this.#ports.objects.head({ ...cohort, key })));
      return aids.filter(({ etag }, i) => objects[i]?.etag === etag);
    };
    return { fastas: await standing(fastas), beds: await standing(beds) };
  }

  /** Writes the head on condition, and tells the publisher the counter after the flip, also when nothing changed. */
  async #flip(source: SourceName, head: Head | undefined, { looked, inForce }: Findings): Promise<boolean> {
    if (!head) await this.#ports.heads.addCohort(source);
    const flipped: Head = {
      key: source.key,
      n: (head?.n ?? -1) + 1,
      looked,
      ...(inForce && { inForce }),
      ...((head?.aid || isAid(looked.content)) && { aid: true }),
      at: looked === head?.looked ? head.at : new Date(this.#ports.now()).toISOString(),
    };
    if (!(await this.#ports.heads.flip(source, head?.n, flipped))) return false;
    const { site, cohort, key } = source;
    await this.#ports.messages.publish({ site, cohort, source: key, counter: flipped.n, fold: true });
    return true;
  }

  /**
   * At the last delivery: whoever had the message before died, or gave up, while reading. Said first, since this one may die too; a
   * reading that ends flips it back.
   */
  async #markFailed(source: SourceName): Promise<void> {
    const head = await this.#ports.heads.read(source);
    const object = await this.#ports.objects.head(source);
    const known = head?.looked.etag === object?.etag ? head?.looked.content : undefined; // to look into it may be what kills
    const manner = await this.#manner(source, known, head?.inForce?.content);
    if (!object || settled(head, object, manner, known)) return;
    const looked: Looked = {
      etag: object.etag,
      bytes: object.bytes,
      reading: manner.digest,
      verdict: 'failed',
      reason: 'died-while-reading',
      ...(known !== undefined && { content: known }),
      counts: NOTHING,
    };
    if (await this.#flip(source, head, { looked, ...keptInForce(head, manner) }))
      await this.#announce(source, looked, true);
  }

  /** Reads a version into an attempt. A rejected one leaves an attempt that holds its problems and no record. */
  async #derive(
    source: SourceName,
    object: ObjectState,
    manner: Manner,
    content: Content | undefined,
  ): Promise<Derived> {
    const common = {
      etag: object.etag,
      bytes: object.bytes,
      reading: manner.digest,
      ...(content !== undefined && { content }),
    };
    try {
      if (object.bytes > MOST_SOURCE_BYTES) throw tooLarge(object.bytes, MOST_SOURCE_BYTES);
      const attempt = ulid(this.#ports.now());
      const { sha256, counts, definition, took } = await this.#read(source, object, manner, attempt, content);
      const verdict = counts.problems > 0 ? 'accepted with problems' : 'accepted';
      return {
        ...common,
        looked: { ...common, attempt, sha256, verdict, counts },
        inForce: {
          attempt,
          sha256,
          ...(content !== undefined && { content }),
          reading: manner.digest,
          counts,
          ...(definition && { definition }),
        },
        took,
      };
    } catch (error) {
      const rejection = rejectionOf(error, source.key);
      if (!rejection) throw error;
      return { ...common, looked: { ...(await this.#reject(source, object, manner, rejection)), ...common } };
    }
  }

  async #read(
    source: SourceName,
    object: ObjectState,
    { reading, aids, aid, alone }: Manner,
    attempt: string,
    content: Content | undefined,
  ): Promise<{ readonly sha256: string; readonly counts: Counts; readonly definition?: string; readonly took: Took }> {
    const began = this.#ports.now();
    const writer = timed(await this.#ports.attempts.begin(source, attempt, object.bytes), this.#ports.now);
    const contents: Digesting[] = [];
    const open = async (): Promise<Digesting> => {
      const content = new Digesting(await this.#ports.objects.open(source, object.etag));
      contents.push(content);
      return content;
    };
    let definition: string | undefined;
    if (reading || alone) {
      const pseudonym = await this.#ports.pseudonyms.of(source.site);
      const opened = (of: readonly { readonly key: string; readonly etag: string }[] = []) =>
        of.map(({ key, etag }) => ({ file: key, open: () => this.#ports.objects.open({ ...source, key }, etag) }));
      const options = {
        file: source.key,
        pseudonym,
        ...(content !== undefined && { content }),
        aids: {
          fastas: opened(aids?.fastas),
          beds: opened(aids?.beds),
          ...(aids?.build !== undefined && { build: aids.build }),
        },
      };
      await readRecords(open, reading ?? alone!, options, writer);
    } else if (aid) await readAid(open, aid, source.key, writer);
    else definition = await this.#definitions.keep(source, await readDefinition(await open(), source.key));
    const counts = await writer.complete();
    // A reader may be content before the last byte.
    const whole = contents.find(({ bytes }) => bytes === object.bytes);
    const sha256 = whole ? whole.digest() : await this.#digest(source, object);
    const took = { read: this.#ports.now() - began - writer.milliseconds, write: writer.milliseconds };
    return { sha256, counts, ...(definition !== undefined && { definition }), took };
  }

  async #reject(
    source: SourceName,
    object: ObjectState,
    manner: Manner,
    { reason, problems }: Rejection,
  ): Promise<Looked> {
    const attempt = ulid(this.#ports.now()); // what was written before the fault was met is left to the sweeper
    const writer = await this.#ports.attempts.begin(source, attempt, 0);
    await writer.problems(problems);
    const { etag, bytes } = object;
    const sha256 = object.bytes > MOST_SOURCE_BYTES ? undefined : await this.#digest(source, object);
    const counts = await writer.complete();
    return {
      attempt,
      etag,
      bytes,
      ...(sha256 && { sha256 }),
      reading: manner.digest,
      verdict: 'rejected',
      reason,
      counts,
    };
  }

  async #digest(source: SourceName, { etag }: ObjectState): Promise<string> {
    const content = new Digesting(await this.#ports.objects.open(source, etag));
    for await (const _ of content);
    return content.digest();
  }

  async #opaque({ site, key }: SourceName): Promise<string> {
    return (await this.#ports.pseudonyms.of(site))('source', key);
  }

  /** The table is right by now: that nobody could be told of it is no reason to read again. */
  async #announce(source: SourceName, { verdict, counts }: Looked, news: boolean): Promise<void> {
    if (!news) return;
    const { site, cohort } = source;
    await this.#ports.announcements
      .settled({ site, cohort, source: await this.#opaque(source), verdict, counts })
      .catch(() => undefined);
  }
}

/** What needs no reading: an absent object, an unmapped one, and the version that the head has already looked at in this manner. */
function settled(
  head: Head | undefined,
  object: ObjectState | undefined,
  manner: Asked,
  content: Content | undefined,
): Findings | undefined {
  const known = content === undefined ? {} : { content };
  const looked = head?.looked;
  if (looked && looked.etag === object?.etag && looked.reading === manner.digest && looked.verdict !== 'failed')
    return { looked, ...keptInForce(head, manner) };
  if (!object) return { looked: { reading: manner.digest, verdict: 'deleted', ...known, counts: NOTHING } };
  if (manner.digest === UNMAPPED)
    return {
      looked: {
        etag: object.etag,
        bytes: object.bytes,
        reading: manner.digest,
        verdict: 'unmapped',
        ...known,
        counts: NOTHING,
      },
    };
  return undefined;
}

/** The last good version answers on, unless the definition asks for another manner than it was read in. */
function keptInForce(head: Head | undefined, { standing: reading }: Asked): Pick<Head, 'inForce'> {
  return head?.inForce?.reading === reading ? { inForce: head.inForce } : {};
}

function findingsOf({ looked, inForce }: Derived, head: Head | undefined, asked: Asked): Findings {
  return { looked, ...(inForce ? { inForce } : keptInForce(head, asked)) };
}

/** Bytes as they are read, with the digest and the number of those that were. */
class Digesting implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  get bytes(): number {
    return this.#bytes;
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source) {
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      yield chunk;
    }
  }
}
