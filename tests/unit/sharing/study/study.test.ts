import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advanceStudy,
  approveStudy,
  dryRun,
  eraseFromStudies,
  progressOf,
  proposeStudy,
  refuseStudy,
  type StudyAnalysis,
  studyRecord,
  studyResult,
  studyStatus,
} from '../../../../lib/sharing/index.ts';
import { cox, logRank } from '../../../../lib/stats/index.ts';
import { compareSet, type ReferenceSet } from '../../../../tools/sites/reference.ts';
import { inMemory } from '../../../../tools/sites/reference-memory.ts';
import { conduct, settle, type World, worldOf } from '../../../../tools/sites/world.ts';
import { CODEBOOK, COX, cohortOf, KM, patientsOf, protocolOf, SITES, TABLE, threeSites, YAML } from './studies.ts';

const DAY = 86_400_000;
const LOG_RANK: StudyAnalysis = { id: 'test', method: 'log-rank/1', mode: 'masked', endpoint: 'os', group: 'female' };

/** Where a study is, as a site sees it. */
async function statusOf(world: World, study: string, site = 'north') {
  const record = (await studyRecord(study, world.ports[site]!))!;
  return studyStatus(record, progressOf(record), world.now);
}

/** All rows together, a stratum a site. */
function together(seed = 1) {
  const all = SITES.flatMap((site, s) => patientsOf(site, seed).map((patient) => ({ ...patient, stratum: s })));
  return {
    time: Float64Array.from(all, ({ time }) => time),
    event: Uint8Array.from(all, ({ event }) => event),
    female: all.map(({ female }) => female),
    age: all.map(({ age }) => age! - 62),
    strata: Int32Array.from(all, ({ stratum }) => stratum),
  };
}

/** How many numbers a summary holds. */
function numbersIn(summary: unknown): number {
  if (typeof summary === 'number') return 1;
  if (typeof summary !== 'object' || summary === null) return 0;
  return Object.values(summary).reduce((sum: number, each) => sum + numbersIn(each), 0);
}

describe('A study of three sites', () => {
  it('comes from proposal to attested, and every site to the same result', async () => {
    const { world, cohorts } = threeSites();
    const study = await conduct(world, protocolOf(world, [COX, KM, TABLE, LOG_RANK]), CODEBOOK, cohorts);
    expect(await statusOf(world, study)).toEqual({ status: 'attested', says: 'every site came to the same numbers' });
    const results = await Promise.all(SITES.map((site) => studyResult(study, world.ports[site]!)));
    expect(new Set(results.map((result) => result!.id)).size).toBe(1);
    expect(results[1]).toEqual(results[0]);
    const { tables, figures } = results[0]!.findings;
    expect(tables.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['sites', 'cox', 'cox-sites', 'cox-meta', 'km', 'km-grid', 'table1', 'test']),
    );
    expect(figures.map(({ kind }) => kind)).toEqual(['forest', 'kaplan-meier']);
  });

  it.each(['open', 'masked'] as const)(
    'gives what one Cox model of all rows gives, stratified by site, %s',
    async (mode) => {
      const { world, cohorts } = threeSites();
      const study = await conduct(
        world,
        protocolOf(world, [{ ...COX, mode, rounds: 6 } as StudyAnalysis]),
        CODEBOOK,
        cohorts,
      );
      const { numbers } = (await studyResult(study, world.ports['south']!))!;
      const { time, event, female, age, strata } = together();
      const covariates = [Float64Array.from(female), Float64Array.from(age)];
      const fit = cox.fit({ time, event, covariates, names: ['female', 'age'], strata }, { ties: 'efron' });
      if (!fit.ok) throw new RangeError(fit.problem);
      (numbers['cox.beta'] as number[]).forEach((beta, j) => {
        expect(Math.abs(beta - fit.coefficients[j]!)).toBeLessThan(1e-8);
      });
      expect(numbers['cox.step']).toBeLessThan(1e-6);
    },
  );

  it('gives the log-rank test of all rows behind masks', async () => {
    const { world, cohorts } = threeSites();
    const study = await conduct(world, protocolOf(world, [LOG_RANK]), CODEBOOK, cohorts);
    const { numbers } = (await studyResult(study, world.ports['centre']!))!;
    const { time, event, female, strata } = together();
    const whole = logRank.solve(logRank.accumulate({ time, event }, Int32Array.from(female), 2, strata));
    const [statistic] = numbers['test.test'] as number[];
    expect(whole.ok && Math.abs(statistic! - whole.chiSquare)).toBeLessThan(1e-8);
  });

  it("counts on a grid that the approvals' leavers make, and tells nobody a site's own", async () => {
    const { world, cohorts } = threeSites();
    const study = await conduct(world, protocolOf(world, [KM]), CODEBOOK, cohorts);
    const record = (await studyRecord(study, world.ports['north']!))!;
    for (const { document } of record.answers) {
      expect(document.open).toEqual({});
      expect(document.masked!.numbers).toBeGreaterThan(4);
    }
    const { numbers } = (await studyResult(study, world.ports['north']!))!;
    const female = together().female.filter((each) => each === 1).length;
    const [deaths, censored] = [numbers['km.1.deaths'] as number[], numbers['km.1.censored'] as number[]];
    const all = [...deaths, ...censored].reduce((a, b) => a + b, 0) + (numbers['km.1.beyond'] as number);
    expect(all).toBe(female);
  });

  it('is the same in whatever order sites work and documents come to be seen', async () => {
    const inOrder = async (order: readonly string[]) => {
      const { world, cohorts } = threeSites();
      const protocol = protocolOf(world, [COX, LOG_RANK]);
      const study = await proposeStudy(protocol, CODEBOOK, world.ports['north']!);
      for (const site of order) await approveStudy(study, cohorts[site]!, world.ports[site]!);
      await settle(world, study, order);
      return (await studyResult(study, world.ports[order[0]!]!))!.numbers;
    };
    const [first, ...others] = await Promise.all(
      [
        ['centre', 'north', 'south'],
        ['south', 'north', 'centre'],
        ['north', 'south', 'centre'],
      ].map(inOrder),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  it('comes to the same numbers however sites take turns, whatever part of the folders each happens to see', async () => {
    const { world: calm, cohorts } = threeSites();
    const protocol = (world: World) => protocolOf(world, [{ ...COX, rounds: 2 } as StudyAnalysis, KM]);
    const expected = (await studyResult(await conduct(calm, protocol(calm), CODEBOOK, cohorts), calm.ports['north']!))!;
    const turn = fc.record({ site: fc.constantFrom(...SITES), hidden: fc.array(fc.nat(30), { maxLength: 8 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 12 }), async (turns) => {
        const { world } = threeSites();
        const study = await proposeStudy(protocol(world), CODEBOOK, world.ports['north']!);
        for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
        for (const { site, hidden } of turns) {
          const seen = async (id: string) =>
            (await world.exchange.list(id))
              .filter((file, i) => !hidden.includes(i) || file.name === 'protocol.json')
              .reverse();
          await advanceStudy(study, {
            ...world.ports[site]!,
            exchange: { put: (id, file) => world.exchange.put(id, file), list: seen },
          });
        }
        await settle(world, study);
        for (const site of SITES)
          expect((await studyResult(study, world.ports[site]!))!.numbers).toEqual(expected.numbers);
        expect((await statusOf(world, study)).status).toBe('attested');
      }),
      { numRuns: 8 },
    );
  });

  it('writes the same bytes where a step is taken again after it was interrupted', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX, KM]), CODEBOOK, world.ports['north']!);
    for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    await advanceStudy(study, world.ports['south']!);
    const key = `${study}/south/a1-r1.json`;
    const before = world.exchange.files.get(key)!;
    world.exchange.files.delete(key); // kept, and never put
    expect((await advanceStudy(study, world.ports['south']!)).did).toEqual(['a1-r1.json']);
    expect(world.exchange.files.get(key)).toEqual(before);
  });
});

describe('A site of a study', () => {
  it('is told by a trial how many numbers leave in each round, of a curve behind masks at most', async () => {
    const logistic: StudyAnalysis = {
      id: 'logistic',
      method: 'logistic/1',
      mode: 'open',
      outcome: 'responded',
      covariates: ['female', 'age'],
      rounds: 2,
    };
    const analyses = [{ ...COX, concordance: true } as StudyAnalysis, logistic, LOG_RANK, KM, TABLE];
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, analyses), CODEBOOK, world.ports['north']!);
    const { fields } = await dryRun(study, cohorts['south']!, world.ports['south']!);
    for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    await settle(world, study);
    const record = (await studyRecord(study, world.ports['south']!))!;
    const own = record.answers.map(({ document }) => document).filter(({ site }) => site === 'south');
    expect(own).toHaveLength(5);
    for (const { round, open, masked } of own) {
      const told = fields.filter((field) => field.round === round);
      for (const [analysis, summary] of Object.entries(open))
        expect(told.find((field) => field.analysis === analysis)?.numbers).toBe(numbersIn(summary));
      const most = told.filter(({ mode }) => mode === 'masked').reduce((sum, { numbers }) => sum + numbers, 0);
      expect(masked?.numbers ?? 0).toBeLessThanOrEqual(most);
    }
  });

  it('sees on its own data what would leave, and leaves nothing by it', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX, KM, TABLE]), CODEBOOK, world.ports['north']!);
    const files = world.exchange.files.size;
    const { n, faults, verdicts, fields } = await dryRun(study, cohorts['south']!, world.ports['south']!);
    expect(n).toBe(70);
    expect(faults).toEqual([]);
    expect(verdicts.every(({ holds }) => holds)).toBe(true);
    expect(fields.filter(({ analysis }) => analysis === 'cox')).toHaveLength(4);
    expect(fields.every(({ numbers }) => numbers > 0)).toBe(true);
    expect(world.exchange.files.size).toBe(files);
    expect(await world.ports['south']!.records.frozen(study)).toBeUndefined();
  });

  it.each([
    [
      '/variables/stage/levels',
      (yaml: string) => yaml.replace('codes: [I, II, III]', 'codes: { I: low, II: II, III: III }'),
    ],
    ['/variables/age/unit', (yaml: string) => yaml.replace('unit: years', 'unit: months')],
    [
      '/variables/female',
      (yaml: string) => yaml.replace('female:', 'woman: { from: female, type: boolean }\n      male:'),
    ],
  ])('is told at %s where its cohort and the codebook differ, and approves nothing', async (pointer, changed) => {
    const { world } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX, TABLE]), CODEBOOK, world.ports['north']!);
    const cohort = cohortOf(patientsOf('south'), changed(YAML));
    const { faults } = await dryRun(study, cohort, world.ports['south']!);
    expect(faults.map((fault) => fault.pointer)).toContain(pointer);
    await expect(approveStudy(study, cohort, world.ports['south']!)).rejects.toMatchObject({
      code: 'codebook-differs',
    });
  });

  it('is told what mends a difference, and finds none once that is done', async () => {
    const { world } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX, TABLE]), CODEBOOK, world.ports['north']!);
    const trial = async (yaml: string) =>
      await dryRun(study, cohortOf(patientsOf('south'), yaml), world.ports['south']!);
    const months = YAML.replace('unit: years', 'unit: months');
    const [fault] = (await trial(months)).faults;
    expect(fault!.remedy).toBe(
      'Give the column another name in the definition (own_age: { from: age, … }), let its expressions use that one, and add a derived variable age.',
    );
    const mended = months.replace('age: { type', 'own_age: { from: age, type');
    expect((await trial(`${mended}derived: { age: own_age * 1 }\n`)).faults).toEqual([]);
    const derived = (await trial(`${mended}derived: { age: own_age > 60 }\n`)).faults;
    expect(derived).toEqual([
      {
        pointer: '/variables/age/type',
        says: 'It is a boolean in the cohort, and a number in the codebook',
        remedy: 'Derive age otherwise in the definition.',
      },
    ]);
  });

  it('answers from what it froze, whatever is current by then', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    const approval = await approveStudy(study, cohorts['south']!, world.ports['south']!);
    const again = await approveStudy(study, cohortOf(patientsOf('south', 2)), world.ports['south']!);
    expect(again.frame).toBe(approval.frame);
  });

  it('refuses a protocol that is laxer than itself', async () => {
    const { world, cohorts } = threeSites();
    const protocol = protocolOf(world, [COX]);
    const lax = { ...protocol, thresholds: { ...protocol.thresholds, k: 3 } };
    const study = await proposeStudy(lax, CODEBOOK, world.ports['north']!);
    await expect(approveStudy(study, cohorts['south']!, world.ports['south']!)).rejects.toMatchObject({
      code: 'rule-refuses',
      place: { value: 'thresholds' },
    });
  });

  it('stops a study that it declines before anything was answered', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    await approveStudy(study, cohorts['north']!, world.ports['north']!);
    await refuseStudy(study, 'declined', world.ports['south']!);
    expect(await statusOf(world, study)).toEqual({ status: 'stopped', says: 'south refused: declined' });
  });

  it('has what it reserved for a study again, where the study ends before it answered, and not where it did', async () => {
    const { world, cohorts } = threeSites();
    const [north, south] = [world.ports['north']!, world.ports['south']!];
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, north);
    await approveStudy(study, cohorts['north']!, north);
    expect(await north.records.ledger('cohort')).not.toEqual([]);
    await refuseStudy(study, 'declined', south);
    await advanceStudy(study, north);
    expect(await north.records.ledger('cohort')).toEqual([]);
    expect(await north.records.sent('cohort')).not.toEqual([]); // its approval said how many there are
    await conduct(world, protocolOf(world, [COX], { title: 'Another' }), CODEBOOK, cohorts);
    expect(await north.records.ledger('cohort')).not.toEqual([]);
  });

  it('marks a finished study withdrawn where a patient of it withdrew', async () => {
    const { world, cohorts } = threeSites();
    const study = await conduct(world, protocolOf(world, [COX]), CODEBOOK, cohorts);
    const { studies } = await eraseFromStudies('patient south0003', 'cohort', world.ports['south']!);
    expect(studies).toEqual([study]);
    expect((await statusOf(world, study)).status).toBe('withdrawn');
  });
});

describe('A site that is gone', () => {
  /** Everybody approved; south answers nothing. */
  async function withoutSouth(analyses: readonly StudyAnalysis[]) {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, analyses), CODEBOOK, world.ports['north']!);
    for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    await settle(world, study, ['centre', 'north']);
    return { world, study };
  }

  it('is waited for, then left out by all who go on, and the model begins anew', async () => {
    const { world, study } = await withoutSouth([COX]);
    expect((await statusOf(world, study)).says).toBe('round 1, attempt 1');
    world.now += 1.5 * DAY;
    await settle(world, study, ['centre', 'north']);
    expect((await statusOf(world, study)).says).toBe('round 1, attempt 2');
    world.now += 1.1 * DAY;
    await settle(world, study, ['centre', 'north']);
    expect((await statusOf(world, study)).status).toBe('attested');
    const { findings } = (await studyResult(study, world.ports['north']!))!;
    expect(findings.warnings).toContainEqual({ code: 'without', says: 'south is in none of it: late.' });
    expect(findings.counts).toMatchObject({
      patients: 286,
      used: 216,
      excluded: [{ reason: 'of south, which is in none of it: late', columns: [], patients: 70 }],
    });
    const forest = findings.figures.find(({ id }) => id === 'cox-forest');
    expect(forest).toMatchObject({ alt: expect.stringContaining('and over all but south.') });
    expect(forest).toMatchObject({
      rows: expect.arrayContaining([expect.objectContaining({ label: 'All but south', n: '216' })]),
    });
  });

  it('adds nothing when it comes back: its late answer is kept as evidence', async () => {
    const { world, study } = await withoutSouth([COX]);
    world.now += 1.5 * DAY;
    await settle(world, study, ['centre', 'north']);
    const { did, step } = await advanceStudy(study, world.ports['south']!);
    expect(did).toEqual([]);
    expect(step).toEqual({ do: 'nothing', why: 'left' });
  });

  it('ends a masked study of three, since two would see one another', async () => {
    const { world, study } = await withoutSouth([KM]);
    world.now += 1.5 * DAY;
    await settle(world, study, ['centre', 'north']);
    expect((await statusOf(world, study)).status).toBe('stopped');
  });

  it('does not answer behind masks once the time is over, or its answer could be differenced out', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [KM]), CODEBOOK, world.ports['north']!);
    for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    await world.ports['south']!.records.opened(study, 1, 1, world.now); // it saw the round open, and was stopped
    world.now += 1.5 * DAY;
    expect((await advanceStudy(study, world.ports['south']!)).did).not.toContain('a1-r1.json');
    expect(world.exchange.files.has(`${study}/south/a1-r1.json`)).toBe(false);
  });

  it('leaves what was complete before it as it is', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX, KM]), CODEBOOK, world.ports['north']!);
    for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    for (const site of SITES) await answerOnce(world, study, site);
    await refuseStudy(study, 'declined', world.ports['south']!);
    await settle(world, study, ['centre', 'north']);
    world.now += 1.1 * DAY;
    await settle(world, study, ['centre', 'north']);
    const record = (await studyRecord(study, world.ports['north']!))!;
    const { finished } = progressOf(record);
    expect(finished.map(({ analysis, sites }) => [analysis.id, sites.length])).toEqual([
      ['km', 3],
      ['cox', 2],
    ]);
    const { findings } = (await studyResult(study, world.ports['north']!))!;
    expect(findings.counts).toMatchObject({ patients: 286, used: 286, excluded: [] });
    expect(findings.warnings).toContainEqual({ code: 'without', says: 'south is not in all of it: left.' });
    expect(studyStatus(record, progressOf(record), world.now).status).toBe('attested');
  });

  /** One answer of the first round, and no more. */
  async function answerOnce(world: World, study: string, site: string): Promise<void> {
    const ports = world.ports[site]!;
    const seen = (await world.exchange.list(study)).filter(({ name }) => name !== 'a1-r1.json');
    await advanceStudy(study, {
      ...ports,
      exchange: { put: (id, file) => world.exchange.put(id, file), list: async () => seen },
    });
  }
});

describe("R's reference over its sites", () => {
  const file = new URL('../../../fixtures/sites/reference.json', import.meta.url);
  const reference = JSON.parse(readFileSync(file, 'utf8')) as Record<string, ReferenceSet>;

  it.each(Object.entries(reference))('%s is met by studies, part by part', async (_, set) => {
    const { compared } = await compareSet(set, inMemory);
    expect(compared.filter(({ passed }) => !passed)).toEqual([]);
    expect(compared.length).toBeGreaterThan(60);
  });
});

describe('Two sites', () => {
  it('may share open sums', async () => {
    const world = worldOf(['centre', 'north']);
    const cohorts = Object.fromEntries(['centre', 'north'].map((site) => [site, cohortOf(patientsOf(site))]));
    const study = await conduct(world, protocolOf(world, [COX]), CODEBOOK, cohorts);
    expect((await statusOf(world, study)).status).toBe('attested');
  });

  it('are refused a masked sum', async () => {
    const world = worldOf(['centre', 'north']);
    await expect(proposeStudy(protocolOf(world, [KM]), CODEBOOK, world.ports['north']!)).rejects.toMatchObject({
      code: 'invalid-protocol',
    });
  });
});
