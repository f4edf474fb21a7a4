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
  /** Carriers of the k-th gene are `carriers` from `from[k]` to `from[k + 1]`: places in `covered`, ascending. */
  readonly from: Int32Array;
  readonly carriers: Int32Array;
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

/** The genes by which of the `included` patients they cover. */
function genesByCoverage(genes: GeneBits, included: Uint32Array): { covers: Uint32Array; genes: number[] }[] {
  if (genes.covered === undefined) return [{ covers: included, genes: [...Array(genes.count).keys()] }];
  const groups: { covers: Uint32Array; genes: number[] }[] = [];
  const byHash = new Map<number, { covers: Uint32Array; genes: number[] }[]>();
  let last: Uint32Array | undefined;
  let group: { covers: Uint32Array; genes: number[] } | undefined;
  for (let gene = 0; gene < genes.count; gene++) {
    const bits = genes.covered(gene);
    if (bits !== last || group === undefined) {
      const covers = intersection(included, bits);
      const key = hash(covers);
      const alike = byHash.get(key) ?? [];
      group = alike.find((other) => same(other.covers, covers));
      if (group === undefined) {
        group = { covers, genes: [] };
        groups.push(group);
        byHash.set(key, [...alike, group]);
      }
      last = bits;
    }
    group.genes.push(gene);
  }
  return groups;
}

/**
 * Carriers of every gene in a common order (of time), by coverage. `position` gives each patient's place in that order, -1 to leave her out.
 * The lists are put in order by one transposition, in as many steps as there are carriers.
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
    const from = new Int32Array(own.length + 1);
    own.forEach((gene, k) => {
      from[k + 1] = from[k]! + countCommon(genes.altered(gene), covers);
    });
    const carriers = new Int32Array(from[own.length]!);
    own.forEach((gene, k) => {
      const altered = genes.altered(gene);
      let at = from[k]!;
      for (let w = 0; w < covers.length; w++) {
        for (let word = (altered[w] ?? 0) & covers[w]!; word !== 0; word &= word - 1) {
          carriers[at++] = of[(w << 5) + 31 - Math.clz32(word & -word)]!;
        }
      }
    });
    return { covered, genes: Int32Array.from(own), from, carriers: inOrder(from, carriers, n) };
  });
}

/** Each list ascending: scattered to rows, then gathered back. */
function inOrder(from: Int32Array, carriers: Int32Array, rows: number): Int32Array {
  const at = new Int32Array(rows + 1);
  for (let k = 0; k < carriers.length; k++) at[carriers[k]! + 1]!++;
  for (let row = 0; row < rows; row++) at[row + 1]! += at[row]!;
  const ends = at.slice();
  const list = new Int32Array(carriers.length);
  for (let k = 0; k + 1 < from.length; k++) {
    for (let i = from[k]!; i < from[k + 1]!; i++) list[ends[carriers[i]!]!++] = k;
  }
  const next = from.slice();
  const ordered = new Int32Array(carriers.length);
  for (let row = 0; row < rows; row++) {
    for (let i = at[row]!; i < at[row + 1]!; i++) ordered[next[list[i]!]!++] = row;
  }
  return ordered;
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
