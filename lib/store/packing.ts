import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SignetError } from '../base/index.ts';
import type { Alteration, AlterationKind, UnreadableGene } from '../cohort/index.ts';

/** A specimen's alterations of one item: what they share stands once, each is a row of {@link FIELDS}. */
interface Packed {
  readonly identifier: string;
  /** Of an archive, the file in it that all rows are of. */
  readonly member?: string;
  readonly rows: readonly PackedRow[];
  readonly unreadable: readonly string[];
}

type PackedRow = readonly (string | number | null)[];

/** What a chunk gives back. */
export interface Chunk {
  readonly alterations: readonly Alteration[];
  readonly unreadable: readonly UnreadableGene[];
}

/** A packed chunk, and how much it packs. */
export interface PackedChunk {
  readonly specimen: string;
  readonly body: Uint8Array;
}

/** An item holds 400 KB with its keys; a chunk stays well below, so that one gene of one specimen costs little to read. */
const CHUNK_BYTES = 100_000;
const ITEM_BYTES = 390_000;

/** Text that stays readable in a console up to here, and is compressed beyond. */
const PLAIN_BYTES = 4_000;

/** JSON of alterations deflates to about an eighth. */
const CHUNK_TEXT = 400_000;

/** Text that may wait for its specimen to fill a chunk, over all specimens. */
const WAITING_TEXT = 24_000_000;

const FAST = { level: 3 };

/** A value as an item's attribute. Throws SignetError `over-limit` where no item can hold it. */
export function pack(value: unknown): string | Uint8Array {
  const text = JSON.stringify(value);
  if (text.length <= PLAIN_BYTES) return text;
  const body = deflateRawSync(text, FAST);
  if (body.length > ITEM_BYTES)
    throw new SignetError('over-limit', 'the rows of one patient or specimen are more than can be kept together', {
      remedy: 'Leave out columns of long text, or correct the column of identifiers.',
    });
  return body;
}

/** What {@link pack} was given. */
export function unpack(body: unknown): unknown {
  if (typeof body === 'string') return JSON.parse(body);
  if (body instanceof Uint8Array) return JSON.parse(inflateRawSync(body).toString());
  throw new SignetError('invalid-item', 'a record of the table is not one of ours');
}

function rowOf(alteration: Alteration): PackedRow {
  const { gene, geneId, kind, protein, chromosome, position, ref, alt, alleleFraction, depth, filter, line } =
    alteration;
  const { end, value } = alteration;
  const spans = end === undefined && value === undefined ? [] : [end ?? null, value ?? null];
  return [
    gene,
    geneId,
    kind,
    alteration.class,
    protein,
    chromosome,
    position,
    ref,
    alt,
    alleleFraction,
    depth,
    filter,
    line,
    ...spans,
  ];
}

function alterationOf(specimen: string, specimenIdentifier: string, row: PackedRow): Alteration {
  return {
    specimen,
    specimenIdentifier,
    gene: row[0] as string,
    geneId: row[1] as string | null,
    kind: row[2] as AlterationKind,
    class: row[3] as string | null,
    protein: row[4] as string | null,
    chromosome: row[5] as string | null,
    position: row[6] as number | null,
    ref: row[7] as string | null,
    alt: row[8] as string | null,
    alleleFraction: row[9] as number | null,
    depth: row[10] as number | null,
    filter: row[11] as string | null,
    line: row[12] as number,
    ...(row.length > 13 && { end: row[13] as number | null, value: row[14] as number | null }),
  };
}

/** What a chunk of `specimen` holds. */
export function unpackChunk(specimen: string, body: unknown): Chunk {
  const { identifier, member, rows, unreadable } = unpack(body) as Packed;
  const of = member === undefined ? {} : { member };
  return {
    alterations: rows.map((row) => ({ ...alterationOf(specimen, identifier, row), ...of })),
    unreadable: unreadable.map((gene) => ({ specimen, gene, ...of })),
  };
}

interface Waiting {
  readonly specimen: string;
  readonly identifier: string;
  readonly member: string | undefined;
  rows: string[];
  unreadable: string[];
  text: number;
}

/** Serialised rows as chunks that each fit an item: halved until they do, since how far they compress isn't known before. */
function* chunksOf({ specimen, identifier, member, rows, unreadable }: Waiting): Generator<PackedChunk> {
  const of = member === undefined ? '' : `"member":${JSON.stringify(member)},`;
  const head = `{"identifier":${JSON.stringify(identifier)},${of}"unreadable":${JSON.stringify(unreadable)},"rows":[`;
  const body = deflateRawSync(`${head}${rows.join(',')}]}`, FAST);
  if (body.length <= CHUNK_BYTES) {
    yield { specimen, body };
    return;
  }
  if (rows.length + unreadable.length < 2)
    throw new SignetError('over-limit', 'an alteration is longer than can be kept', { remedy: 'Shorten the alleles.' });
  const [row, gene] = [Math.ceil(rows.length / 2), Math.ceil(unreadable.length / 2)];
  const waiting = { specimen, identifier, member, text: 0 };
  yield* chunksOf({ ...waiting, rows: rows.slice(0, row), unreadable: unreadable.slice(0, gene) });
  yield* chunksOf({ ...waiting, rows: rows.slice(row), unreadable: unreadable.slice(gene) });
}

function keyOf(specimen: string, identifier: string, member = ''): string {
  return `${specimen}\0${identifier}\0${member}`;
}

/**
 * Packs alterations that come in any order into chunks of one specimen each. What waits for its specimen to fill a chunk is bounded:
 * beyond that the fullest specimen is packed as it is.
 */
export class AlterationPacker {
  readonly #waiting = new Map<string, Waiting>();
  #text = 0;

  /** Takes rows; gives the chunks that are full. */
  *add(alterations: readonly Alteration[], unreadable: readonly UnreadableGene[]): Generator<PackedChunk> {
    for (const alteration of alterations) {
      const text = JSON.stringify(rowOf(alteration));
      const waiting = this.#of(alteration.specimen, alteration.specimenIdentifier, alteration.member);
      waiting.rows.push(text);
      yield* this.#grown(waiting, text.length);
    }
    for (const { specimen, gene, member } of unreadable) {
      const waiting = this.#of(specimen, '', member);
      waiting.unreadable.push(gene);
      yield* this.#grown(waiting, gene.length);
    }
  }

  /** Gives all that still waits. */
  *finish(): Generator<PackedChunk> {
    for (const waiting of [...this.#waiting.values()]) yield* this.#take(waiting);
  }

  #of(specimen: string, identifier: string, member: string | undefined): Waiting {
    const key = keyOf(specimen, identifier, member);
    const waiting = this.#waiting.get(key) ?? { specimen, identifier, member, rows: [], unreadable: [], text: 0 };
    this.#waiting.set(key, waiting);
    return waiting;
  }

  *#grown(waiting: Waiting, by: number): Generator<PackedChunk> {
    waiting.text += by;
    this.#text += by;
    if (waiting.text >= CHUNK_TEXT) yield* this.#take(waiting);
    while (this.#text > WAITING_TEXT) {
      let fullest = waiting;
      for (const other of this.#waiting.values()) if (other.text > fullest.text) fullest = other;
      yield* this.#take(fullest);
    }
  }

  *#take(waiting: Waiting): Generator<PackedChunk> {
    this.#waiting.delete(keyOf(waiting.specimen, waiting.identifier, waiting.member));
    this.#text -= waiting.text;
    yield* chunksOf(waiting);
  }
}
