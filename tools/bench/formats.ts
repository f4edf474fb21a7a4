import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMaf, writeVcf } from './formats-data.ts';
import { writeWorkbook } from './workbook-data.ts';

/** What reading a file costs, in a process of its own, from its first byte to its last row. */
interface Reading {
  readonly seconds: number;
  /** Processor time of all threads. */
  readonly cpuSeconds: number;
  /** Processor time of the thread that parses: the time by the clock where another processor is free for the rest. */
  readonly mainSeconds: number;
  readonly peakMegabytes: number;
  readonly rows: number;
}

interface FormatRow extends Reading {
  readonly what: string;
  readonly bytes: number;
}

/** A peer on the same file, with its start: timed here between our runs, or stored. */
interface PeerRow {
  readonly what: string;
  /** Processor time. */
  readonly seconds: number;
  /** By the clock. */
  readonly clock?: number;
  readonly from: 'this run' | 'stored: another machine, a file of the same shape';
  /** Ours over its, the median of pairs: by the clock, processor time of all threads, and of the thread that parses. */
  readonly ours?: { readonly clock: number; readonly all: number; readonly main: number };
}

/** What `npm run bench -- formats` found. */
export interface FormatBench {
  readonly rows: readonly FormatRow[];
  readonly peers: readonly PeerRow[];
}

const RECORDS = 300_000;
const RUNS = 5;
/** The reader, with the flag that the template gives the function that reads sources. */
const READER = ['--max-semi-space-size=8', path.join(import.meta.dirname, 'formats-reader.ts')];

/** The fields that an alteration is made of, one transcript a record, as columns of text. */
const FIELDS = '%CHROM\t%POS\t%REF\t%ALT\t%FILTER\t%SYMBOL\t%Gene\t%Consequence\t%HGVSp[\t%GT\t%AD\t%DP]\n';

/** The same without parting the annotation: what is left of the work is the reader's of its output. */
const WHOLE = '%CHROM\t%POS\t%REF\t%ALT\t%FILTER\t%INFO/CSQ[\t%GT\t%AD\t%DP]\n';

/** By what stands before the file, and after it. */
const PEERS: readonly (readonly [
  what: string,
  command: string,
  before: readonly string[],
  after: readonly string[],
])[] = [
  ['bcftools +split-vep, the same fields', 'bcftools', ['+split-vep'], ['-f', FIELDS, '-s', 'primary']],
  ['bcftools query, the annotation whole', 'bcftools', ['query', '-f', WHOLE], []],
];

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

/** Generates the files, and reads each as a source is read: to patients' alterations, or to a table's rows. */
export async function benchFormats(): Promise<FormatBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-bench-'));
  try {
    const file = (name: string): string => path.join(folder, name);
    await writeVcf(file('plain.vcf'), RECORDS, false);
    await writeVcf(file('packed.vcf.gz'), RECORDS, true);
    await writeVcf(file('tenth.vcf'), RECORDS / 10, false);
    await writeVcf(file('tenth.vcf.gz'), RECORDS / 10, true);
    await writeMaf(file('rows.maf'), RECORDS);
    await writeMaf(file('tenth.maf'), RECORDS / 10);
    await writeWorkbook(file('sheet.xlsx'), 10_000, 200);
    await writeWorkbook(file('tenfold.xlsx'), 100_000, 200);
    const plain = beside('300,000 records, plain VCF', file('plain.vcf'), PEERS);
    const packed = beside('300,000 records, BGZF', file('packed.vcf.gz'), [
      ...PEERS,
      ['zcat alone', 'zcat', [], []],
      ['bgzip -dc alone', 'bgzip', ['-dc'], []],
    ]);
    const others = [
      ['30,000 records, plain VCF', 'tenth.vcf'],
      ['30,000 records, BGZF', 'tenth.vcf.gz'],
      ['300,000 rows, MAF of 120 columns', 'rows.maf'],
      ['30,000 rows, MAF of 120 columns', 'tenth.maf'],
      ['10,000 rows of 200 columns, XLSX', 'sheet.xlsx'],
      ['100,000 rows of 200 columns, XLSX', 'tenfold.xlsx'],
    ].map(([what, name]) => beside(what!, file(name!), []).row);
    const peers = [...plain.peers, ...packed.peers];
    const known = peers.some(({ what }) => what.startsWith('bcftools'));
    return { rows: [plain.row, packed.row, ...others], peers: known ? peers : [...peers, ...STORED] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ours and its peers in turn, so that what else the machine does falls on all of them; of each the median. */
function beside(
  what: string,
  file: string,
  peers: typeof PEERS,
): { readonly row: FormatRow; readonly peers: readonly PeerRow[] } {
  const ours: Reading[] = [];
  const theirs = peers.map(() => [] as Took[]);
  for (let run = 0; run < RUNS; run++) {
    ours.push(JSON.parse(execFileSync(process.execPath, [...READER, file], { encoding: 'utf8' })) as Reading);
    peers.forEach(([, command, before, after], i) => {
      const took = timed(command, [...before, file, ...after]);
      if (took) theirs[i]!.push(took);
    });
  }
  const median = (of: (run: Reading) => number): number => middle(ours.map(of));
  const row: FormatRow = {
    what,
    bytes: statSync(file).size,
    seconds: median((run) => run.seconds),
    cpuSeconds: median((run) => run.cpuSeconds),
    mainSeconds: median((run) => run.mainSeconds),
    peakMegabytes: Math.max(...ours.map((run) => run.peakMegabytes)),
    rows: ours[0]!.rows,
  };
  return {
    row,
    peers: peers.flatMap(([name], i) => {
      const its = theirs[i]!;
      if (its.length < RUNS) return [];
      const share = (of: (run: Reading) => number, over: (took: Took) => number): number =>
        middle(ours.map((run, pair) => of(run) / over(its[pair]!)));
      return [
        {
          what: `${name}, of ${what}`,
          seconds: middle(its.map(({ cpu }) => cpu)),
          clock: middle(its.map(({ clock }) => clock)),
          from: 'this run' as const,
          ours: {
            clock: share(
              (run) => run.seconds,
              ({ clock }) => clock,
            ),
            all: share(
              (run) => run.cpuSeconds,
              ({ cpu }) => cpu,
            ),
            main: share(
              (run) => run.mainSeconds,
              ({ cpu }) => cpu,
            ),
          },
        },
      ];
    }),
  };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Seconds of a command. */
interface Took {
  readonly clock: number;
  /** Processor time. */
  readonly cpu: number;
}

/** What a command takes, as the shell tells it; undefined where it can't be had or fails. */
function timed(command: string, parameters: readonly string[]): Took | undefined {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>/dev/null';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', command, ...parameters], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [clock, user, system] = stderr.trim().split(' ').map(Number) as [number, number, number];
  return { clock, cpu: user + system };
}

/** The bench as rows of text. */
export function printFormats({ rows, peers }: FormatBench): readonly (readonly string[])[] {
  return [
    ['', 'MB', 'seconds by the clock', 'CPU seconds', 'of the thread that parses', 'peak MB', 'rows'],
    ...rows.map(({ what, bytes, seconds, cpuSeconds, mainSeconds, peakMegabytes, rows: count }) => [
      what,
      (bytes / 1e6).toFixed(0),
      seconds.toFixed(2),
      cpuSeconds.toFixed(2),
      mainSeconds.toFixed(2),
      peakMegabytes.toFixed(0),
      String(count),
    ]),
    ['peers', 'seconds by the clock', 'CPU seconds', 'ours / its: by the clock', 'all threads', 'that thread', ''],
    ...peers.map(({ what, seconds, clock, from, ours }) => [
      what,
      clock?.toFixed(2) ?? '',
      seconds.toFixed(2),
      ours?.clock.toFixed(2) ?? '',
      ours?.all.toFixed(2) ?? '',
      ours?.main.toFixed(2) ?? '',
      from,
    ]),
  ];
}
