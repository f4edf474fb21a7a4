import { oneChromosome } from './chromosome.ts';
import { fault } from './fault.ts';
import { linesOf } from './lines.ts';
import { openText } from './text-file.ts';

interface Interval {
  /** 0-based; the end is the first base beyond. */
  readonly start: number;
  readonly end: number;
  readonly gene: string;
}

const MOST_INTERVALS = 5_000_000;

/** Genes by position, from BEDs whose fourth column names them. */
export class GenesByPosition {
  readonly #intervals = new Map<string, Interval[]>();
  readonly #longest = new Map<string, number>();
  #count = 0;
  #sorted = false;

  /** How many stretches have a gene. */
  get size(): number {
    return this.#count;
  }

  /** Each gene once on each chromosome, as the BEDs name both. */
  *genes(): Generator<{ readonly symbol: string; readonly chromosome: string }> {
    for (const [chromosome, intervals] of this.#intervals)
      for (const symbol of new Set(intervals.map(({ gene }) => gene))) yield { symbol, chromosome };
  }

  /** Takes a BED. Throws `other-format` where a line is none, and what opening it throws. */
  async add(bytes: AsyncIterable<Uint8Array>, file: string): Promise<void> {
    this.#sorted = false;
    const { blocks } = linesOf(await openText(bytes, file), file);
    for await (const block of blocks) {
      const lines = block.bytes.toString('utf8').split(/\r?\n/);
      lines.forEach((text, i) => {
        if (text.trim() !== '' && !/^(?:#|track\b|browser\b)/.test(text)) this.#line(text, file, block.line + i);
      });
    }
  }

  /** Genes that a stretch touches, 1-based and both ends in it, in order of their names. */
  at(chromosome: string, first: number, last: number): readonly string[] {
    this.#sort();
    const name = oneChromosome(chromosome);
    const intervals = this.#intervals.get(name) ?? [];
    let [low, high] = [0, intervals.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (intervals[middle]!.start < last) low = middle + 1;
      else high = middle;
    }
    const genes = new Set<string>();
    const reach = first - 1 - (this.#longest.get(name) ?? 0);
    for (let i = low - 1; i >= 0 && intervals[i]!.start >= reach; i--)
      if (intervals[i]!.end >= first) genes.add(intervals[i]!.gene);
    return [...genes].sort();
  }

  #line(text: string, file: string, line: number): void {
    const [chromosome = '', from = '', to = '', gene = ''] = text.split('\t').map((cell) => cell.trim());
    const [start, end] = [Number(from), Number(to)];
    if (chromosome === '' || from === '' || to === '' || !(Number.isInteger(start) && end >= start && start >= 0))
      throw fault(
        'other-format',
        'the line is no chromosome, start and end between tabs',
        { file, line },
        'Correct it: a BED has them in its first three columns.',
      );
    if (gene === '' || gene === '.') return;
    this.#count += 1;
    if (this.#count > MOST_INTERVALS)
      throw fault(
        'over-limit',
        `the BED has more than ${MOST_INTERVALS} lines`,
        { file },
        'Leave out what is not needed.',
      );
    const name = oneChromosome(chromosome);
    const intervals = this.#intervals.get(name) ?? [];
    intervals.push({ start, end, gene });
    this.#intervals.set(name, intervals);
    this.#longest.set(name, Math.max(this.#longest.get(name) ?? 0, end - start));
  }

  #sort(): void {
    if (this.#sorted) return;
    for (const intervals of this.#intervals.values()) intervals.sort((a, b) => a.start - b.start);
    this.#sorted = true;
  }
}
