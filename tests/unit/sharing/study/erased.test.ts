import { describe, expect, it } from 'vitest';
import { SignetError } from '../../../../lib/base/index.ts';
import {
  advanceStudy,
  approveStudy,
  dryRun,
  eraseFromStudies,
  makeRelease,
  progressOf,
  proposeStudy,
  refuseStudy,
  type StudyAnalysis,
  studyRecord,
  studyResult,
  studyStatus,
} from '../../../../lib/sharing/index.ts';
import { conduct, settle, type World } from '../../../../tools/sites/world.ts';
import { ASK, resultOf } from '../release/lung.ts';
import { CODEBOOK, COX, cohortOf, patientsOf, protocolOf, SITES, threeSites } from './studies.ts';

const DAY = 86_400_000;
const HER = 'patient south0003';
const WITHOUT = cohortOf(patientsOf('south').filter(({ patient }) => patient !== 'south0003'));
const CURVES = { analysis: 'survival', endpoint: 'os' };
const SHORT: StudyAnalysis = { ...COX, rounds: 1 } as StudyAnalysis;

async function statusOf(world: World, study: string, site = 'north') {
  const record = (await studyRecord(study, world.ports[site]!))!;
  return studyStatus(record, progressOf(record), world.now);
}

/** A finished study, out of which she was taken at south. */
async function erased() {
  const sites = threeSites();
  const { world, cohorts } = sites;
  const study = await conduct(world, protocolOf(world, [SHORT]), CODEBOOK, cohorts);
  const { studies, recalls } = await eraseFromStudies(HER, 'cohort', world.ports['south']!);
  return { ...sites, study, studies, recalls, south: world.ports['south']! };
}

describe('A patient who withdraws from a site', () => {
  it('leaves its stored sets; a finished study is withdrawn at every site, and what partners hold is named', async () => {
    const { world, study, studies, recalls, south } = await erased();
    expect(studies).toEqual([study]);
    for (const site of SITES) expect((await statusOf(world, study, site)).status).toBe('withdrawn');
    expect(recalls).toEqual(
      ['north', 'centre']
        .map((partner) => ({ cohort: 'cohort', endpoint: '*', partner, recalls: study }))
        .sort((a, b) => (a.partner < b.partner ? -1 : 1)),
    );
    expect(JSON.stringify(await south.records.sent('cohort'))).not.toContain(HER);
    expect(await south.records.frozen(study)).toBeUndefined();
    const again = await eraseFromStudies(HER, 'cohort', south);
    expect(again).toEqual({ studies: [], recalls });
  });

  it('leaves an open study, which the others finish without the site and is theirs', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    const { recalls } = await eraseFromStudies(HER, 'cohort', world.ports['south']!);
    expect(recalls).toEqual([]); // nothing of her was answered
    expect(await advanceStudy(study, world.ports['south']!)).toMatchObject({ step: { why: 'left' } });
    await settle(world, study, ['centre', 'north']);
    world.now += 1.5 * DAY;
    await settle(world, study, ['centre', 'north']);
    expect(await statusOf(world, study)).toMatchObject({ status: 'attested' });
    const { findings } = (await studyResult(study, world.ports['centre']!))!;
    expect(findings.warnings).toContainEqual({ code: 'without', says: 'south is in none of it: left.' });
  });
});

describe('An approval that an erasure overtakes', () => {
  const proposed = async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    return { study, south: world.ports['south']!, cohort: cohorts['south']! };
  };

  it('keeps nothing of her where the tables moved before its set was kept; asked again it is given without her', async () => {
    const { study, south, cohort } = await proposed();
    const erased = async (): Promise<boolean> => false; // looked for her before the set was there
    await expect(approveStudy(study, cohort, south, erased)).rejects.toMatchObject({ code: 'cohort-moved' });
    expect(await south.records.sent('cohort')).toEqual([]);
    expect(await south.records.ledger('cohort')).toEqual([]);
    expect(await south.records.frozen(study)).toBeUndefined();
    expect((await studyRecord(study, south))!.approvals.has('south')).toBe(false);
    const approval = await approveStudy(study, WITHOUT, south, async () => true);
    expect(approval.n).toBe(WITHOUT.keys.length);
  });

  it('is not given from a set that an interrupted one left of other tables', async () => {
    const { study, south, cohort } = await proposed();
    const gone = async (): Promise<boolean> => Promise.reject(new Error('killed'));
    await expect(approveStudy(study, cohort, south, gone)).rejects.toThrow('killed');
    expect((await south.records.frozen(study))!.patients).toContain(HER);
    await expect(approveStudy(study, WITHOUT, south)).rejects.toMatchObject({ code: 'cohort-moved' });
    expect(await south.records.frozen(study)).toBeUndefined();
    await expect(approveStudy(study, WITHOUT, south)).resolves.toMatchObject({ n: WITHOUT.keys.length });
  });
});

describe('A release that an erasure overtakes', () => {
  it('is not given, and keeps nothing of her', async () => {
    const { world } = threeSites();
    const south = world.ports['south']!;
    const cohort = cohortOf(patientsOf('south'));
    const result = await resultOf(cohort, CURVES);
    const withdrawn = (): Promise<void> => Promise.reject(new SignetError('withdrawn', 'The result was withdrawn'));
    await expect(makeRelease(result, cohort, ASK, south, withdrawn)).rejects.toMatchObject({ code: 'withdrawn' });
    expect(await south.records.sent('cohort')).toEqual([]);
    expect(await south.records.ledger('cohort')).toEqual([]);
    await makeRelease(result, cohort, ASK, south, async () => {});
    expect(JSON.stringify(await south.records.sent('cohort'))).toContain(HER);
  });
});

describe('Until the steward recorded that partners destroyed what they hold', () => {
  it('no study with them is approved; then one is, and its result says so', async () => {
    const { world, cohorts, recalls, study, south } = await erased();
    const again = await proposeStudy(protocolOf(world, [SHORT], { title: 'Again' }), CODEBOOK, world.ports['north']!);
    const { verdicts } = await dryRun(again, WITHOUT, south);
    expect(verdicts.filter(({ holds }) => !holds).map(({ rule }) => rule)).toEqual(['erasure']);
    await expect(approveStudy(again, WITHOUT, south)).rejects.toMatchObject({
      code: 'rule-refuses',
      place: { value: 'erasure' },
    });
    for (const lock of recalls) south.records.lift(lock, '2027-02-01T09:00:00Z');
    const { waivers } = await approveStudy(again, WITHOUT, south);
    expect(waivers).toEqual([
      {
        rule: 'erasure',
        says: `centre destroyed what it held of ${study.slice(0, 8)}, as the steward recorded on 2027-02-01`,
      },
      {
        rule: 'erasure',
        says: `north destroyed what it held of ${study.slice(0, 8)}, as the steward recorded on 2027-02-01`,
      },
    ]);
    for (const site of ['centre', 'north']) await approveStudy(again, cohorts[site]!, world.ports[site]!);
    await settle(world, again);
    const { findings } = (await studyResult(again, world.ports['centre']!))!;
    expect(findings.warnings).toContainEqual({
      code: 'waived',
      says: `south lifted the rule erasure: ${waivers![1]!.says}`,
    });
  });

  it('no release goes to them, nor does one that others receive wait', async () => {
    const { recalls, south } = await erased();
    const result = await resultOf(WITHOUT, CURVES);
    const release = (receiver: string) => makeRelease(result, WITHOUT, { ...ASK, receiver }, south);
    await expect(release('north')).rejects.toMatchObject({ code: 'rule-refuses', place: { value: 'erasure' } });
    await expect(release('link')).resolves.toMatchObject({ release: { waivers: [] } });
    for (const lock of recalls) south.records.lift(lock, '2027-02-01T09:00:00Z');
    const made = await release('north');
    expect(made.release.waivers.map(({ rule }) => rule)).toEqual(['erasure']);
  });

  it('an open study waits for its next answer', async () => {
    const { world, cohorts } = threeSites();
    const south = world.ports['south']!;
    // one about others than she is in
    const criteria = [{ cel: `age != ${patientsOf('south')[3]!.age}`, says: 'others' }];
    const waivers = [{ rule: 'atoms', says: 'to have both' }];
    const open = await proposeStudy(
      protocolOf(world, [SHORT], { cohort: { criteria }, waivers }),
      CODEBOOK,
      world.ports['north']!,
    );
    const held = await conduct(world, protocolOf(world, [SHORT]), CODEBOOK, cohorts);
    for (const site of SITES) await approveStudy(open, cohorts[site]!, world.ports[site]!);
    const { studies, recalls } = await eraseFromStudies(HER, 'cohort', south);
    expect(studies).toEqual([held]);
    expect(await advanceStudy(open, south)).toEqual({ step: { do: 'wait', for: ['south'] }, did: [] });
    for (const lock of recalls) south.records.lift(lock, '2027-02-01T09:00:00Z');
    expect((await advanceStudy(open, south)).did).toEqual(['a1-r1.json']);
  });
});

describe('A site that was left out of a study', () => {
  it('cannot stop what the others finished, whatever round it says it leaves in', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    await settle(world, study, ['centre', 'north']);
    world.now += 1.5 * DAY;
    await settle(world, study, ['centre', 'north']);
    world.now += 1.1 * DAY;
    await settle(world, study, ['centre', 'north']);
    expect((await statusOf(world, study)).status).toBe('attested');
    await refuseStudy(study, 'declined', world.ports['south']!);
    const key = `${study}/south/refusal-1.json`;
    expect(world.exchange.files.has(key)).toBe(true);
    expect((await statusOf(world, study)).status).toBe('attested');
  });
});
