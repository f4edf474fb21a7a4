import { type Codebook, dryRun, type Protocol, proposeStudy, type StudyAnalysis } from '../../lib/sharing/index.ts';
import { type Columns, frameOfColumns } from './frame.ts';
import { protocolOf } from './protocol.ts';
import { worldOf } from './world.ts';

type Waivers = NonNullable<Protocol['waivers']>;

interface Site {
  readonly site: string;
  readonly yaml: string;
  readonly columns: Columns;
}

interface Study {
  readonly title: string;
  readonly codebook: Codebook;
  readonly analyses: readonly StudyAnalysis[];
  readonly waivers: Waivers;
}

/** Rules that stand in the way of a study of a reference at any of its sites, or hold back a part of it, as trials in memory tell: each is to be waived, and printed. */
export async function inTheWay(given: readonly Site[], study: Study): Promise<Waivers> {
  const world = worldOf(given.map(({ site }) => site));
  const sites = given.map(({ site }) => ({ site, fingerprint: world.ports[site]!.card.fingerprint }));
  const { waivers, ...plan } = study;
  const id = await proposeStudy(
    protocolOf({ ...plan, sites }, { waivers }),
    plan.codebook,
    world.ports[sites[0]!.site]!,
  );
  const found = new Map<string, string>();
  for (const { site, yaml, columns } of given) {
    const { verdicts, withheld } = await dryRun(
      id,
      { name: 'reference', ...frameOfColumns(yaml, columns) },
      world.ports[site]!,
    );
    for (const { rule, analysis, says, holds, waived } of verdicts)
      if (!holds && !waived && !found.has(rule))
        found.set(rule, `it asks of ${analysis ?? 'the study'}, at ${site}: ${says}`);
    for (const { rule, what } of withheld) if (!found.has(rule)) found.set(rule, `it holds back, at ${site}: ${what}`);
  }
  return [...found].map(([rule, says]) => ({ rule, says }));
}
