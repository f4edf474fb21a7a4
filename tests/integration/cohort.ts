import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEMO_COHORTS } from '../../demo/cohorts.ts';
import { ask, put, until } from './client.ts';

type Site = 'a' | 'b';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (body: string | Uint8Array): Uint8Array =>
  typeof body === 'string' ? new TextEncoder().encode(body) : body;

interface SourceState {
  readonly source: string;
  readonly name: string;
  readonly verdict: string;
  readonly reason?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly answers: string;
  readonly at: string;
}

/** The sources of a cohort, by name. */
export async function sources(cohort: string, site: Site = 'a'): Promise<ReadonlyMap<string, SourceState>> {
  const { json } = await ask(`/cohorts/${cohort}/sources`, { site });
  return new Map(((json?.sources ?? []) as SourceState[]).map((source) => [source.name, source]));
}

/** Waits until the cohort answers from everything that lies in the bucket. */
export async function settled(cohort: string, names: readonly string[], site: Site = 'a', seconds = 90): Promise<void> {
  await until(
    async () => {
      const [all, { json }] = [await sources(cohort, site), await ask(`/cohorts/${cohort}`, { site })];
      const newest = names.map((name) => all.get(name)?.at ?? '9999').sort();
      return { at: json?.at ?? '', waiting: json?.sources?.waiting, newest: newest.at(-1) ?? '' };
    },
    ({ at, waiting, newest }) => waiting === 0 && at >= newest,
    seconds,
  );
}

/** Puts files and waits until each was looked at in this very version, and the cohort answers from it. */
export async function give(
  cohort: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  site: Site = 'a',
): Promise<ReadonlyMap<string, SourceState>> {
  for (const [key, body] of Object.entries(files)) await put(cohort, key, body, site);
  const wanted = Object.entries(files).map(([name, body]) => [name, bytesOf(body)] as const);
  await until(
    () => sources(cohort, site),
    (all) =>
      wanted.every(([name, bytes]) => {
        const state = all.get(name);
        return state?.sha256 === undefined ? state?.bytes === bytes.length : state.sha256 === sha256(bytes);
      }),
    90,
  );
  await settled(cohort, Object.keys(files), site);
  return sources(cohort, site);
}

/** The files of a demo cohort as a site would upload them. */
export function demoFiles(name: string): Record<string, Uint8Array> {
  const cohort = DEMO_COHORTS.find((each) => each.name === name);
  if (!cohort) throw new RangeError(`no demo cohort ${name}`);
  return Object.fromEntries(cohort.files.map(({ key, path }) => [key, readFileSync(path)]));
}

/** Problems of a cohort, as its steward sees them. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
export async function problems(cohort: string, site: Site = 'a'): Promise<any[]> {
  const { json } = await ask(`/cohorts/${cohort}/problems`, { site });
  return json.problems;
}

/** Asks and waits for the document. */
export async function result(cohort: string, question: object, seconds = 60) {
  const posted = await ask(`/cohorts/${cohort}/results`, { body: question });
  if (posted.status !== 202) return posted;
  return until(
    () => ask(posted.headers.get('location')!),
    ({ status }) => status !== 202,
    seconds,
  );
}

/** A table of a document, by id. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
export const table = (document: any, id: string) => document.findings.tables.find((each: any) => each.id === id);
