import { startStack } from '../../cdk/local/index.ts';
import { random } from '../../lib/stats/index.ts';
import { synthesise } from '../assembly.ts';
import { Visitor } from '../local/visitor.ts';
import { differencesOf } from './compare.ts';
import { answering, outcomeOf, watch } from './observer.ts';
import { untilQuiet } from './quiet.ts';
import { StormyCourier, storm } from './storm.ts';

/** Parameters of the template that are shorter than deployed, so that a killed worker costs seconds; nothing else is. */
export const SHORTENED = { QueueVisibility: 5 } as const;

const SITE = 'chaos';
const STORMY = 'stormy';
const FRESH = 'fresh';

/** What a run came to. */
export interface ChaosResult {
  readonly steps: number;
  readonly killed: number;
  /** Frames that the reader saw. */
  readonly frames: number;
  readonly differences: readonly string[];
  readonly mixtures: number;
}

/**
 * A cohort goes through a storm while a reader watches; once all is quiet, a fresh cohort is given what lies in the bucket, and must say the
 * same of itself.
 */
export async function runChaos(seed: number, steps: number, progress: (says: string) => void): Promise<ChaosResult> {
  const courier = new StormyCourier(random(seed + 1));
  const stack = await startStack({
    assembly: await synthesise(),
    sites: [SITE],
    onLog: () => undefined,
    parameters: SHORTENED,
    courier: courier.carry,
  });
  const visitor = await Visitor.at(stack, SITE);
  try {
    const ended = new AbortController();
    const watched = watch(visitor, STORMY, ended.signal);
    const done = storm({ stack, visitor, cohort: STORMY, steps, random: random(seed), progress });
    const { history, killed } = await done.finally(() => courier.calm());
    progress('waiting until all is quiet');
    await untilQuiet(stack, visitor, STORMY);
    ended.abort();
    const { frames, mixtures } = await watched;

    progress('giving a fresh cohort the same');
    const replay = history.toReplay(await answering(visitor, STORMY));
    for (const { file, body } of replay) {
      await visitor.put(FRESH, file, body, 'text/plain');
      await untilQuiet(stack, visitor, FRESH);
    }
    const differences = differencesOf(await outcomeOf(visitor, STORMY), await outcomeOf(visitor, FRESH));
    return { steps, killed, frames, differences, mixtures };
  } finally {
    visitor.leave();
    await stack.stop();
  }
}
