import { type SiteCohort, studyResult } from '../../lib/sharing/index.ts';
import type { Numbers } from './beside/part.ts';
import { frameOfColumns } from './frame.ts';
import { protocolOf } from './protocol.ts';
import type { RunStudies } from './reference.ts';
import { conduct, worldOf } from './world.ts';

/** Studies over sites in memory, through the same engine that the functions run. Throws RangeError where one comes to no result. */
export const inMemory: RunStudies = async (given, studies) => {
  const world = worldOf(given.map(({ site }) => site));
  const sites = given.map(({ site }) => ({ site, fingerprint: world.ports[site]!.card.fingerprint }));
  const cohorts = Object.fromEntries(
    given.map(({ site, yaml, columns }): [string, SiteCohort] => [
      site,
      { name: 'reference', ...frameOfColumns(yaml, columns) },
    ]),
  );
  const numbers: Numbers[] = [];
  for (const { waivers, ...plan } of studies) {
    const study = await conduct(world, protocolOf({ ...plan, sites }, { waivers }), plan.codebook, cohorts);
    const result = await studyResult(study, world.ports[sites[0]!.site]!);
    if (!result) throw new RangeError('a study of the reference came to no result');
    numbers.push(result.numbers);
  }
  return numbers;
};
