import { buildCalled, type NamedBuild } from '../cohort/index.ts';
import { known } from './cells.ts';
import { linesOf } from './lines.ts';
import { openText } from './text-file.ts';

/** What a meta file of cBioPortal says; of a list of cases nothing. */
export interface StudyMeta {
  /** The file beside it that it speaks of; absent: all of the study. */
  readonly of?: string;
  /** `CLINICAL`, `MUTATION_EXTENDED`, `MRNA_EXPRESSION` … */
  readonly type?: string;
  /** `MAF`, `DISCRETE`, `LOG2-VALUE` … */
  readonly datatype?: string;
  readonly builds: readonly NamedBuild[];
}

const FIELD =
  /^\s*(data_filename|genetic_alteration_type|datatype|reference_genome_id|reference_genome)\s*:\s*(.*?)\s*$/;
const LONGEST = 200;

/** Beyond these lines a meta file has no field. */
const MOST_LINES = 200;

/** Reads a meta file of cBioPortal: the first of each field. https://docs.cbioportal.org/file-formats/ */
export async function readMeta(bytes: AsyncIterable<Uint8Array>, file: string): Promise<StudyMeta> {
  const text = await openText(bytes, file);
  const fields = new Map<string, { readonly value: string; readonly line: number }>();
  try {
    for await (const { bytes: block, line: first } of linesOf(text, file).blocks) {
      for (const [i, line] of block.toString().split('\n').entries()) {
        const [, name, written] = FIELD.exec(line) ?? [];
        const value = known(written)?.slice(0, LONGEST);
        if (name !== undefined && value != null && !fields.has(name)) fields.set(name, { value, line: first + i });
      }
      if (first > MOST_LINES) break;
    }
  } finally {
    text.close();
  }
  const of = fields.get('data_filename')?.value;
  const type = fields.get('genetic_alteration_type')?.value;
  const datatype = fields.get('datatype')?.value;
  return {
    ...(of !== undefined && { of }),
    ...(type !== undefined && { type }),
    ...(datatype !== undefined && { datatype }),
    builds: ['reference_genome_id', 'reference_genome'].flatMap((column): NamedBuild[] => {
      const field = fields.get(column);
      if (!field) return [];
      return [{ build: buildCalled(field.value) ?? field.value, column, ...field, ...(of !== undefined && { of }) }];
    }),
  };
}
