import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { checkVcf } from '../../lib/formats/index.ts';
import { alignColumns } from '../local/table.ts';

/** What a folder says of the files in it. */
type Side = 'valid' | 'invalid' | 'unreadable';

const SIDES: ReadonlyMap<string, Side> = new Map([
  ['passed', 'valid'],
  ['failed', 'invalid'],
  ['non_readable', 'unreadable'],
]);

/** A file, and what reading it came to. */
interface Checked {
  /** Below the directory. */
  readonly file: string;
  readonly side: Side;
  /** `4.1` to `4.5`, or `-` where the file was refused before that could be read. */
  readonly version: string;
  /** Ids of what was found; empty where nothing was. */
  readonly reasons: readonly string[];
}

/** What a tree of files came to. */
export interface Conformance {
  readonly valid: number;
  readonly refused: number;
  readonly invalid: number;
  readonly caught: number;
  readonly files: readonly Checked[];
  /** Files that count on neither side. */
  readonly left: readonly string[];
}

/** Reads every file below a directory that a folder above it calls valid or not; neither a name nor what a file says of itself is heard. */
export async function conformanceOf(directory: string): Promise<Conformance> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: Checked[] = [];
  const left: string[] = [];
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const full of paths.sort()) {
    const file = path.relative(directory, full);
    const side = sideOf(full);
    if (!side) continue;
    const { version = '-', refused, problems } = await checkVcf(createReadStream(full), file);
    if (refused === 'archive-not-read' && (await isBzip2(full))) {
      left.push(file); // bzip2: refused by name, as it has to be
      continue;
    }
    const reasons = [...new Set([...(refused === undefined ? [] : [refused]), ...problems.map(({ rule }) => rule)])];
    files.push({ file, side, version, reasons: side === 'unreadable' && refused === undefined ? [] : reasons });
  }
  const valid = files.filter(({ side }) => side === 'valid');
  const invalid = files.filter(({ side }) => side !== 'valid');
  const found = ({ reasons }: Checked): boolean => reasons.length > 0;
  return {
    valid: valid.length,
    refused: valid.filter(found).length,
    invalid: invalid.length,
    caught: invalid.filter(found).length,
    files,
    left,
  };
}

/** Refused by name: on neither side. */
async function isBzip2(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(3), 0, 3, 0);
    return buffer.toString('latin1') === 'BZh';
  } finally {
    await handle.close();
  }
}

/** The nearest folder above a file that says what it is. */
function sideOf(file: string): Side | undefined {
  return path
    .dirname(path.resolve(file))
    .split(path.sep)
    .map((folder) => SIDES.get(folder))
    .findLast((side) => side !== undefined);
}

/** The confusion table by version and reason, and the line that sums it up. */
export function printConformance({ files, left, valid, refused, invalid, caught }: Conformance): readonly string[] {
  const counts = new Map<string, [valid: number, invalid: number]>();
  for (const { side, version, reasons } of files) {
    const key = `${version}\t${reasons[0] ?? 'nothing found'}`;
    const count = counts.get(key) ?? [0, 0];
    count[side === 'valid' ? 0 : 1] += 1;
    counts.set(key, count);
  }
  const rows = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, [good, bad]]) => [...key.split('\t'), `${good}`, `${bad}`]);
  return [
    alignColumns([['version', 'reason', 'valid', 'invalid'], ...rows]),
    ...files
      .filter(({ side, reasons }) => side === 'valid' && reasons.length > 0)
      .map(({ file, reasons }) => `refused though valid: ${file} (${reasons.join(', ')})`),
    ...files
      .filter(({ side, reasons }) => side !== 'valid' && reasons.length === 0)
      .map(({ file }) => `not caught: ${file}`),
    ...left.map((file) => `on neither side, since its format is refused by name: ${file}`),
    `${valid} valid, ${refused} refused; ${invalid} invalid, ${caught} caught`,
  ];
}
