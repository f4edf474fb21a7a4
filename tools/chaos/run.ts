import { startStack } from '../../cdk/local/index.ts';
import { random } from '../../lib/stats/index.ts';
import { synthesise } from '../assembly.ts';
import { Visitor } from '../local/visitor.ts';
import { differencesOf } from './compare.ts';
import { History } from './history.ts';
import { answering, outcomeOf, watch } from './observer.ts';
import { untilHandled, untilReconciled } from './quiet.ts';
import { StormyCourier, storm } from './storm.ts';

/** Parameters of the template that are shorter than deployed, so that a killed worker costs seconds; nothing else is. */
export const SHORTENED = { QueueVisibility: 5 } as const;

const SITE = 'chaos';
const STORMY = 'stormy';

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
 * A cohort goes through two storms while a reader watches. In the first no event is lost, and all has to be right once every message was
 * handled; in the second events are lost, and it has to be once a reconciliation finds nothing to do. After each, a fresh cohort is given what
 * lies in the bucket, and must say the same of itself.
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
  const history = new History();
  const decisions = random(seed);
  const storms = [
    { lossy: false, from: 1, steps: Math.ceil(steps / 2) },
    { lossy: true, from: Math.ceil(steps / 2) + 1, steps: Math.floor(steps / 2) },
  ];
  try {
    const ended = new AbortController();
    const watched = watch(visitor, STORMY, ended.signal);
    let killed = 0;
    const differences: string[] = [];
    for (const part of storms) {
      killed += await storm({ ...part, stack, visitor, cohort: STORMY, random: decisions, courier, history, progress });
      progress('waiting until all is quiet');
      await (part.lossy ? untilReconciled(stack, visitor, STORMY) : untilHandled(stack));
      progress('giving a fresh cohort the same');
      const fresh = `fresh-${part.lossy ? 'lossy' : 'rough'}`;
      for (const { file, body } of history.toReplay(await answering(visitor, STORMY))) {
        await visitor.put(fresh, file, body, 'text/plain');
        await untilHandled(stack);
      }
      differences.push(...differencesOf(await outcomeOf(visitor, STORMY), await outcomeOf(visitor, fresh)));
    }
    ended.abort();
    const { frames, mixtures } = await watched;
    return { steps, killed, frames, differences, mixtures };
  } finally {
    visitor.leave();
    await stack.stop();
  }
}
