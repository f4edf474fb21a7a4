import type { AlterationText, NamedBuild } from '../../cohort/index.ts';
import type { GenesByPosition } from '../bed.ts';
import { fault } from '../fault.ts';
import { differs, Genomes } from '../genomes.ts';
import type { Rejected } from '../rejected.ts';
import { vcfBuild } from './build.ts';
import { Caller, type CallOptions } from './caller.ts';
import type { VcfHeader } from './header.ts';
import { readVcf } from './read.ts';
import type { VcfRecord } from './record.ts';
import { specimensOf } from './tumour.ts';
import { isIndel, leftAligned, type Variant } from './variant.ts';

/** Opens a file's bytes, from the start, as often as is needed. */
type Open = () => Promise<AsyncIterable<Uint8Array>>;

/** How a VCF is read. */
export interface VcfOptions {
  /** The source's key, for problems. */
  readonly file: string;
  /** The specimen that the source's key names. */
  readonly specimen?: string;
  /** Genes by position, from the cohort's BEDs: for a file without annotation. */
  readonly genes?: GenesByPosition;
  /** The cohort's genomes. */
  readonly fastas?: readonly { readonly file: string; readonly open: Open }[];
  /** The build that the definition says: of several genomes its own counts. */
  readonly build?: string;
  /** Also what is neither coding nor at a splice site. */
  readonly outside?: boolean;
}

/** What came of a block of lines. */
export interface VcfBatch {
  /** Alterations, and what is wrong with rows, in the file's order. */
  readonly rows: readonly (AlterationText | Rejected)[];
  /** Specimens that the file is of, altered or not: once, in the first batch that knows them. */
  readonly specimens: readonly string[];
  /** The build that the header names: in the same batch. */
  readonly build?: NamedBuild;
}

/** How far left an indel is moved at most. */
const REACH = 2_000;

/**
 * Alterations of a VCF, in the file's order: one for each specimen, allele that its genotype names, and gene. Positions and alleles are as a
 * MAF has them. With a genome the file is read twice: first for where its variants are, then for them; with several once more, to see with
 * which it agrees.
 * Throws `no-gene` where neither an annotation nor a BED tells any gene, `unmarked-samples`, `no-specimen-column`, and what {@link readVcf}
 * throws.
 */
export async function* vcfAlterations(open: Open, options: VcfOptions): AsyncGenerator<VcfBatch> {
  const { fastas = [] } = options;
  if (fastas.length === 0) {
    yield* called(open, options, {});
    return;
  }
  const genomes = new Genomes(fastas, options.build);
  const looking = async (look: (chromosome: string, variant: Variant) => void): Promise<void> => {
    const normalised = (chromosome: string, variant: Variant): Variant => {
      look(chromosome, variant);
      return variant;
    };
    for await (const _ of called(open, options, { normalised }));
  };
  await looking((chromosome, variant) => {
    const { position, ref } = variant;
    genomes.ask(chromosome, isIndel(variant) ? position - REACH : position, position + Math.max(0, ref.length - 1));
  });
  if (await genomes.fill()) await looking((chromosome, { position, ref }) => genomes.hold(chromosome, position, ref));
  yield* called(open, options, {
    normalised: (chromosome, variant, note) => {
      const { position, ref } = variant;
      const base = (at: number): string => (at > position - REACH ? genomes.base(chromosome, at) : '');
      const other = differs(base, position, ref);
      if (other) note('ref-mismatch');
      if (!isIndel(variant)) return variant;
      const moved = other ? undefined : leftAligned(variant, base);
      if (!moved) note('indel-beyond-reach');
      return moved ?? variant;
    },
  });
}

async function* called(open: Open, options: VcfOptions, how: CallOptions): AsyncGenerator<VcfBatch> {
  const { file, specimen, genes, outside } = options;
  let caller: Caller | undefined;
  let first: Omit<VcfBatch, 'rows'> = { specimens: [] };
  const header = (header: VcfHeader, record: VcfRecord): void => {
    if (!header.annotation && !genes) throw noGene(file);
    const columns = specimensOf(header, file, specimen);
    const build = vcfBuild(header.metas);
    first = { specimens: columns.map(({ identifier }) => identifier), ...(build && { build }) };
    caller = new Caller(header, record, columns, { ...how, ...(genes && { genes }), ...(outside && { outside }) });
  };
  const taker: Parameters<typeof readVcf>[2] = {
    header,
    record: (record) => caller!.add(record),
    apart: (rejected, record) => caller!.apart(rejected, record),
  };
  for await (const warnings of readVcf(await open(), file, taker)) {
    const rows = caller?.out ?? [];
    if (caller) caller.out = [];
    rows.push(...warnings);
    if (rows.length > 0 || first.specimens.length > 0) yield { rows, ...first };
    first = { specimens: [] };
  }
  if (caller!.located === 0 && caller!.tally.count('not-annotated') > 0) throw noGene(file);
  yield { rows: caller!.tally.list(), specimens: [] };
}

function noGene(file: string): Error {
  return fault(
    'no-gene',
    'no gene can be known: the VCF has no annotation (VEP CSQ or SnpEff ANN), and no BED with genes is a source of the cohort',
    { file },
    'Annotate it, for instance with VEP, or put a BED whose fourth column names genes.',
  );
}
