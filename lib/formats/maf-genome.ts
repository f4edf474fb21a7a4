import type { AlterationText } from '../cohort/index.ts';
import { differs, Genomes } from './genomes.ts';
import type { Rejected } from './rejected.ts';

type Batches = AsyncIterable<readonly (AlterationText | Rejected)[]>;

/** The genomes of a cohort, and the build by which one of several counts. */
interface OfCohort {
  readonly fastas: ConstructorParameters<typeof Genomes>[0];
  readonly build?: string;
}

/**
 * The alterations of a MAF with one warning more, `ref-mismatch`, where reference alleles aren't what the genome has there. `look` reads the file
 * from its start, for where its variants are, and with several genomes once more to see with which it agrees. Of the genome only what lies
 * about the variants is kept.
 */
export async function* againstGenomes(
  given: Batches,
  look: () => Batches,
  { fastas, build }: OfCohort,
): Batches & AsyncGenerator {
  const genomes = new Genomes(fastas, build);
  for await (const { chromosome, position, ref } of places(look()))
    genomes.ask(chromosome, position, position + ref.length - 1);
  if (await genomes.fill())
    for await (const { chromosome, position, ref } of places(look())) genomes.hold(chromosome, position, ref);
  let [first, rows] = [0, 0];
  for await (const batch of given) {
    for (const row of batch) {
      const place = placeOf(row);
      if (!place || !differs((at) => genomes.base(place.chromosome, at), place.position, place.ref)) continue;
      if (rows === 0) first = row.line;
      rows += 1;
    }
    yield batch;
  }
  if (rows > 0) yield [mismatch(first, rows)];
}

interface Place {
  readonly chromosome: string;
  readonly position: number;
  readonly ref: string;
}

async function* places(batches: Batches): AsyncGenerator<Place> {
  for await (const batch of batches)
    for (const row of batch) {
      const place = placeOf(row);
      if (place) yield place;
    }
}

/** Where reference bases stand; an insertion has none. */
function placeOf(row: AlterationText | Rejected): Place | undefined {
  if ('rule' in row || row.chromosome === null || row.position === null || row.ref === null) return undefined;
  const ref = row.ref.toUpperCase();
  return /^[ACGTN]+$/.test(ref) ? { chromosome: row.chromosome, position: row.position, ref } : undefined;
}

function mismatch(line: number, rows: number): Rejected {
  return {
    line,
    column: 'Reference_Allele',
    rows,
    level: 'warning',
    rule: 'ref-mismatch',
    says: 'the reference allele is not what the FASTA has there',
    remedy: 'Look whether the FASTA is the genome that the file was called on.',
  };
}
