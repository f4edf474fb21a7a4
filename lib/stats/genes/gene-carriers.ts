import { checkLength } from '../survival/follow-up.ts';

/** Genes as bit sets over patients: bit r of word r >> 5 is patient r. */
export interface GeneBits {
  readonly count: number;
  altered(gene: number): Uint32Array;
  /** Patients whose sequencing covers the gene; without it all are covered. Who isn't covered is missing for the gene, not wild type. */
  covered?(gene: number): Uint32Array;
}

/** Genes that cover the same patients, and who of these carries each. */
export interface CoverageGroup {
  /** Positions in the common order of those covered, ascending. */
  readonly covered: Int32Array;
  readonly genes: Int32Array;
  /** By patient, her place in `covered`; -1 where she isn't. */
  readonly placeOf: Int32Array;
  /** Lists the carriers of the k-th gene in `carriers` (places in `covered`, ascending) and answers how many they are. */
  take(k: number): number;
  readonly carriers: Int32Array;
}

/** By patient of the bit sets, her row of `rows`; -1 where she has none. `patients[i]` is the patient of row i, or i itself. Throws RangeError. */
export function rowOfPatient(rows: number, patients: Int32Array | undefined): Int32Array {
  if (patients !== undefined) checkLength(patients, rows);
  const most = patients?.reduce((largest, patient) => Math.max(largest, patient), 0) ?? rows - 1;
  const position = new Int32Array(most + 1).fill(-1);
  for (let i = 0; i < rows; i++) position[patients?.[i] ?? i] = i;
  return position;
}

/** How many bits of a word are set. */
function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** A bit set over as many patients as `rows` name, with those set that they name. */
export function bitsOf(rows: Int32Array): Uint32Array {
  let most = 0;
  for (const row of rows) if (row > most) most = row;
  const bits = new Uint32Array((most >>> 5) + 1);
  for (const row of rows) bits[row >>> 5]! |= 1 << (row & 31);
  return bits;
}

function intersection(a: Uint32Array, b: Uint32Array): Uint32Array {
  return a.map((word, w) => word & (b[w] ?? 0));
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  for (let w = 0; w < a.length; w++) if (a[w] !== b[w]) return false;
  return true;
}

function hash(bits: Uint32Array): number {
  let h = 0;
  for (let w = 0; w < bits.length; w++) h = Math.imul(h ^ bits[w]!, 0x9e3779b1) ^ (h >>> 15);
  return h;
}

interface SameCover {
  readonly covers: Uint32Array;
  readonly genes: Int32Array;
}

/** The genes by which of the `included` patients they cover. */
function genesByCoverage(genes: GeneBits, included: Uint32Array): SameCover[] {
  const { count } = genes;
  const covers: Uint32Array[] = [];
  const coverOf = new Int32Array(count); // by gene, which of them
  if (genes.covered === undefined) covers.push(included);
  else {
    const byHash = new Map<number, number[]>();
    let last: Uint32Array | undefined;
    let place = 0;
    for (let gene = 0; gene < count; gene++) {
      const bits = genes.covered(gene);
      if (bits !== last) {
        const own = intersection(included, bits);
        const alike = byHash.get(hash(own)) ?? [];
        place = alike.find((other) => same(covers[other]!, own)) ?? covers.push(own) - 1;
        if (covers[place] === own) byHash.set(hash(own), [...alike, place]);
        last = bits;
      }
      coverOf[gene] = place;
    }
  }
  const counts = new Int32Array(covers.length);
  for (let gene = 0; gene < count; gene++) counts[coverOf[gene]!]!++;
  const groups = covers.map((bits, k) => ({ covers: bits, genes: new Int32Array(counts[k]!) }));
  counts.fill(0);
  for (let gene = 0; gene < count; gene++) {
    const place = coverOf[gene]!;
    groups[place]!.genes[counts[place]!++] = gene;
  }
  return groups;
}

/**
 * Carriers of every gene in a common order (of time), by coverage: one gene at a time, so that no list of all is held. `position` gives each patient's place in that order, -1 to leave her out.
 * A gene's bits are put in order, not her list: that touches a few words, where a list would need a sort.
 */
export function carriersByCoverage(genes: GeneBits, position: Int32Array): CoverageGroup[] {
  const included = bitsOf(Int32Array.from([...position.keys()].filter((row) => position[row]! >= 0)));
  return genesByCoverage(genes, included).map(({ covers, genes: own }) => {
    const covered = new Int32Array(countBits(covers));
    let n = 0;
    eachBit(covers, (row) => {
      covered[n++] = position[row]!;
    });
    covered.sort();
    const place = new Int32Array(position.length).fill(-1); // from the common order
    for (let i = 0; i < n; i++) place[covered[i]!] = i;
    const of = position.map((at) => (at < 0 ? -1 : place[at]!));
    const carriers = new Int32Array(n);
    const inOrder = new Uint32Array((n >>> 5) + 1);
    return {
      covered,
      genes: own,
      placeOf: of,
      carriers,
      take: (k) => {
        putInOrder(genes.altered(own[k]!), covers, of, inOrder);
        return takeOut(inOrder, carriers);
      },
    };
  });
}

/** Sets the bits of those who are altered and covered, at their places. */
function putInOrder(altered: Uint32Array, covers: Uint32Array, of: Int32Array, inOrder: Uint32Array): void {
  for (let w = Math.min(altered.length, covers.length) - 1; w >= 0; w--) {
    for (let word = altered[w]! & covers[w]!; word !== 0; word &= word - 1) {
      const place = of[(w << 5) + 31 - Math.clz32(word & -word)]!;
      inOrder[place >>> 5]! |= 1 << (place & 31);
    }
  }
}

/** Lists the set bits, ascending, and clears them. */
function takeOut(bits: Uint32Array, list: Int32Array): number {
  let next = 0;
  for (let w = 0; w < bits.length; w++) {
    for (let word = bits[w]!; word !== 0; word &= word - 1) list[next++] = (w << 5) + 31 - Math.clz32(word & -word);
    bits[w] = 0;
  }
  return next;
}

/** How many are in the set. */
export function countBits(bits: Uint32Array): number {
  let sum = 0;
  for (let w = 0; w < bits.length; w++) sum += bitCount(bits[w]!);
  return sum;
}

/** How many are in both sets. */
export function countCommon(a: Uint32Array, b: Uint32Array): number {
  let sum = 0;
  for (let w = Math.min(a.length, b.length) - 1; w >= 0; w--) sum += bitCount(a[w]! & b[w]!);
  return sum;
}

function eachBit(bits: Uint32Array, visit: (index: number) => void): void {
  for (let w = 0; w < bits.length; w++) {
    for (let word = bits[w]!; word !== 0; word &= word - 1) visit((w << 5) + 31 - Math.clz32(word & -word));
  }
}
