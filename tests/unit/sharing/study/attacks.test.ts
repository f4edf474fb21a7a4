import { describe, expect, it } from 'vitest';
import { approveStudy, proposeStudy, type StudyAnalysis, studyRecord } from '../../../../lib/sharing/index.ts';
import { answerKaplanMeier } from '../../../../lib/sharing/methods/counts.ts';
import { analysisSetOf } from '../../../../lib/sharing/study/analysis-set.ts';
import { openForm } from '../../../../lib/sharing/study/forms.ts';
import { judged } from '../../../../lib/sharing/study/rules.ts';
import { summaryOf } from '../../../../lib/sharing/study/summary.ts';
import { kaplanMeier, sampleQuantile, sortedSample } from '../../../../lib/stats/index.ts';
import { conduct } from '../../../../tools/sites/world.ts';
import { CODEBOOK, COX, cohortOf, KM, type Patient, patientsOf, protocolOf, TABLE, threeSites } from './studies.ts';

/*
 * Each attack of the design's table: the release that naive software makes, built here, falls; what a site of Signet sends holds.
 */

const patients = patientsOf('south');
const { world } = threeSites();
const protocol = protocolOf(world, [COX]);
const { set } = analysisSetOf(
  cohortOf(patients),
  protocolOf(world, [
    {
      id: 'l',
      method: 'logistic/1',
      mode: 'open',
      outcome: 'responded',
      covariates: ['female', 'age', 'stage'],
      rounds: 2,
    },
    COX,
  ]),
  CODEBOOK,
);

describe('Sums over risk sets at each event time', () => {
  it('give rows away by their differences, which no message of Signet allows', () => {
    const beta = [0.31, 0.031];
    const row = ({ female, age }: Patient): number[] => [female, age!];
    const weight = (patient: Patient): number => Math.exp(row(patient).reduce((sum, x, j) => sum + x * beta[j]!, 0));
    const times = [...new Set(patients.filter(({ event }) => event).map(({ time }) => time))].sort((a, b) => a - b);
    const released = times.map((time) => {
      const atRisk = patients.filter((patient) => patient.time >= time);
      return {
        sum: atRisk.reduce((sum, patient) => sum + weight(patient), 0),
        rows: [0, 1].map((j) => atRisk.reduce((sum, patient) => sum + weight(patient) * row(patient)[j]!, 0)),
      };
    });
    // one who leaves between two times is the difference of their sums
    const read = released.slice(1).flatMap((after, i) => {
      const [before, gone] = [released[i]!, released[i]!.sum - after.sum];
      const guess = before.rows.map((value, j) => (value - after.rows[j]!) / gone);
      const whole = guess.map(Math.round);
      const isRow = guess.every((value, j) => Math.abs(value - whole[j]!) < 1e-6);
      return isRow && Math.abs(Math.exp(whole[0]! * beta[0]! + whole[1]! * beta[1]!) / gone - 1) < 1e-8 ? [whole] : [];
    });
    expect(read.length).toBeGreaterThan(15);
    for (const whole of read) expect(patients.map(row)).toContainEqual(whole);
    const summary = summaryOf({ analysis: COX, round: 1, beta: new Float64Array(2) }, set.rows, protocol, CODEBOOK);
    const form = openForm({ analysis: COX, round: 1 }, CODEBOOK);
    expect(form.safeParse(summary.open).success).toBe(true);
    for (const more of [{ times }, { riskSets: released }, { cumhaz: times }])
      expect(form.safeParse({ ...(summary.open as object), ...more }).success).toBe(false);
    expect(JSON.stringify(summary.open).match(/-?\d+(\.\d+)?(e-?\d+)?/g)!.length).toBeLessThanOrEqual(
      2 * (2 + 3 + 1) + 2,
    );
  });
});

describe('The same sums in bins', () => {
  it('give all rows of a bin away too: four leavers among 732 possible rows, met in the middle', () => {
    const beta = [0.0312345, -0.2987, 0.4123, 0.5341];
    const possible = Array.from({ length: 61 * 12 }, (_, i) => [
      28 + Math.floor(i / 12),
      i % 2,
      Math.floor(i / 2) % 3,
      Math.floor(i / 6) % 2,
    ]);
    const weight = possible.map((row) => Math.exp(row.reduce((sum, x, j) => sum + x * beta[j]!, 0)));
    const leavers = [17, 301, 422, 655];
    const total = leavers.reduce((sum, i) => sum + weight[i]!, 0);
    const moments = beta.map((_, j) => leavers.reduce((sum, i) => sum + weight[i]! * possible[i]![j]!, 0));
    const pairs = weight.flatMap((w, i) =>
      weight.slice(i).map((other, k) => ({ sum: w + other, of: [i, i + k] as const })),
    );
    pairs.sort((x, y) => x.sum - y.sum);
    const solutions = new Set<string>();
    for (let low = 0, high = pairs.length - 1; low <= high; ) {
      const gap = pairs[low]!.sum + pairs[high]!.sum - total;
      if (Math.abs(gap) < 1e-10) {
        const rows = [...pairs[low]!.of, ...pairs[high]!.of].sort((x, y) => x - y);
        const agree = moments.every(
          (value, j) =>
            Math.abs(rows.reduce((sum, i) => sum + weight[i]! * possible[i]![j]!, 0) - value) <
            1e-7 * Math.max(1, value),
        );
        if (agree) solutions.add(rows.join(','));
      }
      if (gap > 0) high -= 1;
      else low += 1;
    }
    expect([...solutions]).toEqual([leavers.join(',')]);
    // and no form has a place for sums a bin
    const form = openForm({ analysis: COX, round: 1 }, CODEBOOK);
    const { open } = summaryOf({ analysis: COX, round: 1, beta: new Float64Array(2) }, set.rows, protocol, CODEBOOK);
    expect(form.safeParse({ ...(open as object), bins: [[total, ...moments]] }).success).toBe(false);
  });
});

describe('A survival curve', () => {
  it('tells every death to the day, and on a grid no more than its edges', async () => {
    const time = Float64Array.from(patients, (patient) => patient.time);
    const event = Uint8Array.from(patients, (patient) => patient.event);
    const naive = kaplanMeier.solve(kaplanMeier.accumulate({ time, event }));
    const died = new Set(patients.filter((patient) => patient.event).map((patient) => patient.time));
    const rounded = Array.from(naive.survival, (survival) => Math.round(survival * 1e6) / 1e6);
    const told = [...naive.time].filter((_, i) => (i === 0 ? 1 : rounded[i - 1]!) > rounded[i]!);
    expect(told).toEqual([...died].sort((a, b) => a - b));

    const open: StudyAnalysis = { ...KM, mode: 'open' } as StudyAnalysis;
    const { open: shown } = summaryOf({ analysis: open, round: 1 }, set.rows, protocol, CODEBOOK);
    const groups = shown as unknown as { edges: number[]; deaths: number[]; censored: number[] }[];
    for (const { edges, deaths, censored } of groups) {
      expect(edges.length).toBeLessThan(10);
      for (const count of [...deaths, ...censored]) expect(count === 0 || count >= 5).toBe(true);
    }
    const bare = answerKaplanMeier(open as never, set.rows, CODEBOOK);
    expect(bare.some(({ deaths }) => deaths.some((count) => count > 0 && count < 5))).toBe(true);
  });

  it('behind masks counts only where k times the sites leave', async () => {
    const { world: sites, cohorts } = threeSites();
    const study = await conduct(sites, protocolOf(sites, [KM]), CODEBOOK, cohorts);
    const record = (await studyRecord(study, sites.ports['north']!))!;
    for (const { document } of record.approvals.values())
      for (const { leavers } of Object.values(document.leavers['km']!))
        for (const count of leavers) expect(count).toBeGreaterThanOrEqual(5);
  });
});

describe('Chosen coefficients', () => {
  it('read rows out of a logistic information, and are refused every one of them', () => {
    const analysis: Extract<StudyAnalysis, { method: 'logistic/1' }> = {
      id: 'l',
      method: 'logistic/1',
      mode: 'open',
      outcome: 'responded',
      covariates: ['female', 'age', 'stage'],
      rounds: 2,
    };
    const weights = [0.31, 1, 0.13, 0.26];
    const score = ({ female, age, stage }: Patient): number =>
      0.31 * female + (age! - 62) + (stage === 'II' ? 0.13 : stage === 'III' ? 0.26 : 0);
    const targets = [...new Set(patients.map(score))];
    let read = 0;
    let answered = 0;
    for (const target of targets) {
      // naive: the information at an intercept and slopes so steep that only patients of one row weigh anything
      const steep = patients.map((patient) => 4000 * (score(patient) - target));
      const weigh = steep.map((eta) => 1 / (2 + Math.exp(eta) + Math.exp(-eta)));
      const sum = weigh.reduce((a, b) => a + b, 0);
      const mean = weigh.reduce((total, w, i) => total + w * patients[i]!.age!, 0) / sum;
      if (Number.isInteger(Math.round(mean * 1e6) / 1e6)) read += Math.round(sum / 0.25);
      const beta = Float64Array.from(weights, (w) => 4000 * w);
      const asked = { analysis, round: 2, beta };
      const summary = summaryOf(asked, set.rows, protocol, CODEBOOK);
      if (judged(asked, summary, set.rows, protocol, CODEBOOK) === undefined) answered += 1;
    }
    expect(read).toBe(patients.length);
    expect(answered).toBe(0);
  });

  it('that are honest are answered', () => {
    const asked = { analysis: COX, round: 2, beta: Float64Array.of(-0.3, 0.03) };
    const summary = summaryOf(asked, set.rows, protocol, CODEBOOK);
    expect(judged(asked, summary, set.rows, protocol, CODEBOOK)).toBeUndefined();
    const far = { ...asked, beta: Float64Array.of(4, 0.8) };
    expect(judged(far, summaryOf(far, set.rows, protocol, CODEBOOK), set.rows, protocol, CODEBOOK)).toBe('score');
  });
});

describe('Two cohorts that differ by one', () => {
  it('give the whole row by subtraction, and are never both answered', async () => {
    const total = (rows: readonly Patient[]): number[] => [
      rows.length,
      rows.reduce((sum, { age }) => sum + age!, 0),
      rows.reduce((sum, { time }) => sum + time, 0),
      rows.reduce((sum, { event }) => sum + event, 0),
    ];
    const [victim, ...others] = patients as [Patient, ...Patient[]];
    const [a, b] = [total(patients), total(others)];
    expect(a.map((value, j) => value - b[j]!)).toEqual([1, victim.age, victim.time, victim.event]);
    const { world: sites, cohorts } = threeSites();
    await conduct(sites, protocolOf(sites, [COX]), CODEBOOK, cohorts);
    const again = await proposeStudy(protocolOf(sites, [COX], { title: 'Again' }), CODEBOOK, sites.ports['north']!);
    await expect(approveStudy(again, cohortOf(others), sites.ports['south']!)).rejects.toMatchObject({
      place: { value: 'atoms' },
    });
    // five or more newcomers, or none, single nobody out
    const more = await proposeStudy(
      protocolOf(sites, [{ ...COX, rounds: 1 } as StudyAnalysis], { title: 'More', proposer: 'centre' }),
      CODEBOOK,
      sites.ports['centre']!,
    );
    // to north it is closed, whoever proposes; once south's steward has lifted that, it is answered
    const { records } = sites.ports['south']!;
    const asking = () => approveStudy(more, cohortOf(patients), sites.ports['south']!);
    await expect(asking()).rejects.toMatchObject({ message: expect.stringContaining('lock') });
    for (const lock of await records.locks('cohort')) records.lift(lock, '2027-01-01T00:00:00Z');
    await expect(asking()).resolves.toMatchObject({ n: 70 });
  });
});

describe('A scan of genes whose carriers are known', () => {
  it('is refused beyond the ledger', async () => {
    const { world: sites, cohorts } = threeSites();
    const scan = (genes: number): StudyAnalysis => ({
      id: 'scan',
      method: 'gene-scores/1',
      mode: 'open',
      endpoint: 'os',
      genes: Array.from({ length: genes }, (_, g) => `GENE${g}`),
    });
    const wide = await proposeStudy(protocolOf(sites, [scan(70)]), CODEBOOK, sites.ports['north']!);
    await expect(approveStudy(wide, cohorts['south']!, sites.ports['south']!)).rejects.toMatchObject({
      place: { value: 'ledger' },
    });
    const narrow = await proposeStudy(protocolOf(sites, [scan(23)]), CODEBOOK, sites.ports['north']!);
    await expect(approveStudy(narrow, cohorts['south']!, sites.ports['south']!)).resolves.toMatchObject({ n: 70 });
    // and what is spent is spent, over all studies
    const third = await proposeStudy(protocolOf(sites, [scan(1)]), CODEBOOK, sites.ports['north']!);
    await expect(approveStudy(third, cohorts['south']!, sites.ports['south']!)).rejects.toMatchObject({
      place: { value: 'ledger' },
    });
  });
});

describe('Percentiles', () => {
  it('are the patients, where a histogram is not', () => {
    const ages = patients.map(({ age }) => age!);
    const sorted = sortedSample(Float64Array.from(ages));
    const released = Array.from({ length: 70 }, (_, i) => sampleQuantile(sorted, i / 69));
    expect(released.map((value) => Math.round(value))).toEqual([...ages].sort((a, b) => a - b));
    const { open } = summaryOf({ analysis: TABLE, round: 1 }, set.rows, protocol, CODEBOOK);
    const groups = open as unknown as { variables: { age: { histogram: { counts: number[]; edges: number[] } } } }[];
    for (const { variables } of groups) {
      for (const count of variables.age.histogram.counts) expect(count === 0 || count >= 5).toBe(true);
      for (const edge of variables.age.histogram.edges) expect(edge % 5).toBe(0);
    }
  });
});

describe('A level that three patients have', () => {
  it('is a column that says who they are, and refused', async () => {
    const { world: sites } = threeSites();
    const rare = patients.map((patient, i) => ({ ...patient, stage: i < 3 ? ('I' as const) : ('II' as const) }));
    const asked: StudyAnalysis = { ...COX, covariates: ['age', 'stage'] } as StudyAnalysis;
    const study = await proposeStudy(protocolOf(sites, [asked]), CODEBOOK, sites.ports['north']!);
    await expect(approveStudy(study, cohortOf(rare), sites.ports['south']!)).rejects.toMatchObject({
      place: { value: 'levels' },
    });
  });
});
