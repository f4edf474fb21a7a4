import { setTimeout as pause } from 'node:timers/promises';
import type { Courier, Stack } from '../../cdk/local/index.ts';
import type { Random } from '../../lib/stats/index.ts';
import type { Visitor } from '../local/visitor.ts';
import { History } from './history.ts';
import { type ChaosFile, FILES, versionOf } from './world.ts';

/** Milliseconds. */
const LONGEST_DELAY = 1500;
const LONGEST_WATCH = 400;
const WORKERS = ['IngestFunction', 'PublishFunction'] as const;

/** Events as the worst of networks carries them: at once, late and so out of order, twice, or never. Calm, it carries each once. */
export class StormyCourier {
  readonly #random: Random;
  readonly #late = new Set<Promise<void>>();
  #calm = false;

  constructor(random: Random) {
    this.#random = random;
  }

  readonly carry: Courier = async (_, deliver) => {
    const luck = this.#calm ? 0 : this.#random.uniform();
    if (luck < 0.4) return deliver();
    if (luck < 0.6) return; // lost
    this.#later(deliver);
    if (luck > 0.8) this.#later(deliver);
  };

  /** From now on every event is carried at once; waits for those that are late. */
  async calm(): Promise<void> {
    this.#calm = true;
    await Promise.all(this.#late);
  }

  #later(deliver: () => Promise<void>): void {
    const carried = pause(this.#random.below(LONGEST_DELAY)).then(deliver);
    this.#late.add(carried);
    carried.finally(() => this.#late.delete(carried));
  }
}

/** Kills a worker as soon as one is at work, if one is before long. */
async function killOne(stack: Stack, worker: (typeof WORKERS)[number]): Promise<boolean> {
  const end = Date.now() + LONGEST_WATCH;
  while (!stack.kill(worker)) {
    if (Date.now() > end) return false;
    await pause(2);
  }
  return true;
}

/** What a storm is made in. */
export interface StormOptions {
  readonly stack: Stack;
  readonly visitor: Visitor;
  readonly cohort: string;
  readonly steps: number;
  readonly random: Random;
  readonly progress: (says: string) => void;
}

/** Puts good and bad versions, overwrites, deletes, kills workers, reconciles in between. Returns what was done, and how many workers died. */
export async function storm(options: StormOptions): Promise<{ readonly history: History; readonly killed: number }> {
  const { stack, visitor, cohort, steps, random, progress } = options;
  const history = new History();
  let killed = 0;
  const anyFile = (): ChaosFile => FILES[random.below(FILES.length)]!;
  const put = async (file: ChaosFile, number: number, good: boolean): Promise<void> => {
    const version = versionOf(file, number, good);
    await visitor.put(cohort, file, version.body, 'text/plain');
    history.put(version);
  };
  for (let step = 1; step <= steps; step++) {
    progress(`step ${step} of ${steps}, ${killed} workers killed`);
    const luck = random.uniform();
    if (luck < 0.55) await put(anyFile(), step, true);
    else if (luck < 0.7) await put(anyFile(), step, false);
    else if (luck < 0.8) {
      const file = anyFile();
      await visitor.remove(cohort, file);
      history.deleted(file);
    } else if (luck < 0.95) killed += (await killOne(stack, WORKERS[random.below(WORKERS.length)]!)) ? 1 : 0;
    else await visitor.ask(`/cohorts/${cohort}/reconciliations`, { method: 'POST' });
    await pause(random.below(120));
  }
  // A file that was never put tells nothing: each is put well at least once more where it isn't there.
  for (const file of FILES) if (random.uniform() < 0.5 && !history.newest(file)) await put(file, steps + 1, true);
  return { history, killed };
}
