import { isSignetError, SignetError } from '../base/index.ts';
import { buildCalled, createAlterationReader, type Reading } from '../cohort/index.ts';
import {
  type AlterationBatches,
  copyNumber,
  copyNumberList,
  NamedBuilds,
  openSource,
  panelMatrix,
  type Rejected,
  readMeta,
  readPanel,
  segments,
  structuralVariants,
} from '../formats/index.ts';
import type { Alone } from './definition.ts';
import type { AttemptWriter, Content } from './ports.ts';
import type { Open, ReadOptions } from './read-options.ts';
import { readAid } from './read-vcf.ts';

/** Where a reader puts what is wrong with rows. */
type Reject = (row: Rejected) => Promise<void>;

/** Specimens of one call of facts: an item of the table holds them. */
const SPECIMENS_A_PIECE = 2_000;

/** Whether {@link readGenes} reads a file of this content as alterations. */
export function isOfGenes(content: Content): content is (typeof OF_GENES)[number] {
  return OF_GENES.some((known) => known === content);
}

const OF_GENES = [
  'discrete-copy-number',
  'log2-copy-number',
  'copy-number-list',
  'structural-variants',
  'fusions',
  'segments',
] as const satisfies readonly Content[];

/** Reads copy number by gene, structural variants or segments; memory doesn't grow with the file. */
export async function readGenes(
  open: Open,
  content: (typeof OF_GENES)[number],
  reading: Reading,
  options: ReadOptions,
  writer: AttemptWriter,
  reject: Reject,
): Promise<void> {
  const { file } = options;
  const source = async () => openSource(await open(), { file });
  if (content === 'segments') {
    await writer.facts({ kinds: ['segment'] });
    await handOn(
      segments(source, file, { ratios: reading.alterations?.log2 !== undefined }),
      reading,
      options,
      writer,
      reject,
    );
    return;
  }
  const opened = await source();
  try {
    for (const note of opened.notes) await reject({ level: 'warning', ...note });
    if (content === 'structural-variants' || content === 'fusions') {
      await writer.facts({ kinds: ['fusion'] });
      const builds = new NamedBuilds('NCBI_Build');
      await handOn(structuralVariants(opened, builds), reading, options, writer, reject);
      await tellBuilds(builds, writer);
      return;
    }
    const { levels, log2 } = reading.alterations ?? {};
    const kept = { ...(levels && { levels }), ...(log2 && { log2 }) };
    if (content === 'log2-copy-number' && levels && !log2) throw noLevels(file);
    // ratios that happen to be whole numbers look like levels: the definition knows better
    const kind = content === 'discrete-copy-number' && !(log2 && !levels) ? 'discrete' : 'log2';
    const { specimens, batches } =
      content === 'copy-number-list' ? copyNumberList(opened, kept) : copyNumber(opened, kind, kept);
    await handOn(batches, reading, options, writer, reject);
    for (const some of pieces([...specimens])) // of a list, whole only now
      await writer.facts({
        kinds: ['copy number'],
        covered: some.map((identifier) => options.pseudonym('specimen', identifier)),
      });
  } finally {
    opened.close();
  }
}

/** Keeps what the rows of a file say of their build, where they say it. */
export async function tellBuilds(named: NamedBuilds, writer: AttemptWriter): Promise<void> {
  const builds = named.list();
  if (builds.length > 0) await writer.facts({ builds });
}

function noLevels(file: string): SignetError {
  return new SignetError(
    'other-format',
    'the definition reads levels of copy number from the file, and it is a matrix of log2 copy number',
    {
      place: { file },
      remedy: 'Give `log2` in the definition in the place of `levels`, or correct the numbers that are no level.',
    },
  );
}

async function handOn(
  batches: AlterationBatches,
  reading: Reading,
  { file, pseudonym }: ReadOptions,
  writer: AttemptWriter,
  reject: Reject,
): Promise<void> {
  const reader = createAlterationReader(reading, { file, pseudonym });
  for await (const batch of batches) {
    for (const row of batch) {
      if (!('rule' in row)) reader.add(row);
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

/** Reads what needs no definition: a gene panel, what specimens were sequenced with, segments, the build in a meta file. */
export async function readAlone(
  open: Open,
  alone: Alone,
  options: ReadOptions,
  writer: AttemptWriter,
  reject: Reject,
): Promise<void> {
  const { file, pseudonym } = options;
  if (alone === 'segments') return readGenes(open, alone, { tables: [] }, options, writer, reject);
  if (alone === 'study-text') {
    const { builds } = await readMeta(await open(), file);
    if (builds.length > 0) await writer.facts({ builds });
    return;
  }
  if (alone === 'panel') {
    const { panel, notes } = await readPanel(await open(), file);
    for (const note of notes) await reject(note);
    const { build } = panel;
    const named = build === undefined ? undefined : { build: buildCalled(build) ?? build, value: build };
    await writer.facts({ panels: [panel], ...(named && { builds: [named] }) });
    if (options.content === 'bed') await readPositions(open, file, writer);
    return;
  }
  const source = await openSource(await open(), { file });
  try {
    for (const note of source.notes) await reject({ level: 'warning', ...note });
    for await (const batch of panelMatrix(source)) {
      const sequenced = batch.flatMap((row) => ('rule' in row ? [] : [row]));
      for (const row of batch) if ('rule' in row) await reject(row);
      for (const some of pieces(sequenced))
        await writer.facts({
          sequenced: some.map(({ specimen, ...of }) => ({ specimen: pseudonym('specimen', specimen), ...of })),
        });
    }
  } finally {
    source.close();
  }
}

/** A BED under `panels/` tells genes by position too. One with a line that no VCF can be read by is a panel all the same. */
async function readPositions(open: Open, file: string, writer: AttemptWriter): Promise<void> {
  try {
    await readAid(open, 'bed', file, writer);
  } catch (error) {
    if (!isSignetError(error, 'other-format')) throw error;
  }
}

function* pieces<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from === 0 || from < items.length; from += SPECIMENS_A_PIECE)
    yield items.slice(from, from + SPECIMENS_A_PIECE);
}
