import { describe, expect, it } from 'vitest';
import { StudyAnswers, StudyAttestations, StudyDryRun, StudyState } from '../../../../lib/http/bodies/index.ts';
import { renderHtml } from '../../../../lib/render/index.ts';
import { unseal } from '../../../../lib/result/index.ts';
import {
  advanceStudy,
  answersOf,
  approveStudy,
  attestationsOf,
  dryRun,
  progressOf,
  proposeStudy,
  refuseStudy,
  type StudyAnalysis,
  studyDocument,
  studyStatus,
  studyView,
  viewedRecord,
} from '../../../../lib/sharing/index.ts';
import { conduct, settle, type World } from '../../../../tools/sites/world.ts';
import { CODEBOOK, COX, cohortOf, KM, patientsOf, protocolOf, SITES, TABLE, threeSites, YAML } from './studies.ts';

const HOUR = 3_600_000;

async function seen(study: string, world: World, site: string) {
  const { record, viewer } = (await viewedRecord(study, world.ports[site]!))!;
  return { record, viewer, view: studyView(record, viewer) };
}

describe('A protocol in plain words', () => {
  const others: StudyAnalysis[] = [
    { id: 'lr', method: 'log-rank/1', mode: 'masked', endpoint: 'os', group: 'stage' },
    { id: 'or', method: 'mantel-haenszel/1', mode: 'open', outcome: 'responded', exposure: 'female' },
    { id: 'lg', method: 'logistic/1', mode: 'open', outcome: 'responded', covariates: ['age'], rounds: 1 },
    { id: 'fg', method: 'fine-gray/1', mode: 'open', endpoint: 'os', covariates: ['age'], rounds: 2 },
    { id: 'genes', method: 'gene-scores/1', mode: 'masked', endpoint: 'os', genes: ['TP53', 'APC'] },
  ];

  it('tells who asks whom for what, which numbers of this site the others see, and by when', async () => {
    const { world } = threeSites();
    const protocol = protocolOf(world, [COX, KM, TABLE, ...others], {
      cohort: { criteria: [{ cel: 'age >= 40', says: 'aged 40 or more' }] },
      waivers: [{ rule: 'grid', says: 'the sites know one another' }],
    });
    const study = await proposeStudy(protocol, CODEBOOK, world.ports['north']!);
    const { view } = await seen(study, world, 'south');
    const text = view.words.join('\n');
    for (const words of [
      '“Sex and age” is proposed by north to 3 sites: centre, north, south.',
      'aged 40 or more',
      'cox: Cox regression stratified by site, of os (death, from diagnosis, in days) on female, age; 4 rounds; the other sites see this site’s own numbers.',
      'km: Survival curves on a grid, of os (death, from diagnosis, in days) by female, in steps of 30.4375 days or more, none beyond 1461 days; 1 round; the other sites see nothing but the sum over all sites.',
      'or: Common odds ratio (Mantel-Haenszel), of responded by female',
      'genes: Log-rank tests of named genes, TP53, APC, of os',
      'No cell of fewer than 5 patients leaves unless it is empty',
      'The rule grid is lifted: the sites know one another. Without it curves and histograms may be counted in bins of single patients',
      'A patient known to two sites counts at one: site of first treatment.',
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe('What others write into a protocol', () => {
  it('turns no line of its words round, so that no expression looks like another', async () => {
    const { world } = threeSites();
    const cohort = { criteria: [{ cel: 'age >= 40', says: 'all\u202e of\nthem' }] };
    const protocol = protocolOf(world, [COX], { title: 'Sex\u2066 and age', cohort, duplicates: 'one\u2029site' });
    const { view } = await seen(await proposeStudy(protocol, CODEBOOK, world.ports['north']!), world, 'south');
    expect(view.words.join('')).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028\u2029\n]/);
    expect(view.words.join('\n')).toContain('all\ufffd of them (age >= 40)');
    expect(view.protocol.title).toBe('Sex\u2066 and age');
  });
});

describe('A trial in plain words', () => {
  it('says whom it is about, how many numbers would leave, and that nothing stands in the way', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX, KM, TABLE]), CODEBOOK, world.ports['north']!);
    const { words, fields } = await dryRun(study, cohorts['south']!, world.ports['south']!);
    const numbers = (mode: string): number =>
      fields.filter((field) => field.mode === mode).reduce((sum, field) => sum + field.numbers, 0);
    expect(words).toEqual([
      'It is about 70 patients of this site; nobody else is eligible.',
      `If you approve, ${numbers('open')} numbers of this site’s own would leave in 4 rounds, and behind masks ${numbers('masked')} at most, of which the others see the sum over all sites alone. Nothing has left by this trial.`,
      'Nothing that is asked is held back.',
      'Nothing was sent before of any of these patients.',
      'No rule stands in the way: you decide.',
    ]);
  });

  it('says which earlier studies and releases told of these patients, to whom, and of how many', async () => {
    const { world, cohorts } = threeSites();
    const south = world.ports['south']!;
    const earlier = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    await approveStudy(earlier, cohorts['south']!, south);
    const study = await proposeStudy(protocolOf(world, [COX, TABLE]), CODEBOOK, world.ports['north']!);
    const fewer = cohortOf(patientsOf('south').filter(({ age }) => (age ?? 0) >= 60));
    const { overlaps, words, n } = await dryRun(study, fewer, south);
    expect(overlaps).toEqual([
      { study: earlier, partners: ['centre', 'north'], both: n, onlyThen: 70 - n, onlyNow: 0 },
    ]);
    expect(words).toContain(
      `Of these patients 1 earlier study or release told: ${earlier.slice(0, 8)}… to centre, north, of ${n} of them.`,
    );
    expect((await dryRun(earlier, cohorts['south']!, south)).overlaps).toEqual([]);
  });

  it('says what a protocol lifts, and each condition that is not met', async () => {
    const { world } = threeSites();
    const patients = patientsOf('south').map((patient, i) => ({ ...patient, female: i < 3 ? 1 : 0 }) as const);
    const protocol = protocolOf(world, [COX, KM], { waivers: [{ rule: 'atoms', says: 'we asked' }] });
    const study = await proposeStudy(protocol, CODEBOOK, world.ports['north']!);
    const { words } = await dryRun(study, cohortOf(patients), world.ports['south']!);
    const text = words.join('\n');
    for (const says of [
      'The protocol lifts a rule that doesn’t hold here: atoms: what was and will be sent, taken from one another, tells of 1 group of fewer than 5 patients.',
      'It can’t be approved as it is: 2 conditions of the rules aren’t met.',
      'Not met: levels of cox: every level of female has no patient, or 5 or more.',
      'Not met: levels of km: every level of female has no patient, or 5 or more.',
    ])
      expect(text).toContain(says);
  });

  it('says where cohort and codebook differ, and judges no rule of nobody', async () => {
    const { world } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX, TABLE]), CODEBOOK, world.ports['north']!);
    const cohort = cohortOf(patientsOf('south'), YAML.replace('unit: years', 'unit: months'));
    const { words, verdicts } = await dryRun(study, cohort, world.ports['south']!);
    expect(verdicts).toEqual([]);
    expect(words).toEqual([
      'Nothing was computed, and the study can’t be approved yet: cohort and codebook differ in 1 place.',
      expect.stringMatching(/^\/variables\/age\/unit: /),
    ]);
  });
});

describe('An approval in the audit log', () => {
  it('has what each rule said, all of one rule, and that a lifted one does not hold', async () => {
    const { world } = threeSites();
    const patients = patientsOf('south').map((patient, i) => ({ ...patient, female: i < 3 ? 1 : 0 }) as const);
    const waivers = ['levels', 'atoms'].map((rule) => ({ rule, says: 'we asked' }));
    const study = await proposeStudy(protocolOf(world, [COX], { waivers }), CODEBOOK, world.ports['north']!);
    const told: Record<string, unknown>[] = [];
    const { auditHead } = world.ports['south']!;
    const south = {
      ...world.ports['south']!,
      auditHead: async (action: Parameters<typeof auditHead>[0]) => {
        told.push({ ...action?.decisions });
        return await auditHead(action);
      },
    };
    await approveStudy(study, cohortOf(patients), south);
    const [first] = told;
    expect(first!['levels: cox']).toBe(
      'lifted, and does not hold: every level of female has no patient, or 5 or more; no patient, or 5 or more, have another value of age than the commonest',
    );
  });
});

describe('A study as a site sees it', () => {
  it('waits for stewards, then for answers; who is late is named once the time is over', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    expect((await seen(study, world, 'south')).view).toMatchObject({ status: 'proposed', next: 'decide' });
    for (const site of ['north', 'centre', 'south']) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    for (const site of ['north', 'centre']) await advanceStudy(study, world.ports[site]!);
    const { view } = await seen(study, world, 'north');
    expect(view).toMatchObject({
      status: 'round',
      next: 'wait',
      round: { attempt: 1, round: 1, answered: ['centre', 'north'], waitingFor: ['south'], late: [] },
    });
    expect(view.sites.map(({ site, answered }) => [site, answered])).toEqual([
      ['centre', ['1.1']],
      ['north', ['1.1']],
      ['south', []],
    ]);
    world.now += 25 * HOUR;
    expect((await seen(study, world, 'north')).view).toMatchObject({ round: { late: ['south'] }, next: 'close' });
  });

  it('says who declined, and that it stopped', async () => {
    const { world } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    await refuseStudy(study, 'declined', world.ports['centre']!);
    const { view } = await seen(study, world, 'south');
    expect([view.status, view.says, view.sites.find(({ site }) => site === 'centre')?.refused]).toEqual([
      'stopped',
      'centre refused: declined',
      { code: 'declined', round: 0, attempt: 1 },
    ]);
  });
});

describe('What the API says of a study', () => {
  it('is of the form that its document states, from proposal to attestation', async () => {
    const { world, cohorts } = threeSites();
    const proposed = await proposeStudy(protocolOf(world, [COX, KM, TABLE]), CODEBOOK, world.ports['north']!);
    const tried = await dryRun(proposed, cohorts['south']!, world.ports['south']!);
    const trial = { study: proposed, title: 'Sex and age', cohort: 'cohort', ...tried };
    expect(StudyDryRun.parse(JSON.parse(JSON.stringify(trial)))).toEqual(JSON.parse(JSON.stringify(trial)));
    const asSeen = async () => JSON.parse(JSON.stringify((await seen(proposed, world, 'south')).view));
    expect(StudyState.parse(await asSeen())).toEqual(await asSeen());
    for (const site of ['north', 'centre', 'south']) await approveStudy(proposed, cohorts[site]!, world.ports[site]!);
    await advanceStudy(proposed, world.ports['north']!);
    expect(StudyState.parse(await asSeen()).round?.answered).toEqual(['north']);
    await settle(world, proposed);
    expect(StudyState.parse(await asSeen()).status).toBe('attested');
    const { record } = await seen(proposed, world, 'north');
    const answers = answersOf(record).map((each) => ({ ...each, used: true }));
    expect(StudyAnswers.parse({ total: answers.length, from: 0, answers }).answers).toHaveLength(answers.length);
    expect(StudyAttestations.parse({ attestations: attestationsOf(record) }).attestations).toHaveLength(3);
  });
});

describe("A study's result document", () => {
  it('is the same at every site, holds its own digest, and names what each site signed', async () => {
    const { world, cohorts } = threeSites();
    const study = await conduct(world, protocolOf(world, [COX, KM, TABLE]), CODEBOOK, cohorts);
    const documents = await Promise.all(
      Object.keys(world.ports).map(async (site) => {
        const { record, viewer } = await seen(study, world, site);
        const progress = progressOf(record);
        return JSON.stringify(studyDocument(record, progress, studyStatus(record, progress, viewer.now)));
      }),
    );
    expect(new Set(documents).size).toBe(1);
    const document = unseal(documents[0]!);
    const { record } = await seen(study, world, 'north');
    expect(document.study).toEqual({
      protocol: study,
      sites: ['centre', 'north', 'south'].map((site) => {
        const { document: approval, digest } = record.approvals.get(site)!;
        return { site, patients: approval.n, set: approval.frame, approval: digest };
      }),
    });
    expect(document.findings.warnings.map(({ code }) => code)).not.toContain('result');
    expect(renderHtml(document)).toContain(study);
  });

  it('bears the stamp of any cohort that has one', async () => {
    const { world } = threeSites();
    const cohorts = Object.fromEntries(
      SITES.map((site) => [
        site,
        cohortOf(patientsOf(site), site === 'south' ? YAML.replace('tables:', 'stamp: SYNTHETIC\ntables:') : YAML),
      ]),
    );
    const study = await conduct(world, protocolOf(world, [COX]), CODEBOOK, cohorts);
    const { record } = await seen(study, world, 'north');
    const progress = progressOf(record);
    const document = studyDocument(record, progress, studyStatus(record, progress, world.now));
    expect(document.cohort.stamp).toBe('SYNTHETIC');
    expect(renderHtml(document).match(/SYNTHETIC/g)!.length).toBeGreaterThan(1);
  });

  it('says first that sites came to other numbers, or have not attested theirs', async () => {
    const { world, cohorts } = threeSites();
    const study = await conduct(world, protocolOf(world, [COX]), CODEBOOK, cohorts);
    const { record } = await seen(study, world, 'north');
    const attestations = new Map([...record.attestations].filter(([site]) => site !== 'south'));
    const less = { ...record, attestations };
    const progress = progressOf(less);
    const [first] = studyDocument(less, progress, studyStatus(less, progress, world.now)).findings.warnings;
    expect(first).toEqual({ code: 'result', says: 'not attested by south yet' });
    const south = record.attestations.get('south')!;
    const other = { ...south, document: { ...south.document, numbers: {} } };
    const torn = { ...record, attestations: new Map([...attestations, ['south', other]]) };
    const [second] = studyDocument(torn, progress, studyStatus(torn, progress, world.now)).findings.warnings;
    expect(second).toEqual({ code: 'contested', says: 'south came to other numbers' });
  });
});
