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
  #bases = 0;

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
    let asked: Stretch[] = [];
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
              asked = this.#stretches.get(oneChromosome(name.trim().split(/\s/)[0] ?? '')) ?? [];
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
      for (const stretch of apart) stretch.bases = Buffer.alloc(stretch.last - stretch.first + 1);
      this.#stretches.set(name, apart);
    }
  }
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
