import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMaf, writeVcf } from './formats-data.ts';

/** What reading a file costs, in a process of its own. */
interface FormatRow {
  readonly what: string;
  readonly bytes: number;
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly alterations: number;
}

/** A peer on the same file: timed here, or stored. */
interface PeerRow {
  readonly what: string;
  readonly seconds: number;
  readonly from: 'this run' | 'stored: another machine, a file of the same shape';
}

/** What `npm run bench -- formats` found. */
export interface FormatBench {
  readonly rows: readonly FormatRow[];
  readonly peers: readonly PeerRow[];
}

const RECORDS = 300_000;
const LARGE_RECORDS = 1_600_000;
const RUNS = 3;
const READER = path.join(import.meta.dirname, 'formats-reader.ts');

/** Seen with bcftools 1.16 on 300,000 records of 334 MB (docs/formats.md): wall time with process start. */
const STORED: readonly PeerRow[] = [
  ['bcftools +split-vep, plain', 1.08],
  ['bcftools +split-vep, BGZF', 1.44],
  ['inflate alone, one thread', 0.81],
].map(([what, seconds]) => ({
  what: String(what),
  seconds: Number(seconds),
  from: 'stored: another machine, a file of the same shape',
}));

/** Generates the files, and reads each as a source is read: to patients' alterations. `large`: also a VCF of 2 GB. */
export async function benchFormats({ large = false } = {}): Promise<FormatBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-bench-'));
  try {
    const file = (name: string): string => path.join(folder, name);
    await writeVcf(file('plain.vcf'), RECORDS, false);
    await writeVcf(file('packed.vcf.gz'), RECORDS, true);
    await writeVcf(file('tenth.vcf'), RECORDS / 10, false);
    await writeMaf(file('rows.maf'), RECORDS);
    const rows = [
      read('300,000 records, plain VCF', file('plain.vcf')),
      read('300,000 records, BGZF', file('packed.vcf.gz')),
      read('30,000 records, plain VCF', file('tenth.vcf')),
      read('300,000 rows, MAF of 120 columns', file('rows.maf')),
    ];
    const peers = peersOf(file('plain.vcf'), file('packed.vcf.gz'));
    if (large) {
      await writeVcf(file('large.vcf'), LARGE_RECORDS, false);
      rows.push(read('2 GB, plain VCF', file('large.vcf')));
    }
    return { rows, peers };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The best of a few runs: what else the machine does only adds. */
function read(what: string, file: string): FormatRow {
  const runs = Array.from(
    { length: RUNS },
    () =>
      JSON.parse(execFileSync(process.execPath, [READER, file], { encoding: 'utf8' })) as Omit<
        FormatRow,
        'what' | 'bytes'
      >,
  );
  return { what, bytes: statSync(file).size, ...runs.toSorted((a, b) => a.seconds - b.seconds)[0]! };
}

/** What is on the PATH, on the same files; figures stored for what isn't. */
function peersOf(plain: string, packed: string): readonly PeerRow[] {
  const query = ['query', '-f', '%CHROM\t%POS\t%REF\t%ALT\t%FILTER\t%INFO/CSQ[\t%GT\t%AD]\n'];
  const timed = [
    run('bcftools query of the same fields, plain', 'bcftools', [...query, plain]),
    run('bcftools query of the same fields, BGZF', 'bcftools', [...query, packed]),
    run('zcat alone', 'zcat', [packed]),
  ].filter((row) => row !== undefined);
  const known = timed.some(({ what }) => what.startsWith('bcftools'));
  return known ? timed : [...timed, ...STORED];
}

function run(what: string, command: string, parameters: readonly string[]): PeerRow | undefined {
  const start = performance.now();
  const { error, status } = spawnSync(command, parameters, { stdio: 'ignore' });
  return error || status !== 0 ? undefined : { what, seconds: (performance.now() - start) / 1000, from: 'this run' };
}

/** The bench as rows of text. */
export function printFormats({ rows, peers }: FormatBench): readonly (readonly string[])[] {
  return [
    ['', 'MB', 'seconds', 'CPU seconds', 'peak MB', 'alterations'],
    ...rows.map(({ what, bytes, seconds, cpuSeconds, peakMegabytes, alterations }) => [
      what,
      (bytes / 1e6).toFixed(0),
      seconds.toFixed(2),
      cpuSeconds.toFixed(2),
      peakMegabytes.toFixed(0),
      String(alterations),
    ]),
    ...peers.map(({ what, seconds, from }) => [what, '', seconds.toFixed(2), '', '', from]),
  ];
}
