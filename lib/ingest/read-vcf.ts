import { type AlterationText, createAlterationReader, type Reading } from '../cohort/index.ts';
import { GenesByPosition, type Rejected, vcfAlterations } from '../formats/index.ts';
import type { AttemptWriter } from './ports.ts';
import type { Open, ReadOptions } from './read-options.ts';

/** Where a reader puts what is wrong with rows, and what it leaves of them. */
type Reject = (row: Rejected) => Promise<void>;

/** Reads the alterations of a VCF, with the genomes and genes by position that its cohort has; memory doesn't grow with the file. */
export async function readVcfAlterations(
  open: Open,
  reading: Reading,
  options: ReadOptions,
  writer: AttemptWriter,
  reject: Reject,
): Promise<void> {
  const { file, pseudonym, aids, content } = options;
  const { ofKey, outside } = reading.alterations!;
  const genes = new GenesByPosition();
  for (const bed of content === 'annotated-vcf' ? [] : (aids?.beds ?? [])) await genes.add(await bed.open(), bed.file);
  const reader = createAlterationReader(reading, { file, pseudonym });
  const batches = vcfAlterations(open, {
    file,
    ...(ofKey !== undefined && { specimen: ofKey }),
    ...(genes.size > 0 && { genes }),
    ...(aids && { fastas: aids.fastas }),
    ...(aids?.build !== undefined && { build: aids.build }),
    ...(outside && { outside }),
  });
  for await (const { rows, specimens, build } of batches) {
    if (specimens.length > 0)
      await writer.facts({
        covered: specimens.map((identifier) => pseudonym('specimen', identifier)),
        ...(genes.size > 0 && { byPosition: true }),
        ...(build && { builds: [build] }),
      });
    for (const row of rows) {
      if (!isRejected(row)) reader.add(row);
      else {
        await reject(row);
        for (const { specimen, gene } of row.missing ?? []) reader.apart(specimen, gene);
      }
    }
    const read = reader.take();
    await writer.alterations(read.alterations, read.unreadable);
    for (const problem of read.problems) await writer.problems([problem]);
  }
}

function isRejected(row: AlterationText | Rejected): row is Rejected {
  return 'rule' in row;
}

/** Genes of one call of facts: an item of the table holds them. */
const GENES_AT_ONCE = 2_000;

/** Reads a source that only helps to read others: of a BED the genes that it tells. Throws where it is none. */
export async function readAid(
  open: Open,
  content: 'fasta' | 'bed',
  file: string,
  writer: Pick<AttemptWriter, 'facts'>,
): Promise<void> {
  if (content !== 'bed') return;
  const bed = new GenesByPosition();
  await bed.add(await open(), file);
  const positions = [...bed.genes()];
  for (let at = 0; at < positions.length; at += GENES_AT_ONCE)
    await writer.facts({ positions: positions.slice(at, at + GENES_AT_ONCE) });
}
