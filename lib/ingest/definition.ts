import { canonicalJson, digestOf, type Json, SignetError } from '../base/index.ts';
import {
  buildFor,
  type Definition,
  definitionDigest,
  PARSER_VERSION,
  parseDefinition,
  planArchive,
  planReading,
  type Reading,
  readingDigest,
} from '../cohort/index.ts';
import { type Aids, aidsFor, isAid, NO_AIDS } from './aids.ts';
import type { CohortName, Content, Documents, Head } from './ports.ts';

/** The source that says what a cohort's other sources mean. */
export const DEFINITION_KEY = 'cohort.yaml';

/** A definition is itself read in one manner only: this release's. */
const DEFINITION_READING = digestOf({ parser: PARSER_VERSION, of: 'definition' });

/** The manner of reading what the definition in force doesn't map, or what there is no definition for. */
export const UNMAPPED = 'unmapped';

/** What the definition in force asks for a source. */
export interface Manner {
  readonly digest: string;
  /** Absent: the source is the definition itself, an aid, or unmapped. */
  readonly reading?: Reading;
  /** What it is read by, and where there are several genomes the build that says which of them counts. */
  readonly aids?: Aids & { readonly build?: string };
  /** It only helps to read others, and needs no definition. */
  readonly aid?: 'fasta' | 'bed';
  /** It says what it is, and needs no definition. */
  readonly alone?: Alone;
}

/** What is read whether a definition maps it or not: panels, what specimens were sequenced with, copy-number segments, meta files. */
export type Alone = 'panel' | 'panel-matrix' | 'segments' | 'study-text';

/** A genome or genes by position are read in one manner only. */
const AID_READING = digestOf({ parser: PARSER_VERSION, of: 'aid' });

/** A definition in force. */
export interface InForceDefinition {
  readonly digest: string;
  readonly definition: Definition;
}

const MOST_KEPT = 8;

/** Where a definition's document lies. */
export function definitionName(digest: string): string {
  return `definitions/${digest}.json`;
}

/**
 * The manner that a definition, or none, asks for a source of this content. A VCF is read by the cohort's genomes and, where it isn't
 * annotated, by its genes by position: another content of theirs is another manner.
 */
export function mannerOf(
  definition: Definition | undefined,
  key: string,
  content?: Content,
  aids: Aids = NO_AIDS,
): Manner {
  if (key === DEFINITION_KEY) return { digest: DEFINITION_READING };
  const reading =
    definition && (planReading(definition, key) ?? (content === 'archive' ? planArchive(definition, key) : undefined));
  const alone = reading ? undefined : aloneOf(key, content);
  if (alone) return { digest: digestOf({ parser: PARSER_VERSION, of: alone }), alone };
  if (!reading) return isAid(content) ? { digest: AID_READING, aid: content as 'fasta' | 'bed' } : { digest: UNMAPPED };
  const plain = readingDigest(reading);
  const alterations = reading.alterations ?? reading.members?.some(({ reading: of }) => of.alterations);
  const used = alterations ? aidsFor(content, aids) : undefined;
  if (!used) return { digest: plain, reading };
  const contents = (of: Aids['fastas']): string[] => of.map(({ sha256 }) => sha256);
  const build = used.fastas.length > 1 ? buildFor(definition!, key) : undefined;
  const among = build === undefined ? {} : { build };
  const digest = digestOf({ reading: plain, fastas: contents(used.fastas), beds: contents(used.beds), ...among });
  return { digest, reading, aids: { ...used, ...among } };
}

/** What a file that no definition maps is by itself. All that lies under `panels/` is a panel. */
export function aloneOf(key: string, content: Content | undefined): Alone | undefined {
  if (content === 'panel' || key.startsWith('panels/') || key.includes('/panels/')) return 'panel';
  return content === 'panel-matrix' || content === 'segments' || content === 'study-text' ? content : undefined;
}

/** The reading that is asked for of what a source has in force: its newest version, where that is refused, may be of another content. */
export function standingReading(
  definition: Definition | undefined,
  { key, looked, inForce }: Head,
  aids: Aids,
): string {
  return mannerOf(definition, key, inForce?.content ?? looked.content, aids).digest;
}

/** Whether a source, or what it has in force, was read otherwise than is asked for now. */
export function readOtherwise(definition: Definition | undefined, head: Head, aids: Aids): boolean {
  const { key, looked, inForce } = head;
  if (looked.verdict === 'deleted') return false;
  if (looked.reading !== mannerOf(definition, key, looked.content, aids).digest) return true;
  return inForce !== undefined && inForce.reading !== standingReading(definition, head, aids);
}

/** The digest of the definition in force: what its head says, where that was read as this release reads. */
function digestInForce(head: Head | undefined): string | undefined {
  return head?.inForce?.reading === DEFINITION_READING ? head.inForce.definition : undefined;
}

/** Definitions by digest. They never change, so that the last few stay parsed. */
export class Definitions {
  readonly #documents: Documents;
  readonly #parsed = new Map<string, Definition>();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** The definition that this head of the definition puts in force, if any. */
  async inForce(cohort: CohortName, head: Head | undefined): Promise<InForceDefinition | undefined> {
    const digest = digestInForce(head);
    return digest === undefined ? undefined : { digest, definition: await this.read(cohort, digest) };
  }

  /** The definition of a digest. */
  async read(cohort: CohortName, digest: string): Promise<Definition> {
    const name = `${cohort.site}/${cohort.cohort}/${digest}`;
    const known = this.#parsed.get(name);
    if (known) return known;
    const document = await this.#documents.get(cohort, definitionName(digest));
    if (!document) throw new SignetError('lost-document', 'a definition that is in force is not in the derived bucket');
    const definition = parseDefinition(new TextDecoder().decode(document), DEFINITION_KEY);
    this.#parsed.set(name, definition);
    for (const oldest of this.#parsed.keys()) if (this.#parsed.size > MOST_KEPT) this.#parsed.delete(oldest);
    return definition;
  }

  /** Keeps a definition under its digest, before a head names it. */
  async keep(cohort: CohortName, definition: Definition): Promise<string> {
    const digest = definitionDigest(definition);
    await this.#documents.put(
      cohort,
      definitionName(digest),
      canonicalJson(definition as unknown as Json),
      'application/json',
    );
    return digest;
  }
}
