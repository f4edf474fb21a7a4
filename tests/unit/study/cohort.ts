import {
  buildFrame,
  type Definition,
  type FrameSource,
  type Problem,
  parseDefinition,
} from '../../../lib/cohort/index.ts';
import { contentOf } from '../../../lib/ingest/content.ts';
import { mannerOf } from '../../../lib/ingest/definition.ts';
import { readRecords } from '../../../lib/ingest/read.ts';
import { pseudonymsUnder } from '../../../lib/store/index.ts';
import { recordWriter, type Writable } from './writer.ts';

const pseudonym = pseudonymsUnder(new Uint8Array(32));

/** A cohort of these files as its site's workers read it: each told by its content, asked for by the definition. */
export async function cohortOf(files: Readonly<Record<string, string | Uint8Array>>) {
  const definition: Definition = parseDefinition(Buffer.from(files['cohort.yaml'] as string).toString(), 'cohort.yaml');
  const sources: FrameSource[] = [];
  const problems: Problem[] = [];
  for (const [file, content] of Object.entries(files)) {
    if (file === 'cohort.yaml') continue;
    const open = async () =>
      (async function* () {
        yield Buffer.from(content as string);
      })();
    const kind = await contentOf(open, file);
    const { reading, alone } = mannerOf(definition, file, kind);
    if (!reading && !alone) continue;
    const records: Writable = { patients: [], specimens: [], events: [], alterations: [], unreadable: [], facts: [] };
    await readRecords(open, reading ?? alone!, { file, pseudonym, content: kind }, recordWriter(records, problems));
    sources.push({ key: file, records });
  }
  const built = buildFrame(definition, sources);
  return { ...built, definition, problems: [...problems, ...built.problems] };
}
