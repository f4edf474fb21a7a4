import type { DemoUploads } from '../../../demo/uploads.ts';
import { type Definition, type FrameSource, parseDefinition } from '../../../lib/cohort/index.ts';
import { contentOf, DEFINITION_KEY, mannerOf, readRecords } from '../../../lib/ingest/index.ts';
import { pseudonymsUnder } from '../../../lib/store/index.ts';
import { keeper, noRecords } from '../../fuzz/reading.ts';

const pseudonym = pseudonymsUnder(new Uint8Array(32));
/** As many bytes come at once as from a bucket. */
const PIECE = 65_536;

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** A cohort's files as the worker of a file reads them, and nothing stored. */
export async function readUploads({ files }: DemoUploads): Promise<{
  readonly definition: Definition;
  readonly sources: readonly FrameSource[];
}> {
  const definition = parseDefinition(String(files.find(({ key }) => key === DEFINITION_KEY)!.body), DEFINITION_KEY);
  const sources: FrameSource[] = [];
  for (const { key, body } of files) {
    if (key === DEFINITION_KEY) continue;
    const bytes = Buffer.from(body as Uint8Array);
    const open = async () => pieces(bytes);
    const content = await contentOf(open, key);
    const { reading, alone } = mannerOf(definition, key, content);
    const records = noRecords();
    await readRecords(open, (reading ?? alone)!, { file: key, pseudonym, content }, keeper(records, []));
    sources.push({ key, records });
  }
  return { definition, sources };
}
