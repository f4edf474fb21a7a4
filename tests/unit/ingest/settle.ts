import { type WayOfAFile, wayOfAFile } from '../../../lib/ingest/index.ts';
import type { World } from './world.ts';

/** Works off all messages, one after the other, by workers that nothing happens to. */
export async function drain(world: World, way: WayOfAFile = wayOfAFile(world.ports())): Promise<void> {
  for (let work = 0; world.hints.length + world.publications.length > 0; work += 1) {
    if (work > 10_000) throw new RangeError('messages beget messages without end');
    const hint = world.hints.shift();
    if (hint) await way.converger.converge(hint.body, { delivery: hint.delivery + 1 });
    const publication = hint ? undefined : world.publications.shift();
    if (publication) await way.publisher.publish(publication.body, { delivery: publication.delivery + 1 });
  }
}

/** Reconciles until there is nothing to mend; gives how often there was. */
export async function settle(world: World): Promise<number> {
  const way = wayOfAFile(world.ports());
  for (let rounds = 0; rounds < 10; rounds += 1) {
    await drain(world, way);
    const { hints, published } = await way.maintainer.reconcile(world.cohort);
    if (hints === 0 && !published) return rounds;
  }
  throw new RangeError('reconciling never ends');
}
