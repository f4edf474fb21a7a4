import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Stack, startStack } from '../../cdk/local/index.ts';
import { Visitor } from '../local/visitor.ts';
import { writeMaf, writeVcf } from './formats-data.ts';
import { writeWorkbook } from './workbook-data.ts';

/** What became of one file, in milliseconds: stage by stage, from the first byte sent to the first answer whose frame holds it. */
interface UploadStages {
  readonly what: string;
  readonly bytes: number;
  /** The PUT, to the end of its answer. */
  readonly upload: number;
  /** The event, its queue, the start of a function; what the file is; flipping the head. */
  readonly event: number;
  /** Bytes to typed records. */
  readonly read: number;
  /** Waiting for records to be packed, and written to the table. */
  readonly write: number;
  /** Building the frame, writing it, flipping the pointer. */
  readonly publish: number;
  /** The first question asked of it, loading the frame included. */
  readonly answer: number;
  readonly records: number;
}

/** Uploads of large files, and how near the functions that worked on each came to what they are given. */
export interface UploadsBench {
  readonly stages: readonly UploadStages[];
  /** MiB, by what was uploaded. */
  readonly memory: readonly {
    readonly what: string;
    readonly name: string;
    readonly peak: number;
    readonly size: number;
  }[];
}

/** A file, written when its turn comes, and the cohort that reads it. */
interface Upload {
  readonly what: string;
  readonly key: string;
  readonly write: (file: string) => Promise<void>;
  /** What the definition says of it. */
  readonly definition: string;
}

/** What the ingest function's log tells of a source. */
interface Converged {
  readonly message?: string;
  readonly verdict?: string;
  readonly took?: { readonly read: number; readonly write: number };
  readonly counts?: { readonly patients: number; readonly alterations: number };
}

const SITE = 'bench';
const PATIENTS = 500;
const RECORDS = 300_000;
const LARGE_RECORDS = 1_600_000;

const ALTERATIONS = `
tables:
  - { match: clinical.csv, rows: specimen, patient: patient, specimen: specimen, columns: { months: { type: duration, unit: months }, died: boolean } }
qualifying: { filters: [PASS], minVaf: 0, classes: any }
endpoints: { os: { origin: diagnosis, time: months, event: died } }
`;

const vcf = (what: string, records: number, packed: boolean): Upload => ({
  what,
  key: `vcf/P0-T.vcf${packed ? '.gz' : ''}`,
  write: (file) => writeVcf(file, records, packed),
  definition: `${ALTERATIONS}alterations: [{ match: "vcf/{specimen}.vcf${packed ? '.gz' : ''}", covers: file, panel: exome, build: GRCh38 }]\n`,
});

const UPLOADS: readonly Upload[] = [
  vcf('VCF of 300,000 records, plain', RECORDS, false),
  vcf('VCF of 300,000 records, BGZF', RECORDS, true),
  {
    what: 'MAF of 300,000 rows',
    key: 'rows.maf',
    write: (file) => writeMaf(file, RECORDS),
    definition: `${ALTERATIONS}alterations: [{ match: rows.maf, specimen: Tumor_Sample_Barcode, covers: listed, panel: exome, build: GRCh38 }]\n`,
  },
  {
    what: 'workbook of 10,000 x 200',
    key: 'clinical.xlsx',
    write: (file) => writeWorkbook(file, 10_000, 200),
    definition: `
tables:
  - { match: clinical.xlsx, rows: patient, patient: patient, columns: { months: { type: duration, unit: months }, died: boolean, ${Array.from({ length: 197 }, (_, i) => `c${i}: number`).join(', ')} } }
endpoints: { os: { origin: diagnosis, time: months, event: died } }
`,
  },
];

const LARGE = vcf('VCF of 2 GB, plain', LARGE_RECORDS, false);

/** Patients and specimens of the files of alterations. */
function clinical(): string {
  const rows = Array.from({ length: PATIENTS }, (_, i) => `P${i},P${i}-T,${1 + (i % 60)},${i % 2}`);
  return `patient,specimen,months,died\n${rows.join('\n')}\n`;
}

/** Sends a file as it is read: one of 2 GB isn't held. */
async function send(stack: Stack, cohort: string, key: string, file: string): Promise<void> {
  const credentials = await stack.keys({ site: SITE });
  const s3 = new S3Client({ region: stack.region, endpoint: stack.s3, forcePathStyle: true, credentials });
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: stack.sourcesBucket,
        Key: `sites/${SITE}/cohorts/${cohort}/${key}`,
        Body: createReadStream(file, { highWaterMark: 1024 * 1024 }),
        ContentLength: (await stat(file)).size,
        ContentType: 'application/octet-stream',
      }),
    );
  } finally {
    s3.destroy();
  }
}

/** Waits until a cohort's frame is of all its sources; gives when the source was read, and when the frame was there. */
async function published(
  visitor: Visitor,
  cohort: string,
  key: string,
  bytes: number,
): Promise<{ readonly read: number; readonly frame: number }> {
  for (;;) {
    const source = (await visitor.sources(cohort)).find(({ name, bytes: size }) => name === key && size === bytes);
    if (source && source.verdict !== 'unmapped' && !source.verdict.startsWith('accepted'))
      throw new Error(`${key} is ${source.verdict}`);
    const seen = await visitor.cohort(cohort);
    if (seen?.failed !== undefined) throw new Error(`the cohort is not published: ${seen.failed}`);
    if (source && seen?.frame !== undefined && seen.at !== undefined && seen.at >= source.at)
      return { read: Date.parse(source.at), frame: Date.parse(seen.at) };
    await pause(250); // a site has 3,000 requests a minute
  }
}

async function timeUpload(
  stack: Stack,
  visitor: Visitor,
  told: readonly Converged[],
  upload: Upload,
  file: string,
): Promise<UploadStages> {
  const { what, key, definition } = upload;
  const cohort = `of-${key.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`;
  await visitor.put(cohort, 'cohort.yaml', `title: ${what}\n${definition}`, 'application/yaml');
  if (definition.includes('clinical.csv')) {
    const table = clinical();
    await visitor.put(cohort, 'clinical.csv', table, 'text/csv');
    await published(visitor, cohort, 'clinical.csv', table.length);
  }
  const { size: bytes } = await stat(file);
  const began = Date.now();
  await send(stack, cohort, key, file);
  const put = Date.now();
  const { read, frame } = await published(visitor, cohort, key, bytes);
  await visitor.result(cohort, { analysis: 'survival', endpoint: 'os' });
  const answered = Date.now();
  const { took = { read: 0, write: 0 }, counts } = told.findLast((line) => line.took !== undefined) ?? {};
  return {
    what,
    bytes,
    upload: put - began,
    event: read - put - took.read - took.write,
    ...took,
    publish: frame - read,
    answer: answered - frame,
    records: (counts?.alterations ?? 0) + (counts?.patients ?? 0),
  };
}

/**
 * Puts each file into a cohort of its own on a stack of its own, with the time and the memory that the template gives its functions. `large`: a
 * VCF of 2 GB, and nothing else. Throws where a file isn't accepted, or its cohort not published.
 */
export async function benchUploads(assembly: string, { large = false } = {}): Promise<UploadsBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'signet-bench-'));
  const stages: UploadStages[] = [];
  const memory: UploadsBench['memory'][number][] = [];
  try {
    for (const upload of large ? [LARGE] : UPLOADS) {
      const file = path.join(folder, 'file');
      await upload.write(file);
      const told: Converged[] = [];
      const onLog = (line: string): void => {
        if (line.includes('"converged"')) told.push(JSON.parse(line) as Converged);
      };
      const stack = await startStack({ assembly, sites: [SITE], onLog });
      const visitor = await Visitor.at(stack, SITE);
      try {
        stages.push(await timeUpload(stack, visitor, told, upload, file));
        for (const [name, { peak, size }] of stack.memory())
          if (/Ingest|Publish|Compute/.test(name)) memory.push({ what: upload.what, name, peak, size });
      } finally {
        visitor.leave();
        await stack.stop();
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { stages, memory };
}

/** Stages and memory, as tables to read. */
export function printUploads({
  stages,
  memory,
}: UploadsBench): readonly { readonly title: string; readonly rows: string[][] }[] {
  const seconds = (value: number): string => (value / 1000).toFixed(1);
  return [
    {
      title: 'From upload to queryable over the local stack, seconds',
      rows: [
        ['file', 'MB', 'records', 'upload', 'event', 'read', 'write', 'publish', 'first answer', 'queryable after'],
        ...stages.map(({ what, bytes, records, upload, event, read, write, publish, answer }) => [
          what,
          (bytes / 1e6).toFixed(0),
          String(records),
          ...[upload, event, read, write, publish, answer, event + read + write + publish + answer].map(seconds),
        ]),
      ],
    },
    {
      title: 'Most resident memory of the functions that worked on it',
      rows: [
        ['file', 'function', 'peak', 'of'],
        ...memory.map(({ what, name, peak, size }) => [
          what,
          name.replace(/[0-9A-F]{8}$/, ''),
          `${peak} MiB`,
          `${size} MiB`,
        ]),
      ],
    },
  ];
}
