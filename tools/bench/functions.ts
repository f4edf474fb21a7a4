import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A function's bundle: how large it is, and what importing it costs beside a Node that imports nothing. */
interface FunctionRow {
  readonly name: string;
  /** Of the module that is loaded first, and of all with the chunks that wait until they are needed; without source maps. */
  readonly entryBytes: number;
  readonly wholeBytes: number;
  /** Medians, of a process from its start to its end. */
  readonly milliseconds: number;
  readonly bareMilliseconds: number;
}

const RUNS = 15;

interface FunctionResource {
  readonly Type: string;
  readonly Properties: {
    readonly Code: { readonly S3Key?: string };
    readonly Description?: string;
    readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
  };
}

/** The bundles of a synthesised assembly, with the names of what their wiring reads. */
function bundlesIn(assembly: string): { folder: string; name: string; variables: readonly string[] }[] {
  const template = JSON.parse(readFileSync(path.join(assembly, 'SignetFunctions.template.json'), 'utf8')) as {
    readonly Resources: Readonly<Record<string, FunctionResource>>;
  };
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    const key = Properties?.Code?.S3Key;
    if (Type !== 'AWS::Lambda::Function' || key === undefined) return [];
    const folder = path.join(assembly, `asset.${key.replace(/\.zip$/, '')}`);
    return [
      {
        folder,
        name: id.replace(/[0-9A-F]{8}$/, ''),
        variables: Object.keys(Properties.Environment?.Variables ?? {}).filter((name) => name.startsWith('SIGNET_')),
      },
    ];
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Milliseconds of a Node that imports `module`, or nothing. */
function startOf(module: string | undefined, variables: readonly string[]): number {
  const env = {
    PATH: process.env['PATH'] ?? '',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    ...Object.fromEntries(variables.map((name) => [name, 'x'])),
  };
  const script =
    module === undefined ? '' : `await import(${JSON.stringify(pathToFileURL(module).href)}); process.exit(0)`;
  const started = performance.now();
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, stdio: 'ignore' });
  return performance.now() - started;
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mjs'))
    .reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
}

/** Measures every function's bundle; bare starts are measured between, under the same load. */
export function benchFunctions(assembly: string): FunctionRow[] {
  return bundlesIn(assembly).map(({ folder, name, variables }) => {
    const entry = path.join(folder, 'handler.mjs');
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let run = 0; run < RUNS; run++) {
      ours.push(startOf(entry, variables));
      bare.push(startOf(undefined, []));
    }
    return {
      name,
      entryBytes: statSync(entry).size,
      wholeBytes: bytesIn(folder),
      milliseconds: median(ours),
      bareMilliseconds: median(bare),
    };
  });
}

/** The rows as a table to read. */
export function printFunctions(rows: readonly FunctionRow[]): string[][] {
  const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;
  return [
    ['function', 'entry', 'with chunks', 'start', 'bare node', 'ratio'],
    ...rows.map(({ name, entryBytes, wholeBytes, milliseconds, bareMilliseconds }) => [
      name,
      kib(entryBytes),
      kib(wholeBytes),
      `${milliseconds.toFixed(0)} ms`,
      `${bareMilliseconds.toFixed(0)} ms`,
      (milliseconds / bareMilliseconds).toFixed(1),
    ]),
  ];
}
