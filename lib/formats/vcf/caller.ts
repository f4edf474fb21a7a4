import type { AlterationText } from '../../cohort/index.ts';
import type { GenesByPosition } from '../bed.ts';
import type { Rejected } from '../rejected.ts';
import { AnnotationReader, type Effect } from './annotation.ts';
import { isOutside } from './consequence.ts';
import type { VcfHeader } from './header.ts';
import { cellLost } from './problems.ts';
import { type LostReads, ReadsReader } from './reads.ts';
import type { VcfRecord } from './record.ts';
import { KEY } from './samples.ts';
import { type Note, Tally } from './tally.ts';
import type { SpecimenColumn } from './tumour.ts';
import { asMaf, changeOf, isIndel, trimmed, type Variant } from './variant.ts';

/** How records become alterations. */
export interface CallOptions {
  /** Genes by position, for a file without annotation. */
  readonly genes?: GenesByPosition;
  /** Also what is neither coding nor at a splice site. */
  readonly outside?: boolean;
  /** Moves a variant of bases as far left as the genome lets it; absent: no genome is known. */
  readonly normalised?: (chromosome: string, variant: Variant, note: (what: Note) => void) => Variant;
}

/** What a caller's somatic status means (VCF 4.1, SS of TCGA's VCF 1.1); 2 is somatic. */
const STATUS: Readonly<Record<string, Note>> = {
  '0': 'left-out-reference',
  '1': 'left-out-germline',
  '3': 'left-out-loh',
};

/** Makes alterations of records: one for each specimen, allele that it has, and gene that the allele is in. */
export class Caller {
  /** What came of the records since this was last emptied, in their order. */
  out: (AlterationText | Rejected)[] = [];
  readonly tally = new Tally();
  /** Records and alleles whose gene is known. */
  located = 0;
  readonly #specimens: readonly SpecimenColumn[];
  readonly #options: CallOptions;
  readonly #annotation: AnnotationReader | undefined;
  readonly #reads: ReadsReader;
  /** Whether the record's annotation is parted already. */
  #parted = false;
  #named = new Uint8Array(256);

  constructor(header: VcfHeader, record: VcfRecord, specimens: readonly SpecimenColumn[], options: CallOptions) {
    this.#specimens = specimens;
    this.#options = options;
    this.#annotation = header.annotation && new AnnotationReader(header.annotation, record.parter);
    this.#reads = new ReadsReader(record);
  }

  /** Takes a record. */
  add(record: VcfRecord): void {
    const { alleles, info, line } = record;
    if (!alleles.differs) return; // a block of the reference
    const status = statusOf(info.status);
    if (status) {
      this.tally.add(status, line);
      return;
    }
    this.#parted = false;
    if (this.#annotation && info.annotationStart === info.annotationEnd) {
      this.tally.add('not-annotated', line);
      return;
    }
    const calls = new Array<Called | undefined>(alleles.count);
    for (const specimen of this.#specimens) this.#specimen(record, specimen, calls);
  }

  /** Takes a record that is set apart: its genes are missing where it can be told which. */
  apart(rejected: Rejected, record: VcfRecord): void {
    const genes = statusOf(record.info.status) ? [] : this.#genesOf(rejected, record);
    const missing = this.#specimens.flatMap(({ identifier }) => genes.map((gene) => ({ specimen: identifier, gene })));
    this.out.push(missing.length > 0 ? { ...rejected, missing } : rejected);
  }

  #specimen(record: VcfRecord, { sample, identifier }: SpecimenColumn, calls: (Called | undefined)[]): void {
    const { alleles, samples, line } = record;
    const { layout } = samples;
    const reads = this.#reads;
    const known = sample >= 0 && layout !== undefined;
    if (known) {
      samples.part(sample);
      const field = layout.at[KEY.SS]!;
      const status = samples.has(field) ? statusOf(samples.text(field)) : undefined;
      if (status) {
        this.tally.add(status, line);
        return;
      }
    }
    const genotyped = known && samples.reaches(layout.genotype);
    if (genotyped) this.#name(record, layout.genotype);
    let told = 0; // values that were told of, by key: not once more with the next allele
    for (let allele = 0; allele < alleles.count; allele++) {
      if (alleles.kinds[allele] === 'nothing') continue;
      if (genotyped && this.#named[allele + 1] !== 1) {
        this.tally.add('left-out-genotype', line);
        continue;
      }
      const found = calls[allele] ?? this.#calls(record, allele);
      calls[allele] = found;
      if (found.told.length === 0) continue;
      if (known) reads.read(layout, allele);
      else reads.clear();
      const { shown } = found;
      for (const effect of found.told)
        this.out.push({
          specimenIdentifier: identifier,
          gene: effect.gene,
          geneId: effect.geneId,
          kind: 'mutation',
          class: effect.class,
          protein: effect.protein,
          chromosome: record.chromosome,
          position: shown.position,
          ref: shown.ref,
          alt: shown.alt,
          alleleFraction: reads.fraction,
          depth: reads.depth,
          filter: record.filter,
          line,
        });
      for (const lost of reads.lost) {
        const key = 1 << KEY[lost.key];
        if ((told & key) === 0) this.out.push(lostCell(lost, record, sample));
        told |= key;
      }
    }
  }

  /** Marks the alleles that a genotype names, by number; none where there is no genotype in it. */
  #name({ bytes, alleles, samples }: VcfRecord, genotype: number): void {
    if (alleles.count >= this.#named.length) this.#named = new Uint8Array(2 * alleles.count);
    const named = this.#named;
    for (let allele = 0; allele <= alleles.count; allele++) named[allele] = 0;
    const end = samples.end(genotype);
    let allele = -1;
    for (let at = samples.start(genotype); at <= end; at++) {
      const digit = at < end ? bytes[at]! - 48 : -1;
      if (digit >= 0 && digit <= 9) allele = Math.max(0, allele) * 10 + digit;
      else {
        if (allele >= 0 && allele < named.length) named[allele] = 1;
        allele = -1;
      }
    }
  }

  /** What an allele is, and what it does to each gene; to none where it is in none that is read. */
  #calls(record: VcfRecord, allele: number): Called {
    const { bytes, alleles, chromosome, line } = record;
    const symbolic = alleles.kinds[allele] === 'symbolic';
    const ref = sequence(bytes, record.refStart, record.refEnd);
    const [start, end] = [alleles.starts[allele]!, alleles.ends[allele]!];
    const variant: Variant = symbolic
      ? { position: record.position, ref, alt: bytes.toString('latin1', start, end) }
      : trimmed({ position: record.position, ref, alt: sequence(bytes, start, end) });
    const told = this.#annotation
      ? this.#annotated(record, allele, variant, symbolic)
      : this.#located(record, variant, symbolic);
    const shown = symbolic || told.length === 0 ? variant : asMaf(this.#normalised(chromosome, variant, line));
    return { told, shown };
  }

  #annotated(record: VcfRecord, allele: number, variant: Variant, symbolic: boolean): readonly Told[] {
    const annotation = this.#annotation!;
    // A record that no tumour has costs no look into its annotation.
    if (!this.#parted) annotation.read(record.info.annotationStart, record.info.annotationEnd);
    this.#parted = true;
    this.located += 1;
    const told: Told[] = [];
    for (const effect of annotation.effects(record.refStart, record.refEnd, record.alleles, allele)) {
      const { entry, gene, consequence } = effect;
      if (consequence === null) this.tally.add('annotation-of-another-allele', record.line);
      const ofClass = classOf(effect, variant, symbolic);
      if (ofClass !== null && isOutside(ofClass) && !this.#options.outside) continue;
      const protein = consequence === null ? null : annotation.protein(entry);
      told.push({ gene, geneId: annotation.geneId(entry), class: ofClass, protein });
    }
    return told;
  }

  #located(record: VcfRecord, { position, ref }: Variant, symbolic: boolean): readonly Told[] {
    this.located += 1;
    const last = symbolic ? lastOf(record) : position + Math.max(0, ref.length - 1);
    const genes = this.#options.genes?.at(record.chromosome, Math.min(position, last), Math.max(position, last)) ?? [];
    if (genes.length > 0) this.tally.add('gene-by-position', record.line);
    return genes.map((gene) => ({ gene, geneId: null, class: null, protein: null }));
  }

  #normalised(chromosome: string, variant: Variant, line: number): Variant {
    const { normalised } = this.#options;
    if (normalised) return normalised(chromosome, variant, (what) => this.tally.add(what, line));
    if (isIndel(variant)) this.tally.add('indel-not-normalised', line);
    return variant;
  }

  #genesOf({ rule }: Rejected, record: VcfRecord): readonly string[] {
    const { info } = record;
    if (this.#annotation) {
      const entries = this.#annotation.read(info.annotationStart, info.annotationEnd);
      return entries > 0 ? [...this.#annotation.genes()] : [];
    }
    if (rule === 'vcf-columns' || rule === 'vcf-chromosome' || rule === 'vcf-position') return [];
    return this.#options.genes?.at(record.chromosome, record.position, record.position + record.refLength - 1) ?? [];
  }
}

type Told = Pick<AlterationText, 'gene' | 'geneId' | 'class' | 'protein'>;

/** An allele as a MAF shows it, and what it does, once a gene. */
interface Called {
  readonly told: readonly Told[];
  readonly shown: Variant;
}

/** Bases by their byte: most alleles are one. */
const BASES: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code).toUpperCase());

function sequence(bytes: Buffer, start: number, end: number): string {
  return end - start === 1 ? BASES[bytes[start]!]! : bytes.toString('latin1', start, end).toUpperCase();
}

/** Why a status leaves a variant out; undefined where it is somatic, or not said. */
function statusOf(status: string): Note | undefined {
  if (status === '' || status === '.' || status === '2') return undefined;
  return STATUS[status] ?? 'left-out-unknown';
}

function classOf({ consequence }: Effect, variant: Variant, symbolic: boolean): string | null {
  if (!consequence) return null;
  return symbolic ? consequence.symbolicClass(!variant.alt.startsWith('<')) : consequence.classOf(changeOf(variant));
}

/** The last base of an allele without bases: by END, else by its length; of a breakend its own. */
function lastOf({ info, position }: VcfRecord): number {
  if (info.stop >= position) return info.stop;
  return info.length > 0 ? position + info.length : position;
}

function lostCell({ key, value, lacks, says }: LostReads, { line }: VcfRecord, sample: number): Rejected {
  return cellLost(
    'reads',
    { line, column: `FORMAT/${key}`, value },
    `${key} of sample ${sample + 1} ${says}: ${lacks} is missing`,
    'Look whether the record was cut or changed by hand, and have it written again.',
  );
}
