import { DEFINITION_KEY, Definitions, isAbreast } from '../ingest/index.ts';
import type { CohortName } from '../ingest/ports.ts';
import { withdraw } from './derived.ts';
import { attemptsOf, type Her, herOf, type Read, shareOf } from './her.ts';
import { finderOf, mentions } from './mentions.ts';
import { planOf, type Step } from './plan.ts';
import type { ErasurePorts, Version } from './ports.ts';

/** What an erasure came to, in counts. `waiting`: the tables still follow the bucket; asked again, it goes on. */
export interface Erased {
  readonly state: 'done' | 'waiting';
  /** Sources that were written anew without her, and those that were all hers and are deleted. */
  readonly rewritten: number;
  readonly deleted: number;
  /** Old versions of sources that went for good. */
  readonly versions: number;
  readonly attempts: number;
  /** Results that held her, now withdrawn. */
  readonly results: number;
  readonly documents: number;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 500;

/**
 * Takes a patient out of a cohort: out of its sources and their old versions, then, once the tables have followed, out of attempts, frames, results and whatever
 * else was made. `began` is told before anything is changed. What it finds done already it leaves, so that it may be asked again until nothing is left.
 * Throws SignetError `erasure-by-hand` before anything is changed, `object-moved`.
 */
export async function erase(
  name: CohortName,
  identifier: string,
  { until, began }: { readonly until: number; readonly began: () => Promise<void> },
  ports: ErasurePorts,
): Promise<Erased> {
  const cohort = { site: name.site, cohort: name.cohort };
  const read = await attemptsOf(cohort, ports);
  const her = await herOf(cohort, identifier, read, ports);
  const heads = await ports.heads.all(cohort);
  const head = heads.find(({ key }) => key === DEFINITION_KEY);
  const definition = await new Definitions(ports.documents).inForce(cohort, head);
  const steps = await planOf(cohort, { her, heads, read, definition: definition?.definition }, ports);
  await began();

  for (const step of steps) await take(cohort, step, ports);
  const versions = await eraseVersions(cohort, her, new Set(steps.map(({ key }) => key)), ports);
  const rewritten = steps.filter(({ body }) => body !== undefined).length;
  const changed = { rewritten, deleted: steps.length - rewritten, versions };

  if (!(await followed(cohort, until, ports)))
    return { state: 'waiting', ...changed, attempts: 0, results: 0, documents: 0 };
  await forgetNames(cohort, her, ports);
  const attempts = await removeAttempts(cohort, her, ports);
  const withdrawn = await withdraw(cohort, her, await ports.pointers.read(cohort), ports);
  return { state: 'done', ...changed, attempts, ...withdrawn };
}

async function take(cohort: CohortName, { key, etag, body }: Step, { writer }: ErasurePorts): Promise<void> {
  const source = { ...cohort, key };
  if (body) await writer.replace(source, etag, body);
  else await writer.remove(source);
}

/** Removes for good every old version that holds her, or of which nobody can tell, and all of what was changed. */
async function eraseVersions(
  cohort: CohortName,
  her: Her,
  changed: ReadonlySet<string>,
  { versions }: ErasurePorts,
): Promise<number> {
  const finds = finderOf(her.identifiers);
  const remove: Version[] = [];
  for await (const page of versions.list('sources', cohort))
    for (const version of page) {
      if (version.latest && !version.marker) continue;
      const named = finds(version.name);
      if (version.marker) {
        if (named) remove.push(version);
        continue;
      }
      const bytes = changed.has(version.name) || named ? undefined : await versions.read('sources', cohort, version);
      if (!bytes || (await mentions(bytes, finds)) !== 'no') remove.push(version);
    }
  await versions.remove('sources', cohort, remove);
  return remove.length;
}

/** Waits until the tables have followed the bucket. */
async function followed(cohort: CohortName, until: number, ports: ErasurePorts): Promise<boolean> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
    if (await isAbreast(cohort, ports)) return true;
    if (ports.now() + pause > until) return false;
    await ports.pause(pause);
  }
}

/** A deleted source's head stays for good, unless its very name tells of her. */
async function forgetNames(cohort: CohortName, her: Her, ports: ErasurePorts): Promise<void> {
  const finds = finderOf(her.identifiers);
  const named = (await ports.heads.all(cohort)).filter(({ key, looked }) => looked.verdict === 'deleted' && finds(key));
  if (named.length === 0) return;
  for (const head of named) await ports.forget({ ...cohort, key: head.key }, head);
  await ports.messages.publish({ ...cohort, source: null, counter: 0, fold: false });
}

/**
 * Removes attempts that hold her. None is in force by now: a reader that still goes by one is told so and starts again. One that was never completed is left to the
 * sweeper, who takes it within the hour.
 */
async function removeAttempts(cohort: CohortName, her: Her, ports: ErasurePorts): Promise<number> {
  const named = new Set(
    (await ports.heads.all(cohort)).flatMap(({ looked, inForce }) => [looked.attempt, inForce?.attempt]),
  );
  const finds = finderOf(her.identifiers);
  let removed = 0;
  for (const each of await attemptsOf(cohort, ports)) {
    if (named.has(each.attempt) || !(await holds(cohort, each, her, finds, ports))) continue;
    await ports.attempts.remove(cohort, each.attempt);
    removed += 1;
  }
  return removed;
}

async function holds(
  cohort: CohortName,
  { attempt, key, records }: Read,
  her: Her,
  finds: (text: string) => boolean,
  { attempts }: ErasurePorts,
): Promise<boolean> {
  if (finds(key) || shareOf(records, her) !== 'none') return true;
  return finds(JSON.stringify(await attempts.problems(cohort, attempt)));
}
