import { draftProposal } from '../../lib/answer/index.ts';
import { isSignetError } from '../../lib/base/index.ts';
import { Problem, RULES } from '../../lib/cohort/index.ts';
import { annotateWorkbook } from '../../lib/formats/index.ts';
import { Broken, type File, type Outcome, readFile } from './reading.ts';
import { pieces } from './seeds.ts';
import { throughStudy } from './study.ts';
import { asCsv, type TableWriter, writtenAndRead } from './written.ts';

/** What is held against the promises: a test puts broken ones in their place. */
export interface Checked {
  readonly read: (file: File, size?: number) => Promise<Outcome>;
  readonly write: TableWriter;
}

/** The readers and the writer as they are. */
export const SIGNET: Checked = { read: readFile, write: asCsv };

/** Bytes that come at once where files are to come in small pieces: odd, so that lines are cut anywhere. */
const SMALL_PIECES = 97;

/**
 * Holds one file against what is promised of any: it is read, or refused in a way that its keeper is told of; what it costs is bounded; the
 * same in whatever pieces it comes; what is accepted is the same when it was written and read again. `thorough`: also what is asked of few,
 * since it takes longer. Throws {@link Broken}, or what a reader threw.
 */
export async function check(file: File, { read, write }: Checked, thorough: boolean): Promise<'read' | 'refused'> {
  const outcome = await read(file);
  for (const problem of outcome.problems) tellsItsKeeper(problem);
  if (thorough) {
    const again = await read(file, file.bytes.length < 30_000 ? SMALL_PIECES : 1_021);
    // where a file is refused, which of its faults is met first may hang on its pieces
    if (outcome.refused === undefined || again.refused === undefined)
      same('the same in small pieces', plain(outcome), plain(again));
    await proposes(file);
    if (outcome.content === 'workbook') await annotates(file, outcome, read);
  }
  if (outcome.refused !== undefined) return 'refused';
  everyLineIsTold(file, outcome);
  const { was, is } = await writtenAndRead(outcome, write);
  same('the same written and read again', was, is);
  if (thorough && !file.seed.role) await throughStudy(file, outcome, same);
  return 'read';
}

const KNOWN_RULES: ReadonlySet<string> = new Set(RULES.map(({ id }) => id));

function tellsItsKeeper(problem: Problem): void {
  const { success } = Problem.safeParse(problem);
  if (!success || problem.says.trim() === '' || problem.remedy.trim() === '' || !KNOWN_RULES.has(problem.rule))
    throw new Broken(`a problem tells too little: ${JSON.stringify(problem)}`);
}

function plain({ content, refused, records, problems }: Outcome): readonly string[] {
  return [content, refused ?? 'accepted', JSON.stringify(problems), JSON.stringify(records)];
}

/** Throws with the first lines that differ. */
function same(what: string, was: readonly string[], is: readonly string[]): void {
  const at = Array.from({ length: Math.max(was.length, is.length) }, (_, i) => i).find((i) => was[i] !== is[i]);
  if (at === undefined) return;
  const [one, two] = [was[at] ?? 'nothing', is[at] ?? 'nothing'];
  const from = Math.max(0, [...one].findIndex((letter, i) => letter !== two[i]) - 60);
  throw new Broken(`not ${what}:\n  was …${one.slice(from, from + 400)}\n  is  …${two.slice(from, from + 400)}`);
}

/** Tables of lines, of which none may go unsaid: where there is no quote, each line is a record or has a problem. */
const LINE_BY_LINE: ReadonlySet<string> = new Set(['maf', 'segments', 'annotation.tsv', 'clinical.tsv']);

function everyLineIsTold({ seed, bytes }: File, { content, records, problems }: Outcome): void {
  const byContent = LINE_BY_LINE.has(content) || (content === 'table' && LINE_BY_LINE.has(seed.file));
  if (
    seed.role ||
    seed.packing !== 'plain' ||
    !byContent ||
    bytes.includes(0) ||
    bytes.includes(34) ||
    bytes.includes(13)
  )
    return;
  const lines = bytes
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .split('\n');
  const filled = lines.flatMap((line, i) => (isBlank(line) ? [] : [i + 1]));
  const header = filled.find(
    (line, i) => !lines[line - 1]!.startsWith('#') || (i > 0 && !lines[filled[0]! - 1]!.startsWith('#')),
  );
  const told = new Set<number | undefined>([header]);
  for (const rows of [records.patients, records.specimens, records.events, records.alterations, problems])
    for (const { line } of rows) told.add(line);
  const silent = filled.filter((line) => line > (header ?? 0) && !told.has(line));
  if (silent.length > countedOnce(problems))
    throw new Broken(`line ${silent[0]} is neither a record nor a problem: ${lines[silent[0]! - 1]!.slice(0, 200)}`);
}

/** Rows of a MAF that are left out, since the file itself calls them no somatic variants, beside the one that is named. */
function countedOnce(problems: Outcome['problems']): number {
  const leftOut = problems.filter(({ rule }) => rule === 'germline' || rule.startsWith('left-out-'));
  return leftOut.reduce((sum, { rows = 1 }) => sum + rows - 1, 0);
}

/** What lies in a bucket can be asked about, and the draft can be put. */
async function proposes({ seed, bytes }: File): Promise<void> {
  const sources = {
    list: async function* () {
      yield [{ key: seed.file, etag: '1', bytes: bytes.length }];
    },
    open: async () => pieces(bytes, 65_536),
  };
  try {
    await draftProposal({ site: 's', cohort: 'c' }, { sources } as unknown as Parameters<typeof draftProposal>[1]);
  } catch (error) {
    if (!isSignetError(error, 'no-sources')) throw error;
  }
}

/** A workbook with its cells marked says what it said. */
async function annotates(file: File, outcome: Outcome, read: Checked['read']): Promise<void> {
  const marks = [2, 3].map((row) => ({ row, column: row, level: 'cell' as const, text: 'here' }));
  let bytes: Buffer;
  try {
    bytes = await annotateWorkbook(file.bytes, file.seed.file, marks);
  } catch (error) {
    if (!isSignetError(error)) throw error;
    return;
  }
  if (outcome.refused !== undefined) return;
  same('the same once annotated', plain(outcome), plain(await read({ ...file, bytes })));
}

/** Nothing but what parts cells, and control characters. */
function isBlank(line: string): boolean {
  return [...line].every((letter) => letter <= ' ' || ',;|\u00a0'.includes(letter));
}
