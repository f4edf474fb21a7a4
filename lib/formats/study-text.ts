import { buildCalled, type NamedBuild } from '../cohort/index.ts';
import { known } from './cells.ts';
import { linesOf } from './lines.ts';
import { openText } from './text-file.ts';

const BUILD = /^\s*(reference_genome_id|reference_genome|ncbi_build)\s*:\s*(.*?)\s*$/i;
const FILE = /^\s*data_filename\s*:\s*(.*?)\s*$/i;
const LONGEST = 100;

/** Fields of a meta file: beyond these lines there is none. */
const MOST_LINES = 200;
const MOST = 10;

/**
 * The builds that a meta file of cBioPortal names (https://docs.cbioportal.org/file-formats/), for the file it speaks of: of meta_study.txt for
 * all of the study. A list of cases names none.
 */
export async function metaBuilds(bytes: AsyncIterable<Uint8Array>, file: string): Promise<readonly NamedBuild[]> {
  const text = await openText(bytes, file);
  const builds: NamedBuild[] = [];
  let of: string | undefined;
  try {
    for await (const { bytes: block, line: first } of linesOf(text, file).blocks) {
      for (const [i, line] of block.toString().split('\n').entries()) {
        of ??= FILE.exec(line)?.[1];
        const [, column, written] = BUILD.exec(line) ?? [];
        const value = known(written)?.slice(0, LONGEST);
        if (column !== undefined && value != null && builds.length < MOST)
          builds.push({ build: buildCalled(value) ?? value, value, line: first + i, column });
      }
      if (first > MOST_LINES) break;
    }
  } finally {
    text.close();
  }
  return of === undefined ? builds : builds.map((build) => ({ ...build, of: of! }));
}
