import type { VcfRecord } from './record.ts';
import { KEY, type Layout, type ReadKey, readKey, type SampleReader } from './samples.ts';
import { MISSING, numberFrom, WRONG, wholeNumberAt } from './values.ts';

const COMMA = 44;

/** A value of a sample that can't be used. */
export interface LostReads {
  readonly key: ReadKey;
  /** The field, as it is written. */
  readonly value: string;
  readonly lacks: 'the allele fraction' | 'the depth';
  readonly says: string;
}

/** Strelka's counts of a base (tier 1, tier 2). */
const STRELKA: Readonly<Record<string, number>> = { A: KEY.AU, C: KEY.CU, G: KEY.GU, T: KEY.TU };

const NOTHING: readonly LostReads[] = [];

/** What came of looking for counts. */
type Counts = 'known' | 'none' | 'wrong';

/**
 * Reads at an allele of a sample as its caller writes them: VarScan (RD, AD), Strelka (AU to TU, TAR and TIR, tier 1), Delly (RR, RV where the
 * record is precise, else DR, DV), FreeBayes (RO, AO), GATK and MuTect (AD of all alleles); without counts the fraction that it states (AF, FA,
 * FREQ). Reused from sample to sample.
 */
export class ReadsReader {
  /** Share of the reads that carry the allele, of all that carry any of the record's alleles; null where it isn't known. */
  fraction: number | null = null;
  depth: number | null = null;
  /** Values that are no count, no share, or not one for each allele: what they would have told is missing. */
  lost: readonly LostReads[] = NOTHING;
  readonly #record: VcfRecord;
  readonly #samples: SampleReader;
  #at: Int32Array = new Int32Array();
  #with = 0;
  #all = 0;
  #worst: Counts = 'known';
  /** Where the value is that was looked for last, and the end of its field. */
  #from = 0;
  #to = 0;
  #end = 0;

  constructor(record: VcfRecord) {
    this.#record = record;
    this.#samples = record.samples;
  }

  /** There is nothing to read. */
  clear(): void {
    this.fraction = null;
    this.depth = null;
    this.lost = NOTHING;
  }

  /** Reads an allele of the sample that is parted. */
  read({ at }: Layout, allele: number): void {
    this.clear();
    this.#at = at;
    const counts = this.#counts(allele);
    if (counts === 'known') this.fraction = this.#all > 0 ? this.#with / this.#all : null;
    const depth = this.#counted(KEY.DP, 0, 'the depth');
    if (depth >= 0) this.depth = depth;
    else if (depth === MISSING && counts === 'known') this.depth = this.#all;
    if (counts === 'none') this.fraction = this.#stated(allele);
  }

  /** Looks for the reads with the allele, and with any allele of the record. */
  #counts(allele: number): Counts {
    const { alleles, info } = this.#record;
    const alone = alleles.count === 1;
    if (this.#has(KEY.TIR)) return alone ? this.#pair(KEY.TAR, KEY.TIR) : 'none';
    if (this.#has(KEY.AD)) {
      if (!this.#has(KEY.RD)) return this.#depths(allele);
      return alone ? this.#pair(KEY.RD, KEY.AD) : 'none';
    }
    if (this.#has(KEY.AU)) return this.#strelka(allele);
    if (this.#has(KEY.RO)) return this.#freeBayes(allele);
    if (!alone) return 'none';
    if (info.precise && this.#has(KEY.RV)) return this.#pair(KEY.RR, KEY.RV);
    return this.#has(KEY.DV) ? this.#pair(KEY.DR, KEY.DV) : 'none';
  }

  /** The fraction that the caller states. */
  #stated(allele: number): number | null {
    for (const key of [KEY.AF, KEY.FA, KEY.FREQ]) {
      if (!this.#has(key)) continue;
      if (this.#values(key) !== this.#record.alleles.count) return this.#loses(key, 'is not a value for each allele');
      this.#find(key, allele);
      const fraction = key === KEY.FREQ ? this.#percent() : numberFrom(this.#record.bytes, this.#from, this.#to);
      if (fraction === MISSING) continue;
      return fraction >= 0 && fraction <= 1 ? fraction : this.#loses(key, 'is no share of reads');
    }
    return null;
  }

  /** A percentage as VarScan writes it, as a share. */
  #percent(): number {
    const text = this.#record.bytes.toString('latin1', this.#from, this.#to);
    if (text === '' || text === '.') return MISSING;
    const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
    return percent === undefined ? WRONG : Number(percent) / 100;
  }

  #has(key: number): boolean {
    return this.#samples.has(this.#at[key]!);
  }

  /** AD: one count for each allele, the reference's first. */
  #depths(allele: number): Counts {
    const { alleles } = this.#record;
    if (this.#values(KEY.AD) !== alleles.count + 1) {
      this.#loses(KEY.AD, 'is not a value for each allele');
      return 'wrong';
    }
    this.#begin();
    this.#add(this.#counted(KEY.AD, 0), false);
    for (let i = 0; i < alleles.count; i++) this.#add(this.#next(KEY.AD), i === allele);
    return this.#found();
  }

  #strelka(allele: number): Counts {
    const { bytes, alleles, refStart, refEnd } = this.#record;
    const of = (start: number, end: number): number => {
      const key = end - start === 1 ? STRELKA[bytes.toString('latin1', start, end).toUpperCase()] : undefined;
      return key === undefined ? MISSING : this.#counted(key, 0);
    };
    this.#begin();
    this.#add(of(refStart, refEnd), false);
    for (let i = 0; i < alleles.count; i++)
      if (alleles.kinds[i] !== 'nothing') this.#add(of(alleles.starts[i]!, alleles.ends[i]!), i === allele);
    return this.#found();
  }

  #freeBayes(allele: number): Counts {
    this.#begin();
    this.#add(this.#counted(KEY.RO, 0), false);
    this.#add(this.#counted(KEY.AO, 0), allele === 0);
    for (let i = 1; i < this.#record.alleles.count; i++) this.#add(this.#next(KEY.AO), i === allele);
    return this.#found();
  }

  #pair(without: number, carrying: number): Counts {
    this.#begin();
    this.#add(this.#counted(without, 0), false);
    this.#add(this.#counted(carrying, 0), true);
    return this.#found();
  }

  #begin(): void {
    this.#with = this.#all = 0;
    this.#worst = 'known';
  }

  /** Adds a count: of reads that carry the allele, or of others. */
  #add(count: number, carrying: boolean): void {
    if (count < 0) {
      if (this.#worst !== 'wrong') this.#worst = count === WRONG ? 'wrong' : 'none';
      return;
    }
    this.#all += count;
    if (carrying) this.#with = count;
  }

  #found(): Counts {
    return this.#worst;
  }

  /** The count at a place of a field, else {@link MISSING} or {@link WRONG}, which is told. */
  #counted(key: number, place: number, lacks: LostReads['lacks'] = 'the allele fraction'): number {
    if (!this.#has(key)) {
      this.#from = this.#to = this.#end = 0;
      return MISSING;
    }
    this.#find(key, place);
    return this.#value(key, lacks);
  }

  /** The count after the one that was looked for last. */
  #next(key: number): number {
    this.#reach(this.#to + 1);
    return this.#value(key, 'the allele fraction');
  }

  #value(key: number, lacks: LostReads['lacks']): number {
    const count = wholeNumberAt(this.#record.bytes, this.#from, this.#to);
    if (count === WRONG) this.#loses(key, 'is no count of reads', lacks);
    return count;
  }

  /** How many values a field has. */
  #values(key: number): number {
    return this.#samples.commas(this.#at[key]!) + 1;
  }

  /** Finds the value at a place of a field: empty where there is none. */
  #find(key: number, place: number): void {
    const field = this.#at[key]!;
    this.#end = this.#samples.end(field);
    this.#reach(this.#samples.start(field));
    for (let skip = 0; skip < place; skip++) this.#reach(this.#to + 1);
  }

  /** Takes the value that begins there. */
  #reach(from: number): void {
    const { bytes } = this.#record;
    const end = this.#end;
    this.#from = Math.min(from, end);
    let to = this.#from;
    while (to < end && bytes[to] !== COMMA) to += 1;
    this.#to = to;
  }

  #loses(key: number, says: string, lacks: LostReads['lacks'] = 'the allele fraction'): null {
    this.lost = [...this.lost, { key: readKey(key), value: this.#samples.text(this.#at[key]!), lacks, says }];
    return null;
  }
}
