import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DemoUploads } from '../../demo/uploads.ts';
import { SignetError } from '../../lib/base/index.ts';
import type { SeenCohort, Visitor } from './visitor.ts';

const LOOK_MILLISECONDS = 100;

/**
 * Waits until the cohort answers from the very bytes that were put, telling what it sees. Throws SignetError `not-settled` where a file was
 * refused, or after `seconds`.
 */
export async function settle(
  visitor: Visitor,
  { name, files }: DemoUploads,
  progress: (says: string) => void,
  seconds = 120,
): Promise<SeenCohort> {
  const digests = new Map(files.map(({ key, body }) => [key, createHash('sha256').update(body).digest('hex')]));
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const sources = (await visitor.sources(name)).filter(({ name: key, sha256 }) => digests.get(key) === sha256);
    const bad = sources.find(({ verdict }) => verdict === 'rejected' || verdict === 'failed');
    if (bad) throw new SignetError('not-settled', `${bad.name} of ${name} was ${bad.verdict}`);
    const cohort = await visitor.cohort(name);
    const behind = sources.some(({ at }) => at > (cohort?.at ?? ''));
    if (cohort?.frame !== undefined && sources.length === files.length && cohort.sources.waiting === 0 && !behind)
      return cohort;
    progress(
      `${sources.length} of ${files.length} files read${cohort?.patients ? `, ${cohort.patients} patients` : ''}`,
    );
    if (Date.now() > end) throw new SignetError('not-settled', `${name} did not settle within ${seconds} s`);
    await pause(LOOK_MILLISECONDS);
  }
}
