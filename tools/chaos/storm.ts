import { setTimeout as pause } from 'node:timers/promises';
import type { Courier, Stack } from '../../cdk/local/index.ts';
import type { Random } from '../../lib/stats/index.ts';
import type { Visitor } from '../local/visitor.ts';
import type { History } from './history.ts';
import { type ChaosFile, FILES, versionOf } from './world.ts';

/** Milliseconds. */
const LONGEST_DELAY = 1500;
const LONGEST_WATCH = 2000;
const MOST_APART = 60;
/** Longer than a message stays hidden, so that another worker takes it up meanwhile. */
const LONGEST_STALL = 8000;
const WORKERS = ['IngestFunction', 'PublishFunction'] as const;

/** How events are carried: each once and at once; late, so out of order, and twice; that, and some never; none at all. */
export type Weather = 'calm' | 'rough' | 'lossy' | 'silent';

/** Carries events as the weather is. */
export class StormyCourier {
  readonly #random: Random;
  readonly #late = new Set<Promise<void>>();
  #weather: Weather = 'calm';

  constructor(random: Random) {
    this.#random = random;
  }

  readonly carry: Courier = async (_, deliver) => {
    if (this.#weather === 'calm') return deliver();
    if (this.#weather === 'silent') return;
    const luck = this.#random.uniform();
    if (luck < 0.4) return deliver();
    if (luck < 0.6 && this.#weather === 'lossy') return;
    this.#later(deliver);
    if (luck > 0.8) this.#later(deliver);
  };

  /** Changes the weather, once the events that are late have come. */
  async turn(weather: Weather): Promise<void> {
    await Promise.all(this.#late);
    this.#weather = weather;
  }

  #later(deliver: () => Promise<void>): void {
    const carried = pause(this.#random.below(LONGEST_DELAY)).then(deliver);
    this.#late.add(carried);
    carried.finally(() => this.#late.delete(carried));
  }
}

/**
 * Tries until a worker is found at work, if one is before long. Tries lie so many milliseconds apart, so that they meet work at any stage
 * and not always at its beginning.
 */
async function onceAtWork(hit: () => boolean, apart: number): Promise<boolean> {
  const end = Date.now() + LONGEST_WATCH;
  while (!hit()) {
    if (Date.now() > end) return false;
    await pause(apart);
  }
  return true;
}

/** What a storm is made in. */
export interface StormOptions {
  readonly stack: Stack;
  readonly visitor: Visitor;
  readonly cohort: string;
  readonly steps: number;
  /** The number of the first step, which is that of the version it puts. */
  readonly from: number;
  readonly random: Random;
  readonly courier: StormyCourier;
  /** Whether events are lost too; then whoever reconciles comes by now and then. */
  readonly lossy: boolean;
  readonly history: History;
  readonly progress: (says: string) => void;
}

/** Puts good and bad versions, overwrites, deletes, kills and stalls workers. Returns how many died. What was done stands in the history. */
export async function storm(options: StormOptions): Promise<number> {
  const { stack, visitor, cohort, steps, from, random, courier, lossy, progress } = options;
  const blows: Promise<boolean>[] = [];
  let killed = 0;
  const kill = async (worker: (typeof WORKERS)[number], apart: number): Promise<boolean> => {
    const hit = await onceAtWork(() => stack.kill(worker), apart);
    killed += hit ? 1 : 0;
    return hit;
  };
  await courier.turn(lossy ? 'lossy' : 'rough');
  for (let step = from; step < from + steps; step++) {
    progress(`step ${step}, ${killed} workers killed`);
    const luck = random.uniform();
    const worker = WORKERS[random.below(WORKERS.length)]!;
    const stalled = random.below(LONGEST_STALL);
    const apart = 1 + random.below(MOST_APART);
    if (luck < 0.75) await strike(options, FILES[random.below(FILES.length)]!, step);
    else if (luck < 0.85) blows.push(kill(worker, apart));
    else if (luck < 0.95 || !lossy) blows.push(onceAtWork(() => stack.stall(worker, stalled), apart));
    else await visitor.ask(`/cohorts/${cohort}/reconciliations`, { method: 'POST' });
    await pause(random.below(120));
  }
  await Promise.all(blows); // they wait for workers that later steps set to work
  if (lossy) {
    // What happens last to each file is told to nobody: a reconciliation alone can find it.
    await courier.turn('silent');
    for (const [i, file] of FILES.entries()) await strike(options, file, from + steps + i);
  }
  await courier.turn('calm');
  return killed;
}

/** Puts a good version of the file or a bad one, or deletes it. */
async function strike(
  { visitor, cohort, random, history }: StormOptions,
  file: ChaosFile,
  number: number,
): Promise<void> {
  const luck = random.uniform();
  if (luck < 0.125) {
    await visitor.remove(cohort, file);
    history.deleted(file);
    return;
  }
  const version = versionOf(file, number, luck < 0.8);
  await visitor.put(cohort, file, version.body, 'text/plain');
  history.put(version);
}
