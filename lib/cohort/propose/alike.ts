import { matches } from '../values/glob.ts';
import type { Seen, SeenTable } from './inputs.ts';
import { keysOf } from './keys.ts';

/** Patients in several of the files by mistake are few. */
const FEW = 0.1;

/**
 * Tables of which several files have the same columns, as those of two sites or of two years, as one: a pattern fits their names and no
 * other's. They stay apart where most patients stand in several of them, and none of the files has several rows of a patient by itself: which of
 * them counts can't be told.
 */
export function joinedTables(seen: Seen): readonly SeenTable[] {
  const groups = new Map<string, SeenTable[]>();
  for (const table of seen.tables) {
    const alike = JSON.stringify([table.sheet ?? null, table.header ?? null, table.columns]);
    groups.set(alike, [...(groups.get(alike) ?? []), table]);
  }
  return [...groups.values()].flatMap((group) => {
    const pattern = patternOf(group.map(({ file }) => file));
    const others = filesOf(seen).filter((file) => !group.some((table) => table.file === file));
    const fits = pattern !== undefined && !others.some((file) => matches(pattern, file)) && areOne(seen, group);
    return fits ? [joined(pattern, group)] : group;
  });
}

function filesOf({ tables, alterations, alone, unread }: Seen): readonly string[] {
  return [tables, alterations, alone, unread].flatMap((of) => of.map(({ file }) => file));
}

function joined(file: string, group: readonly SeenTable[]): SeenTable {
  const identifying = new Map(
    group.flatMap((table) => table.identifying.map((found) => [found.column, found] as const)),
  );
  return { ...group[0]!, file, rows: group.flatMap(({ rows }) => rows), identifying: [...identifying.values()] };
}

/** What the names have in common at their beginning and their end, with one part between that differs; undefined of one file, or of several folders. */
function patternOf(files: readonly string[]): string | undefined {
  if (files.length < 2 || files.some((file) => /[*?{}]/.test(file))) return undefined;
  const [first = ''] = files;
  const least = Math.min(...files.map(({ length }) => length));
  let before = 0;
  while (before < least && files.every((file) => file[before] === first[before])) before += 1;
  let after = 0;
  while (after < least - before && files.every((file) => file.at(-1 - after) === first.at(-1 - after))) after += 1;
  const between = files.map((file) => file.slice(before, file.length - after));
  return between.some((part) => part.includes('/'))
    ? undefined
    : `${first.slice(0, before)}*${first.slice(first.length - after)}`;
}

/** Whether the files are parts of one table: of other patients each, or of several rows of a patient anyway. */
function areOne({ alterations }: Seen, group: readonly SeenTable[]): boolean {
  const key = keysOf(group[0]!, alterations).patient;
  if (key === undefined) return false;
  const at = group[0]!.columns.indexOf(key);
  const patients = group.map(({ rows }) => rows.map((row) => (row[at] ?? '').trim()));
  const ofEach = patients.map((names) => new Set(names));
  if (patients.some((names, i) => 1 - ofEach[i]!.size / Math.max(1, names.length) > FEW)) return true;
  const all = new Set(patients.flat());
  const twice = [...all].filter((name) => ofEach.filter((names) => names.has(name)).length > 1).length;
  return twice <= FEW * all.size;
}
