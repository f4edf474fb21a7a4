/** Reads one file as a source is read and prints what it came to: a process of its own, so that its memory is its own. */
import { createReadStream } from 'node:fs';
import { isAnnotated, mafAlterations, openSource, rowsAreShortLived, vcfAlterations } from '../../lib/formats/index.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('say which file');
rowsAreShortLived(); // as the function does
const open = async () => createReadStream(file, { highWaterMark: 256 * 1024 });
let rows = 0;
const [began, used, usedHere] = [performance.now(), process.cpuUsage(), process.threadCpuUsage()];
if (file.endsWith('.maf')) {
  const source = await openSource(await open(), { file });
  for await (const batch of mafAlterations(source, { specimenColumn: 'Tumor_Sample_Barcode' }))
    rows += batch.filter((row) => !('rule' in row)).length;
} else if (file.endsWith('.xlsx')) {
  const source = await openSource(await open(), { file });
  for await (const batch of source.rows) rows += batch.filter((row) => !('rule' in row)).length;
  source.close();
} else {
  await isAnnotated(await open(), file);
  for await (const batch of vcfAlterations(open, { file }))
    for (const row of batch.rows) if (!('rule' in row)) rows += 1;
}
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
const seconds = (performance.now() - began) / 1000;
const [all, here] = [process.cpuUsage(used), process.threadCpuUsage(usedHere)];
console.log(
  JSON.stringify({
    rows,
    peakMegabytes,
    seconds,
    cpuSeconds: (all.user + all.system) / 1e6,
    mainSeconds: (here.user + here.system) / 1e6,
  }),
);
