import { buildCalled } from '../cohort/index.ts';
import { bufferOf } from './bytes.ts';
import { oneChromosome } from './chromosome.ts';
import { openText } from './text-file.ts';

const LINE_FEED = 10;
const RETURN = 13;
const GREATER = 62;

/** A stretch of a chromosome, 1-based, both ends in it. */
interface Stretch {
  first: number;
  last: number;
  bases: Buffer;
}

/** Bases of all stretches together. */
const MOST_BASES = 128 * 1024 * 1024;

/**
 * Stretches of a genome: told first, then filled by reading a FASTA once from end to end. A genome of three billion bases so costs no more
 * memory than what is asked of it.
 */
export class GenomeStretches {
  readonly #stretches = new Map<string, Stretch[]>();
  readonly #chromosomes = new Set<string>();
  #bases = 0;
  #build: string | undefined;

  /** The build that the names of its sequences tell of (GRCh37, hg38, NC_000001.11 …), where they do. */
  get build(): string | undefined {
    return this.#build;
  }

  /** Whether the FASTA has a chromosome. */
  has(chromosome: string): boolean {
    return this.#chromosomes.has(oneChromosome(chromosome));
  }

  /** Asks for a stretch. Beyond a limit it is passed over, and its bases stay unknown. */
  ask(chromosome: string, first: number, last: number): void {
    const from = Math.max(1, first);
    if (last < from || this.#bases + last - from > MOST_BASES) return;
    const name = oneChromosome(chromosome);
    const stretches = this.#stretches.get(name) ?? [];
    const before = stretches.at(-1);
    if (before && from >= before.first && from <= before.last + 1) {
      this.#bases += Math.max(0, last - before.last);
      before.last = Math.max(before.last, last);
    } else {
      this.#bases += last - from + 1;
      stretches.push({ first: from, last, bases: Buffer.alloc(0) });
    }
    this.#stretches.set(name, stretches);
  }

  /** Fills the stretches from a FASTA, plain, gzip or BGZF. Throws what opening it throws. */
  async fill(bytes: AsyncIterable<Uint8Array>, file: string): Promise<void> {
    this.#settle();
    const { bytes: text, close } = await openText(bytes, file);
    let asked: readonly Stretch[] = [];
    let [position, next] = [1, 0];
    let name = '';
    let [inName, lineStart] = [false, true];
    try {
      for await (const piece of text) {
        const chunk = bufferOf(piece);
        for (let at = 0; at < chunk.length; ) {
          if (lineStart && chunk[at] === GREATER) [inName, name, at] = [true, '', at + 1];
          const found = chunk.indexOf(LINE_FEED, at);
          let end = found < 0 ? chunk.length : found;
          lineStart = found >= 0;
          const after = found < 0 ? chunk.length : found + 1;
          if (inName) {
            name += chunk.toString('latin1', at, Math.min(end, at + 200));
            if (lineStart) {
              asked = this.#begin(name.trim());
              [inName, position, next] = [false, 1, 0];
            }
          } else if (next < asked.length) {
            if (end > at && chunk[end - 1] === RETURN) end -= 1;
            next = copied(asked, next, chunk, at, end, position);
            position += end - at;
          } else if (lineStart) {
            // Nothing more is asked of this chromosome: on to the next name.
            const name = chunk.indexOf(GREATER, after);
            at = name < 0 ? chunk.length : name;
            lineStart = name >= 0 || chunk.at(-1) === LINE_FEED;
            continue;
          }
          at = after;
        }
      }
    } finally {
      close();
    }
  }

  /** A sequence of this name begins: what is asked of it gets room. */
  #begin(name: string): readonly Stretch[] {
    const chromosome = oneChromosome(name.split(/\s/)[0] ?? '');
    this.#build ??= buildIn(name);
    this.#chromosomes.add(chromosome);
    const asked = this.#stretches.get(chromosome) ?? [];
    for (const stretch of asked) stretch.bases = Buffer.alloc(stretch.last - stretch.first + 1);
    return asked;
  }

  /** The base at a position, as a capital; '' where it wasn't asked for, or the FASTA lacks it. */
  base(chromosome: string, position: number): string {
    const stretches = this.#stretches.get(oneChromosome(chromosome)) ?? [];
    let [low, high] = [0, stretches.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (stretches[middle]!.first <= position) low = middle + 1;
      else high = middle;
    }
    const stretch = stretches[low - 1];
    const byte = stretch && position <= stretch.last ? stretch.bases[position - stretch.first] : 0;
    return byte ? String.fromCharCode(byte).toUpperCase() : '';
  }

  /** Stretches in order, none touching another. */
  #settle(): void {
    for (const [name, stretches] of this.#stretches) {
      stretches.sort((a, b) => a.first - b.first);
      const apart: Stretch[] = [];
      for (const stretch of stretches) {
        const before = apart.at(-1);
        if (before && stretch.first <= before.last + 1) before.last = Math.max(before.last, stretch.last);
        else apart.push(stretch);
      }
      this.#stretches.set(name, apart);
    }
  }
}

/** Versions of NCBI's sequences of chromosomes 1 to 22, X and Y that are GRCh37's: those of GRCh38 are others. */
const GRCH37_VERSIONS: Readonly<Record<string, string>> = Object.fromEntries(
  '10 11 11 11 9 11 13 10 11 10 9 11 10 8 9 9 10 9 9 10 8 10 10 9'
    .split(' ')
    .map((version, i) => [String(i + 1), version]),
);

function buildIn(name: string): string | undefined {
  const called = buildCalled(name);
  if (called) return called;
  const [, number, version] = /^NC_0000(\d\d)\.(\d+)/.exec(name) ?? [];
  const old = number === undefined ? undefined : GRCH37_VERSIONS[String(Number(number))];
  if (old === undefined) return undefined;
  return version === old ? 'GRCh37' : Number(version) === Number(old) + 1 ? 'GRCh38' : undefined;
}

/** Copies what is asked of a line that begins at `position`; gives the first stretch that isn't filled yet. */
function copied(
  asked: readonly Stretch[],
  next: number,
  chunk: Buffer,
  at: number,
  end: number,
  position: number,
): number {
  const last = position + end - at - 1;
  let first = next;
  for (let i = next; i < asked.length && asked[i]!.first <= last; i++) {
    const stretch = asked[i]!;
    const from = Math.max(stretch.first, position);
    const to = Math.min(stretch.last, last);
    if (to >= from) chunk.copy(stretch.bases, from - stretch.first, at + from - position, at + to - position + 1);
    if (stretch.last <= last) first = i + 1;
  }
  return first;
}
