const COMMA = 44;
const DOT = 46;
const LESS = 60;
const STAR = 42;

/** Letters of a sequence, small ones too. */
const BASE = new Uint8Array(256);
for (const letter of 'ACGTNacgtn') BASE[letter.charCodeAt(0)] = 1;

/** Whether there is a sequence, and nothing else. */
export function isSequence(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (BASE[bytes[at]!] === 0) return false;
  return end > start;
}

/** `nothing`: a reference block, a deletion that another record tells of, no allele at all. */
export type AlleleKind = 'sequence' | 'symbolic' | 'nothing';

/** A breakend with its bases at one side, or a single one. */
const BREAKEND =
  /^(?:[ACGTNacgtn.]+([[\]])[^\s[\],]+:\d+\1|([[\]])[^\s[\],]+:\d+\2[ACGTNacgtn.]+|\.[ACGTNacgtn]+|[ACGTNacgtn]+\.)$/;

const NO_ALLELE: ReadonlySet<string> = new Set(['<NON_REF>', '<*>', '<X>']);

/** The alternative alleles of a record. Reused from record to record. */
export class Alleles {
  count = 0;
  /** Whether any of them is more than a block of the reference. */
  differs = false;
  starts = new Int32Array(16);
  ends = new Int32Array(16);
  kinds: AlleleKind[] = [];

  /** Reads ALT; false where something in it is no allele. */
  read(bytes: Buffer, start: number, end: number): boolean {
    this.count = 0;
    this.differs = false;
    for (let from = start; from <= end; ) {
      let to = from;
      while (to < end && bytes[to] !== COMMA) to += 1;
      const kind = kindOf(bytes, from, to);
      if (kind === undefined) return false;
      if (this.count === this.starts.length) this.#grow();
      this.starts[this.count] = from;
      this.ends[this.count] = to;
      this.kinds[this.count] = kind;
      if (kind !== 'nothing') this.differs = true;
      this.count += 1;
      from = to + 1;
    }
    return true;
  }

  #grow(): void {
    const [starts, ends] = [new Int32Array(this.count * 2), new Int32Array(this.count * 2)];
    starts.set(this.starts);
    ends.set(this.ends);
    [this.starts, this.ends] = [starts, ends];
  }
}

function kindOf(bytes: Buffer, start: number, end: number): AlleleKind | undefined {
  if (isSequence(bytes, start, end)) return 'sequence';
  if (end - start === 1 && (bytes[start] === DOT || bytes[start] === STAR)) return 'nothing';
  const text = bytes.toString('latin1', start, end);
  if (bytes[start] === LESS) {
    if (!/^<[^\s<>]+>$/.test(text)) return undefined;
    return NO_ALLELE.has(text) ? 'nothing' : 'symbolic';
  }
  return BREAKEND.test(text) ? 'symbolic' : undefined;
}
