import type { VcfRecord } from './record.ts';
import { type Layout, numberAt, type ReadKey, type SampleFields } from './samples.ts';

/** Reads at an allele of a sample. */
export interface Reads {
  /** Share of the reads that carry it, of all that carry any of the record's alleles; null where it isn't known. */
  readonly fraction: number | null;
  readonly depth: number | null;
  /** The key whose values can't be this record's. */
  readonly wrong?: string;
}

/** Strelka's counts of a base (tier 1, tier 2). */
const STRELKA: Readonly<Record<string, ReadKey>> = { A: 'AU', C: 'CU', G: 'GU', T: 'TU' };

/**
 * Counts of an allele as its caller writes them: VarScan (RD, AD), Strelka (AU to TU, TAR and TIR, tier 1), Delly (RR, RV where the record is
 * precise, else DR, DV), FreeBayes (RO, AO), GATK and MuTect (AD of all alleles); without counts the fraction that it states (AF, FA, FREQ).
 */
export function readsOf(record: VcfRecord, layout: Layout, fields: SampleFields, allele: number): Reads {
  const sample = new Sample(record, layout, fields);
  const counts = sample.counts(allele);
  const stated = sample.number('DP', 0);
  if (counts === 'wrong') return { fraction: null, depth: stated, wrong: 'AD' };
  if (counts === undefined) {
    const fraction = sample.stated(allele);
    return fraction !== null && fraction > 1
      ? { fraction: null, depth: stated, wrong: sample.statedBy }
      : { fraction, depth: stated };
  }
  const [alt, all] = counts;
  return { fraction: all > 0 ? alt / all : null, depth: stated ?? all };
}

class Sample {
  statedBy = 'AF';
  readonly #record: VcfRecord;
  readonly #layout: Layout;
  readonly #fields: SampleFields;

  constructor(record: VcfRecord, layout: Layout, fields: SampleFields) {
    this.#record = record;
    this.#layout = layout;
    this.#fields = fields;
  }

  /** The number at a place of a field; null where it isn't there. */
  number(key: ReadKey, place: number): number | null {
    const field = this.#layout.at[key];
    if (!this.#fields.has(field, this.#record.bytes)) return null;
    const value = numberAt(this.#record.bytes, this.#fields.starts[field]!, this.#fields.ends[field]!, place);
    return value < 0 ? null : value;
  }

  /** Reads with the allele, and with any allele of the record; undefined where the caller doesn't count. */
  counts(allele: number): readonly [alt: number, all: number] | 'wrong' | undefined {
    const { alleles, info } = this.#record;
    const alone = alleles.count === 1;
    if (this.#has('TIR')) return alone ? pair(this.number('TAR', 0), this.number('TIR', 0)) : undefined;
    if (this.#has('RD') && this.#has('AD')) return alone ? pair(this.number('RD', 0), this.number('AD', 0)) : undefined;
    if (this.#has('AD')) return this.#depths(allele);
    if (this.#has('AU')) return this.#strelka(allele);
    if (this.#has('RO')) return this.#freeBayes(allele);
    if (!alone) return undefined;
    if (info.precise && this.#has('RV')) return pair(this.number('RR', 0), this.number('RV', 0));
    return this.#has('DV') ? pair(this.number('DR', 0), this.number('DV', 0)) : undefined;
  }

  /** The fraction that the caller states. */
  stated(allele: number): number | null {
    for (const key of ['AF', 'FA'] as const) {
      const fraction = this.number(key, allele);
      this.statedBy = key;
      if (fraction !== null) return fraction;
    }
    const field = this.#layout.at.FREQ;
    if (!this.#has('FREQ')) return null;
    this.statedBy = 'FREQ';
    const text = this.#record.bytes.toString('latin1', this.#fields.starts[field], this.#fields.ends[field]);
    const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text.split(',')[allele] ?? '') ?? [];
    return percent === undefined ? null : Number(percent) / 100;
  }

  #has(key: ReadKey): boolean {
    return this.#fields.has(this.#layout.at[key], this.#record.bytes);
  }

  /** AD: one count for each allele, the reference's first. */
  #depths(allele: number): readonly [number, number] | 'wrong' | undefined {
    const field = this.#layout.at.AD;
    const { bytes, alleles } = this.#record;
    let values = 1;
    for (let at = this.#fields.starts[field]!; at < this.#fields.ends[field]!; at++) if (bytes[at] === 44) values += 1;
    if (values !== alleles.count + 1) return 'wrong';
    let all = 0;
    for (let place = 0; place < values; place++) {
      const count = this.number('AD', place);
      if (count === null || !Number.isInteger(count)) return undefined;
      all += count;
    }
    return [this.number('AD', allele + 1)!, all];
  }

  #strelka(allele: number): readonly [number, number] | undefined {
    const { bytes, alleles, refStart, refEnd } = this.#record;
    const of = (start: number, end: number): number | null => {
      const key = end - start === 1 ? STRELKA[bytes.toString('latin1', start, end).toUpperCase()] : undefined;
      return key === undefined ? null : this.number(key, 0);
    };
    let all = of(refStart, refEnd) ?? Number.NaN;
    for (let i = 0; i < alleles.count; i++) {
      if (alleles.kinds[i] !== 'nothing') all += of(alleles.starts[i]!, alleles.ends[i]!) ?? Number.NaN;
    }
    const alt = of(alleles.starts[allele]!, alleles.ends[allele]!);
    return alt === null || Number.isNaN(all) ? undefined : [alt, all];
  }

  #freeBayes(allele: number): readonly [number, number] | undefined {
    let all = this.number('RO', 0) ?? Number.NaN;
    for (let place = 0; place < this.#record.alleles.count; place++) all += this.number('AO', place) ?? Number.NaN;
    return Number.isNaN(all) ? undefined : [this.number('AO', allele)!, all];
  }
}

function pair(ref: number | null, alt: number | null): readonly [number, number] | undefined {
  return ref === null || alt === null ? undefined : [alt, ref + alt];
}
