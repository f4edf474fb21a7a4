/**
 * `npm run bench [-- stack | functions | stats | formats | large | report | sites]`: what things cost, side by side with a peer and as ratios; all of it without a name. Of
 * `stats`, `--only TEXT` takes the lines whose work holds the text; of `report`, the sizes.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { synthesise } from './assembly.ts';
import { benchFormats, printFormats } from './bench/formats.ts';
import { benchFunctions, printFunctions } from './bench/functions.ts';
import { benchReport, printReport } from './bench/report.ts';
import { benchSites, printSites } from './bench/sites.ts';
import { benchStack, printStack } from './bench/stack.ts';
import { benchStats, describeStats, printKernel, STATS_COLUMNS } from './bench/stats.ts';
import { benchUploads, printUploads } from './bench/uploads.ts';
import { alignColumns } from './local/table.ts';

function print(title: string, rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}\n${alignColumns(rows)}`);
}

const parsed = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const { only } = parsed.values;

const BENCHES: Readonly<Record<string, () => Promise<void> | void>> = {
  stack: async () => {
    for (const { title, rows } of printStack(await benchStack(await synthesise()))) print(title, rows);
  },
  functions: async () =>
    print(
      "The functions' bundles: from process start to end, medians",
      printFunctions(benchFunctions(await synthesise())),
    ),
  formats: async () => {
    print('Files to alterations, each in a process of its own, medians', printFormats(await benchFormats()));
    for (const { title, rows } of printUploads(await benchUploads(await synthesise()))) print(title, rows);
  },
  large: async () => {
    for (const { title, rows } of printUploads(await benchUploads(await synthesise(), { large: true })))
      print(title, rows);
  },
  stats: () => {
    const rows = [STATS_COLUMNS];
    for (const row of benchStats(only)) {
      rows.push(printKernel(row));
      console.error(rows.at(-1)!.join(' | ')); // it takes a while
    }
    print(describeStats(), rows);
  },
  sites: async () => {
    for (const { title, rows } of printSites(await benchSites())) print(title, rows);
  },
  report: async () => {
    for await (const bench of benchReport(only)) for (const { title, rows } of printReport(bench)) print(title, rows);
  },
};

const { positionals: named } = parsed;
const unknown = named.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined)
  throw new TypeError(`there is no bench ${unknown}: there are ${Object.keys(BENCHES).join(', ')}`);
console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} processors, Node ${process.version}`);
const all = Object.keys(BENCHES).filter((name) => name !== 'large'); // a VCF of 2 GB: minutes, and 4 GB of disk
for (const name of named.length > 0 ? named : all) await BENCHES[name]!();
