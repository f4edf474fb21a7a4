import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { FRAME_TABLES } from '../../lib/cohort/index.ts';
import { readParquet } from '../../lib/formats/index.ts';
import type { Visitor } from '../local/visitor.ts';
import type { Outcome } from './compare.ts';
import { type FrameSeen, mixedFiles, versionsIn } from './mixture.ts';
import { type ChaosFile, DEFINITION } from './world.ts';

interface Listed {
  readonly source: string;
  readonly name: string;
  readonly at: string;
  readonly [more: string]: unknown;
}

interface ListedProblem {
  readonly source?: string;
  readonly [more: string]: unknown;
}

async function tableOf(
  visitor: Visitor,
  cohort: string,
  name: string,
): Promise<{ frame: string; bytes: Buffer } | undefined> {
  const answer = await visitor.ask(`/cohorts/${cohort}/frame/${name}.parquet`);
  if (answer.status !== 200) return undefined;
  return { frame: answer.headers.get('signet-frame') ?? '', bytes: Buffer.from(await answer.arrayBuffer()) };
}

/** The tables of one frame; undefined where there is none, or another came in between. */
async function frameOf(visitor: Visitor, cohort: string): Promise<FrameSeen | undefined> {
  const patients = await tableOf(visitor, cohort, 'patients');
  const alterations = await tableOf(visitor, cohort, 'alterations');
  if (!patients || !alterations || patients.frame !== alterations.frame) return undefined;
  const [read, readToo] = await Promise.all([readParquet(patients.bytes), readParquet(alterations.bytes)]);
  return { patients: read.table, alterations: readToo.table };
}

/** Reads frames until told to end; returns how many it read, and how many of them were mixtures. */
export async function watch(
  visitor: Visitor,
  cohort: string,
  ended: AbortSignal,
): Promise<{ readonly frames: number; readonly mixtures: number }> {
  const seen = { frames: 0, mixtures: 0 };
  while (!ended.aborted) {
    const frame = await frameOf(visitor, cohort);
    if (frame) seen.frames += 1;
    const mixed = frame ? mixedFiles(frame) : [];
    if (mixed.length > 0) {
      seen.mixtures += 1;
      console.error(`a frame holds several versions of ${mixed.join(', ')}`);
    }
    await pause(20);
  }
  return seen;
}

/** The version of each file that the cohort answers from. */
export async function answering(visitor: Visitor, cohort: string): Promise<Partial<Record<ChaosFile, number>>> {
  const title = (await visitor.cohort(cohort))?.title;
  const frame = await frameOf(visitor, cohort);
  const versions = Object.entries(frame ? versionsIn(frame) : {}).flatMap(([file, [number]]) =>
    number === undefined ? [] : [[file, number]],
  );
  return {
    ...Object.fromEntries(versions),
    ...(title !== undefined && { [DEFINITION]: Number(title.split(' ').at(-1)) }),
  };
}

/** All that the cohort says of itself, without the times and the opaque names that are its own. */
export async function outcomeOf(visitor: Visitor, cohort: string): Promise<Outcome> {
  const listed = (await visitor.sources(cohort)) as unknown as readonly Listed[];
  const seen = await visitor.cohort(cohort);
  const problems = await visitor.ask(`/cohorts/${cohort}/problems?limit=10000`);
  const told = problems.status === 200 ? ((await problems.json()) as { problems: ListedProblem[] }).problems : [];
  const tables: Record<string, string> = {};
  for (const name of FRAME_TABLES) {
    const table = await tableOf(visitor, cohort, name);
    if (table) tables[name] = createHash('sha256').update(table.bytes).digest('hex');
  }
  return {
    sources: Object.fromEntries(listed.map(({ source: _, at: __, name, ...rest }) => [name, rest])),
    problems: told.map(({ source: _, ...rest }) => rest),
    revision: seen?.revision,
    frame: seen?.frame,
    tables,
  };
}
