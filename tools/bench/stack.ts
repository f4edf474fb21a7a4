import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { type Stack, startStack } from '../../cdk/local/index.ts';
import { DEMO_COHORTS, type DemoCohort } from '../../demo/cohorts.ts';
import { Visitor } from '../local/visitor.ts';

/** Milliseconds that each stage took, from the end of the PUT to the first answer whose frame holds the file. */
interface UploadRow {
  readonly file: string;
  readonly bytes: number;
  readonly put: number;
  /** The event, the queue, the function, reading, writing records, flipping the head. */
  readonly read: number;
  /** Building the frame, writing it, flipping the pointer. */
  readonly publish: number;
  readonly answer: number;
}

/** A warm stack's medians, in milliseconds. */
interface WarmRow {
  readonly what: string;
  readonly milliseconds: number;
}

/** Latency of one site's reads, alone and while another floods the API. */
interface FloodRow {
  readonly alone: number;
  readonly flooded: number;
  /** Of the flood: how many were answered, and how many refused with 429. */
  readonly answered: number;
  readonly refused: number;
}

export interface StackBench {
  readonly uploads: readonly UploadRow[];
  readonly warm: readonly WarmRow[];
  readonly flood: FloodRow;
  readonly memory: ReadonlyMap<string, { readonly peak: number; readonly size: number }>;
}

const SITE = 'bench';
const LOUD_SITE = 'loud';
/** Requests at once. */
const FLOOD = 32;
const LARGE_BYTES = 60_000_000;
const RUNS = 25;

const demo = (name: string): DemoCohort => DEMO_COHORTS.find((cohort) => cohort.name === name)!;

/** The demo's MAF, its rows repeated up to 60 MB. */
async function largeMaf(): Promise<Buffer> {
  const { path } = demo('tcga-read').files.find(({ key }) => key.endsWith('.maf.gz'))!;
  const [header = '', ...rows] = gunzipSync(await readFile(path))
    .toString()
    .trimEnd()
    .split('\n');
  const text = `${rows.join('\n')}\n`;
  return Buffer.from(`${header}\n${text.repeat(Math.ceil(LARGE_BYTES / text.length))}`);
}

/** Puts a file into a cohort, and times what becomes of it by the times that the stack itself tells. */
async function timeUpload(
  visitor: Visitor,
  cohort: string,
  key: string,
  body: Buffer,
  question: object,
): Promise<UploadRow> {
  const before = (await visitor.cohort(cohort))?.frame;
  const began = Date.now();
  await visitor.put(cohort, key, body, 'application/octet-stream');
  const put = Date.now();
  for (;;) {
    const [source] = (await visitor.sources(cohort)).filter(({ name, bytes }) => name === key && bytes === body.length);
    const seen = await visitor.cohort(cohort);
    if (source?.verdict.startsWith('rejected')) throw new Error(`${key} was rejected`);
    if (source && seen?.at !== undefined && seen.frame !== before && seen.at >= source.at) {
      await visitor.result(cohort, question);
      const [read, published] = [Date.parse(source.at), Date.parse(seen.at)];
      return {
        file: `${cohort}/${key}`,
        bytes: body.length,
        put: put - began,
        read: read - put,
        publish: published - read,
        answer: Date.now() - published,
      };
    }
    await pause(40); // a site has 3,000 requests a minute
  }
}

async function medianOf(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now();
    await run();
    times.push(performance.now() - began);
  }
  return times.toSorted((a, b) => a - b)[RUNS >> 1]!;
}

async function measure(stack: Stack, visitor: Visitor, loud: Visitor): Promise<StackBench> {
  const [crlm, read] = [demo('crlm-tcia'), demo('tcga-read')];
  const question = { analysis: 'survival', endpoint: 'os' };
  const uploads: UploadRow[] = [];
  for (const cohort of [crlm, read]) {
    for (const { key, path, type } of cohort.files) {
      const body = await readFile(path);
      if (key === 'cohort.yaml') await visitor.put(cohort.name, key, body, type);
      else uploads.push(await timeUpload(visitor, cohort.name, key, body, question));
    }
  }
  const clinical = await readFile(crlm.files.find(({ key }) => key === 'clinical.csv')!.path);
  // Again, one patient fewer, now that every function has started.
  const shorter = clinical.subarray(0, clinical.lastIndexOf('\n', clinical.length - 2) + 1);
  const again = await timeUpload(visitor, crlm.name, 'clinical.csv', shorter, question);
  uploads.push({ ...again, file: `${again.file}, warm` });
  uploads.push(await timeUpload(visitor, read.name, 'mutations.maf.gz', await largeMaf(), question));

  let level = 0.9;
  const { id } = await visitor.result(crlm.name, question);
  const warm: WarmRow[] = [
    {
      what: 'GET /analyses (a function that answers from memory)',
      milliseconds: await medianOf(() => drained(visitor, '/analyses')),
    },
    { what: 'GET /cohorts/crlm-tcia', milliseconds: await medianOf(() => visitor.cohort(crlm.name)) },
    {
      what: 'GET a result that exists',
      milliseconds: await medianOf(() => drained(visitor, `/cohorts/${crlm.name}/results/${id}`)),
    },
    {
      what: 'POST a survival question never asked before',
      milliseconds: await medianOf(() => {
        level += 0.001;
        return visitor.result(crlm.name, { ...question, by: 'crs', level: Number(level.toFixed(3)) });
      }),
    },
  ];
  return { uploads, warm, flood: await flood(visitor, loud), memory: stack.memory() };
}

/** One site asks as fast as it can, so many at once, while another reads. */
async function flood(quiet: Visitor, loud: Visitor): Promise<FloodRow> {
  const read = (): Promise<unknown> => quiet.cohort(demo('crlm-tcia').name);
  const alone = await medianOf(read);
  const count = { answered: 0, refused: 0 };
  let over = false;
  const asker = async (): Promise<void> => {
    while (!over) {
      const { status } = await loud.ask('/cohorts');
      count[status === 429 ? 'refused' : 'answered'] += 1;
    }
  };
  const askers = Array.from({ length: FLOOD }, asker);
  const flooded = await medianOf(read);
  over = true;
  await Promise.all(askers);
  return { alone, flooded, ...count };
}

async function drained(visitor: Visitor, path: string): Promise<void> {
  await (await visitor.ask(path)).arrayBuffer();
}

/** Measures a stack of its own, end to end. */
export async function benchStack(assembly: string): Promise<StackBench> {
  const stack = await startStack({ assembly, sites: [SITE, LOUD_SITE], onLog: () => undefined });
  const [visitor, loud] = [await Visitor.at(stack, SITE), await Visitor.at(stack, LOUD_SITE)];
  try {
    return await measure(stack, visitor, loud);
  } finally {
    visitor.leave();
    loud.leave();
    await stack.stop();
  }
}

/** Uploads, warm answers, and memory, as tables to read. */
export function printStack({
  uploads,
  warm,
  flood,
  memory,
}: StackBench): { readonly title: string; readonly rows: string[][] }[] {
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return [
    {
      title: 'From the end of the PUT to the first answer that holds the file',
      rows: [
        ['file', 'MB', 'put', 'read', 'publish', 'answer', 'queryable after'],
        ...uploads.map(({ file, bytes, put, read, publish, answer }) => [
          file,
          (bytes / 1e6).toFixed(1),
          ms(put),
          ms(read),
          ms(publish),
          ms(answer),
          ms(read + publish + answer),
        ]),
      ],
    },
    {
      title: 'Warm, medians; the first line is the floor of any answer',
      rows: [
        ['request', 'median', 'over the floor'],
        ...warm.map(({ what, milliseconds }) => [
          what,
          `${milliseconds.toFixed(1)} ms`,
          (milliseconds / warm[0]!.milliseconds).toFixed(1),
        ]),
      ],
    },
    {
      title: `One site reads while another keeps ${FLOOD} requests under way`,
      rows: [
        ['alone', 'flooded', 'ratio', "flood's answered", "flood's refused (429)"],
        [
          `${flood.alone.toFixed(1)} ms`,
          `${flood.flooded.toFixed(1)} ms`,
          (flood.flooded / flood.alone).toFixed(1),
          String(flood.answered),
          String(flood.refused),
        ],
      ],
    },
    {
      title: 'Most resident memory of any environment',
      rows: [
        ['function', 'peak', 'of'],
        ...[...memory].map(([name, { peak, size }]) => [
          name.replace(/[0-9A-F]{8}$/, ''),
          `${peak} MiB`,
          `${size} MiB`,
        ]),
      ],
    },
  ];
}
