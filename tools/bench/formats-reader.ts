/** Reads one file as a source is read and prints what it came to: a process of its own, so that its memory is its own. */
import { createReadStream } from 'node:fs';
import { isAnnotated, mafAlterations, openSource, vcfAlterations } from '../../lib/formats/index.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('say which file');
const open = async () => createReadStream(file, { highWaterMark: 1024 * 1024 });
let alterations = 0;
const [began, used] = [performance.now(), process.cpuUsage()];
if (file.endsWith('.maf')) {
  const source = await openSource(await open(), { file });
  for await (const batch of mafAlterations(source, { specimenColumn: 'Tumor_Sample_Barcode' }))
    alterations += batch.filter((row) => !('rule' in row)).length;
} else {
  await isAnnotated(await open(), file);
  for await (const { rows } of vcfAlterations(open, { file }))
    for (const row of rows) if (!('rule' in row)) alterations += 1;
}
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(used);
console.log(JSON.stringify({ alterations, peakMegabytes, seconds, cpuSeconds: (user + system) / 1e6 }));
