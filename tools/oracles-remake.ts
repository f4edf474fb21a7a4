/**
 * `npm run oracles:remake [-- OUT.json]`: runs the R scripts that made the oracle file, and says which of its cases come out as they stand, which
 * differ, and which need a package that isn't installed. With OUT.json, the file as remade; cases that couldn't be are kept as they are.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const DATA = fileURLToPath(new URL('../tests/oracles/data', import.meta.url));
const DRIVER = fileURLToPath(new URL('oracles/remake.R', import.meta.url));

interface Oracle {
  readonly meta: unknown;
  readonly cases: readonly { readonly id: string; readonly tol: number; readonly result: unknown }[];
}

/** Whether two results are the same but for rounding of other processors' arithmetic: a tenth of the tolerance. */
function same(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => same(left[key], right[key], tolerance));
}

function run(folder: string, script: string, ...words: string[]): string[] {
  const { stdout, status } = spawnSync('Rscript', [DRIVER, path.join(DATA, script), ...words], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
  return stdout.split('\n').filter((line) => /^(missing|failed|FAILED) /.test(line));
}

const out = process.argv[2];
if (spawnSync('Rscript', ['--version']).status !== 0) {
  console.error('there is no Rscript on the PATH: the oracle file stays as it is (no test needs R)');
  process.exit(1);
}
const folder = mkdtempSync(path.join(tmpdir(), 'signet-oracles-'));
try {
  const datasets = path.join(folder, 'data');
  const remade = path.join(folder, 'oracle.json');
  cpSync(path.join(DATA, 'datasets'), datasets, { recursive: true });
  const exported = run(folder, 'export_data.R');
  const made = run(folder, 'oracle.R', '20250101', remade, datasets);
  for (const line of new Set([...exported.map((text) => `export_data.R: ${text}`), ...made])) console.log(line);
  const old = JSON.parse(readFileSync(path.join(DATA, 'oracle.json'), 'utf8')) as Oracle;
  const fresh: Oracle = existsSync(remade)
    ? (JSON.parse(readFileSync(remade, 'utf8')) as Oracle)
    : { meta: {}, cases: [] };
  const byId = new Map(fresh.cases.map((each) => [each.id, each]));
  const lacking = old.cases.filter(({ id }) => !byId.has(id));
  const differing = old.cases.filter(
    ({ id, tol, result }) => byId.has(id) && !same(byId.get(id)!.result, result, tol / 10),
  );
  if (lacking.length > 0) console.log(`not remade: ${lacking.map(({ id }) => id).join(' ')}`);
  if (differing.length > 0) console.log(`remade otherwise: ${differing.map(({ id }) => id).join(' ')}`);
  console.log(
    `${old.cases.length - lacking.length - differing.length} as they stand, ${differing.length} otherwise, ${lacking.length} not remade`,
  );
  if (out !== undefined) {
    writeFileSync(out, JSON.stringify({ ...fresh, cases: old.cases.map((each) => byId.get(each.id) ?? each) }));
  }
} finally {
  rmSync(folder, { recursive: true });
}
