import type { SiteStudies } from '../../../functions/sharing/site-studies.ts';
import {
  advanceStudy,
  approveStudy,
  type Protocol,
  progressOf,
  readCard,
  type SiteCohort,
  type StudyAnalysis,
  studyRecord,
  studyStatus,
} from '../../../lib/sharing/index.ts';
import { worldOf } from '../../../tools/sites/world.ts';
import { CODEBOOK, cohortOf, patientsOf, protocolOf, SITES } from '../sharing/study/studies.ts';
import type { Deployment } from './deployment.ts';

export const NOW = Date.parse('2027-01-01T00:00:00Z');
export const now = (): number => NOW;

const taken = Object.fromEntries(SITES.map((site) => [site, cohortOf(patientsOf(site))]));

/** A site's patients as a cohort of which no other study was answered. */
export const cohortFor = (site: string, study: string): SiteCohort => ({ ...taken[site]!, name: study.slice(0, 8) });

/** A protocol over the sites whose cards these are. */
export async function protocolFor(
  cards: ReadonlyMap<string, string>,
  analyses: readonly StudyAnalysis[],
  more: Partial<Protocol> = {},
): Promise<Protocol> {
  const sites = await Promise.all(
    [...cards].map(async ([site, jws]) => ({ site, fingerprint: (await readCard(site, jws)).card.fingerprint })),
  );
  return protocolOf(worldOf(SITES), analyses, { sites, ...more });
}

/** The steps of a study, each taken by a process of the site's deployment that has just started. */
export class Carrying {
  readonly #deploymentOf: (site: string) => Deployment;

  constructor(deploymentOf: (site: string) => Deployment) {
    this.#deploymentOf = deploymentOf;
  }

  /** What a new process of the site's deployment works with. */
  studies(site: string): SiteStudies {
    return this.#deploymentOf(site).studies(now);
  }

  ports(site: string, study: string): ReturnType<SiteStudies['ports']> {
    return this.studies(site).ports(site, study);
  }

  /** Has `north` propose a study to these sites. */
  async proposed(
    analyses: readonly StudyAnalysis[],
    more: Partial<Protocol> = {},
    sites: readonly string[] = SITES,
  ): Promise<string> {
    const cards = new Map(sites.map((site) => [site, this.#deploymentOf(site).cards.get(site)!]));
    const protocol = await protocolFor(cards, analyses, more);
    return this.studies('north').propose({ site: 'north', agent: 'worker' }, protocol, CODEBOOK);
  }

  /** Has a site learn of a study and approve it. */
  async approve(site: string, study: string): Promise<void> {
    const studies = this.studies(site);
    await studies.known(site);
    await approveStudy(study, cohortFor(site, study), await studies.ports(site, study));
  }

  async approved(study: string): Promise<void> {
    for (const site of SITES) await this.approve(site, study);
  }

  /** Lets sites work in turn until none can do more by itself. */
  async settled(study: string, sites: readonly string[] = SITES): Promise<void> {
    for (let moved = true; moved; ) {
      moved = false;
      for (const site of sites) {
        const { did } = await advanceStudy(study, await this.ports(site, study));
        moved ||= did.length > 0;
      }
    }
  }

  /** Where a study is, as a site sees it, and what was not believed. */
  async statusAt(site: string, study: string) {
    const record = (await studyRecord(study, await this.ports(site, study)))!;
    return { ...studyStatus(record, progressOf(record), NOW), evidence: record.evidence };
  }
}
