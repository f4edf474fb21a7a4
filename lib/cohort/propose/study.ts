import { buildCalled } from '../genes/builds.ts';
import type { Seen, SeenMeta } from './inputs.ts';

/** What is read of a study, by its meta files' types and, of copy number, datatypes. */
const READ: Readonly<Record<string, readonly string[] | 'any'>> = {
  CLINICAL: 'any',
  MUTATION_EXTENDED: 'any',
  STRUCTURAL_VARIANT: 'any',
  FUSION: 'any',
  GENE_PANEL_MATRIX: 'any',
  COPY_NUMBER_ALTERATION: ['DISCRETE', 'DISCRETE_LONG', 'LOG2-VALUE', 'SEG'],
};

/** What the meta files in a bucket say of the files beside them. */
export class Study {
  readonly #metas: readonly SeenMeta[];

  constructor({ metas = [] }: Seen) {
    this.#metas = metas;
  }

  /** What a file is that is not read, by its meta file. */
  unlike(file: string): string | undefined {
    const { type, datatype = '' } = this.#of(file) ?? {};
    if (type === undefined) return undefined;
    const read = READ[type];
    return read === 'any' || read?.includes(datatype) ? undefined : `its meta file says ${type} ${datatype}`.trim();
  }

  /** Whether a meta file says that a file holds log2 ratios of copy number. */
  isLog2(file: string): boolean {
    return this.#of(file)?.datatype === 'LOG2-VALUE';
  }

  /** The build that the file's meta file names, else the study's. */
  build(file: string): string | undefined {
    const folder = folderOf(file);
    const study = this.#metas.find((meta) => meta.of === undefined && folderOf(meta.file) === folder);
    return buildCalled(this.#of(file)?.build ?? study?.build ?? '');
  }

  #of(file: string): SeenMeta | undefined {
    return this.#metas.find((meta) => meta.of !== undefined && folderOf(meta.file) + meta.of === file);
  }
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}
