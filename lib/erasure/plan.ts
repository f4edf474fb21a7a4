import { SignetError } from '../base/index.ts';
import type { Definition, Problem } from '../cohort/index.ts';
import { DEFINITION_KEY, mannerOf } from '../ingest/index.ts';
import type { CohortName, Head } from '../ingest/ports.ts';
import { type Telling, withoutHer } from './cut.ts';
import { type Her, type Read, shareOf } from './her.ts';
import { distinctive, finderOf, mentions } from './mentions.ts';
import type { ErasurePorts } from './ports.ts';

/** What becomes of a source that holds her: its bytes without her, or nothing of it, since all of it is hers. */
export interface Step {
  readonly key: string;
  readonly etag: string;
  readonly body?: Uint8Array;
}

/** Sources that hold her and that only people can rewrite. Nothing was changed. */
class ByHand extends SignetError {
  readonly problems: readonly Problem[];

  constructor(files: readonly string[]) {
    super('erasure-by-hand', `${files.length} of the cohort's files hold her and can't be rewritten here`, {
      place: { file: files[0]! },
      remedy:
        'Put each of them again without her, or delete it, and wait until it is read; then ask for the erasure again, which takes her out of all that was made of the old ones and of their versions.',
    });
    this.problems = files.map((file) => ({
      rule: 'erasure-by-hand',
      level: 'file',
      file,
      says: 'the file holds the patient, and rows can be taken only out of text tables that are read here, where nothing but a column that says whose a row is names her',
      remedy: 'Put it again without her, or delete it.',
    }));
  }
}

/** The largest source that is looked into whole. */
const MOST_BYTES = 500_000_000;

/** What is known of the cohort when its sources are looked through. */
export interface Known {
  readonly her: Her;
  readonly heads: readonly Head[];
  readonly read: readonly Read[];
  readonly definition: Definition | undefined;
}

/** What has to be done to the sources as they are now. Throws SignetError `erasure-by-hand` with every file that this can't do. */
export async function planOf(cohort: CohortName, known: Known, ports: ErasurePorts): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const byHand: string[] = [];
  for await (const page of ports.objects.list(cohort))
    for (const { key, etag, bytes } of page) {
      const step = await stepOf(cohort, { key, etag, bytes }, known, ports);
      if (step === 'by hand') byHand.push(key);
      else if (step) steps.push(step);
    }
  if (byHand.length > 0) throw new ByHand(byHand);
  return steps;
}

async function stepOf(
  cohort: CohortName,
  { key, etag, bytes: length }: { readonly key: string; readonly etag: string; readonly bytes: number },
  { her, heads, read, definition }: Known,
  ports: ErasurePorts,
): Promise<Step | 'by hand' | undefined> {
  const head = heads.find((each) => each.key === key);
  const current = head?.looked.etag === etag ? head : undefined;
  const attempts = new Set([current?.looked.attempt, current?.inForce?.attempt]);
  const shares = read.filter(({ attempt }) => attempts.has(attempt)).map(({ records }) => shareOf(records, her));
  const held = shares.some((share) => share !== 'none');
  if (held && shares.every((share) => share === 'all')) return { key, etag };
  if (length > MOST_BYTES) return held ? 'by hand' : undefined;

  const bytes = await bytesOf(await ports.objects.open({ ...cohort, key }, etag));
  const certain = finderOf([...her.identifiers].filter(distinctive));
  const named = (await mentions(bytes, certain)) === 'yes';
  if (!held && !named) return undefined;
  const telling = key === DEFINITION_KEY ? undefined : tellingOf(definition, key, current);
  const body = telling && (await cut(bytes, key, telling, her));
  // What still names her, in a cell of free text perhaps, is not for a program to mend.
  if (!body || (await mentions(body, certain)) !== 'no') return 'by hand';
  return { key, etag, body };
}

function tellingOf(definition: Definition | undefined, key: string, head: Head | undefined): Telling | undefined {
  const { reading, alone } = mannerOf(definition, key, head?.looked.content);
  return alone === 'segments' || alone === 'panel-matrix' ? 'first' : reading;
}

async function cut(bytes: Uint8Array, file: string, telling: Telling, her: Her): Promise<Uint8Array | undefined> {
  try {
    return await withoutHer(bytes, file, telling, her);
  } catch (error) {
    if (error instanceof SignetError) return undefined; // a file that can't be read as a table
    throw error;
  }
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
