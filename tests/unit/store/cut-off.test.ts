import { afterEach, describe, expect, it } from 'vitest';
import {
  advanceStudy,
  approveStudy,
  progressOf,
  readCard,
  studyRecord,
  studyResult,
  studyStatus,
} from '../../../lib/sharing/index.ts';
import { random } from '../../../lib/stats/index.ts';
import { conduct, worldOf } from '../../../tools/sites/world.ts';
import { CODEBOOK, COX, cohortOf, KM, patientsOf, protocolOf, SITES, threeSites } from '../sharing/study/studies.ts';
import type { Fate } from './bucket.ts';
import { acquaint, type Deployment, deploymentOf } from './deployment.ts';

const NOW = Date.parse('2027-01-01T00:00:00Z');
const now = (): number => NOW;
const cohorts = Object.fromEntries(SITES.map((site) => [site, cohortOf(patientsOf(site))]));
const ANALYSES = [{ ...COX, rounds: 2 } as typeof COX, KM];

/*
 * Every call of table and bucket may be a process's last, before it is sent or after it has taken effect. Whoever comes next goes on from what lies there.
 */
describe.each([1, 2])('Workers that are cut off in the middle of anything (storm %i)', (seed) => {
  let deployment: Deployment;
  let left = Number.POSITIVE_INFINITY;
  const draw = random(seed);
  const fate: Fate = () => {
    left -= 1;
    if (left !== 0) return undefined;
    return draw.uniform() < 0.5 ? 'cut before' : 'cut after';
  };
  afterEach(() => deployment.end());

  it('come to the numbers that nobody disturbed, with every document put once', async () => {
    deployment = await deploymentOf(SITES, null, fate);
    await acquaint(deployment);
    const named = await Promise.all(
      SITES.map(async (site) => ({
        site,
        fingerprint: (await readCard(site, deployment.cards.get(site)!)).card.fingerprint,
      })),
    );
    const protocol = protocolOf(worldOf(SITES), ANALYSES, { sites: named });
    let cuts = 0;
    /** Runs a process, and others after it, until one ends. */
    const whole = async <T>(run: () => Promise<T>): Promise<T> => {
      for (let most = 12; ; most += 12) {
        left = 1 + Math.floor(draw.uniform() * most);
        try {
          return await run();
        } catch (error) {
          if (!(error instanceof Error) || error.message !== 'cut') throw error;
          cuts += 1;
        } finally {
          left = Number.POSITIVE_INFINITY;
        }
      }
    };
    const studies = () => deployment.studies(now);
    const study = await whole(() => studies().propose({ site: 'north', agent: 'worker' }, protocol, CODEBOOK));
    for (const site of SITES)
      await whole(async () => {
        const own = studies();
        await own.known(site);
        await approveStudy(study, cohorts[site]!, await own.ports(site, study));
      });
    for (let moved = true; moved; ) {
      moved = false;
      for (const site of SITES) {
        const before = await names(study);
        await whole(async () => advanceStudy(study, await studies().ports(site, study)));
        moved ||= (await names(study)).length > before.length;
      }
    }
    expect(cuts).toBeGreaterThan(15);
    const ports = await studies().ports('south', study);
    const record = (await studyRecord(study, ports))!;
    expect(studyStatus(record, progressOf(record), NOW).status).toBe('attested');
    expect(record.evidence).toEqual([]);
    expect(new Set(await names(study)).size).toBe((await names(study)).length);
    for (const site of SITES) {
      const records = studies().stored.records(site);
      expect(await records.frozen(study)).toBeUndefined();
      expect(await records.ledger('cohort')).toHaveLength(
        new Set((await records.ledger('cohort')).map((each) => JSON.stringify(each))).size,
      );
      const kept = (await records.kept(study)).filter((file) => file.site === site);
      const put = (await ports.exchange.list(study)).filter((file) => file.site === site);
      expect(kept).toHaveLength(put.length);
      expect(kept).toEqual(expect.arrayContaining(put));
    }

    const { world } = threeSites();
    const undisturbed = await conduct(world, protocolOf(world, ANALYSES), CODEBOOK, cohorts);
    const numbers = (await studyResult(undisturbed, world.ports['south']!))!.numbers;
    expect((await studyResult(study, ports))!.numbers).toEqual(numbers);
  });

  const names = async (study: string): Promise<string[]> =>
    (await (await deployment.studies(now).ports('north', study)).exchange.list(study)).map(
      ({ site, name }) => `${site}/${name}`,
    );
});
