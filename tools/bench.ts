/**
 * `npm run bench [-- stack | functions | stats]`: what things cost, side by side with a peer and as ratios; all of it without a name.
 */
import { cpus } from 'node:os';
import { synthesise } from './assembly.ts';
import { benchFunctions, printFunctions } from './bench/functions.ts';
import { benchStack, printStack } from './bench/stack.ts';
import { benchStats, printStats } from './bench/stats.ts';
import { alignColumns } from './local/table.ts';

function print(title: string, rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}\n${alignColumns(rows)}`);
}

const BENCHES: Readonly<Record<string, () => Promise<void> | void>> = {
  stack: async () => {
    for (const { title, rows } of printStack(await benchStack(await synthesise()))) print(title, rows);
  },
  functions: async () =>
    print(
      "The functions' bundles: from process start to end, medians",
      printFunctions(benchFunctions(await synthesise())),
    ),
  stats: () =>
    print(
      "Kernels beside R's stored figures (measured elsewhere, on data of the same shape)",
      printStats(benchStats()),
    ),
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined)
  throw new TypeError(`there is no bench ${unknown}: there are ${Object.keys(BENCHES).join(', ')}`);
console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} processors, Node ${process.version}`);
for (const name of named.length > 0 ? named : Object.keys(BENCHES)) await BENCHES[name]!();
