import { describe, expect, it } from 'vitest';
import {
  advanceStudy,
  type Protocol,
  type StudyAnalysis,
  signDocument,
  studyRecord,
} from '../../../../lib/sharing/index.ts';
import { analysisSetOf } from '../../../../lib/sharing/study/analysis-set.ts';
import { openForm } from '../../../../lib/sharing/study/forms.ts';
import { summaryOf } from '../../../../lib/sharing/study/summary.ts';
import { kaplanMeier, sampleQuantile, sortedSample } from '../../../../lib/stats/index.ts';
import {
  answerOf,
  CODEBOOK,
  COX,
  cohortOf,
  KM,
  lifted,
  type Patient,
  patientsOf,
  protocolOf,
  refusedBy,
  study,
  TABLE,
  threeSites,
} from './studies.ts';

/*
 * The attacks again, on Signet itself: where a protocol can lift a control, the first half lifts it by name and reads patients out of what the site
 * then sends; the second asks the same without the waiver, and is refused.
 */

const SOUTH = patientsOf('south');
const LOGISTIC: StudyAnalysis = {
  id: 'odds',
  method: 'logistic/1',
  mode: 'open',
  outcome: 'responded',
  covariates: ['female', 'age', 'stage'],
  rounds: 2,
};

describe('Two tables that differ by one patient', () => {
  const table: StudyAnalysis = {
    id: 'table1',
    method: 'table-one/1',
    mode: 'open',
    variables: ['age', 'female', 'stage', 'responded'],
    histogram: {},
  };
  const [victim, ...others] = SOUTH as [Patient, ...Patient[]];
  type Shown = { n: number; variables: Record<string, { sum: number; levels: number[] }> }[];

  it('give her whole row once atoms are lifted', async () => {
    const sites = threeSites();
    const all = await answerOf(sites.world, await study(sites, [table]));
    const more = { title: 'Again', waivers: lifted('atoms') };
    const without = await answerOf(sites.world, await study(sites, [table], cohortOf(others), more));
    const [[a], [b]] = [all.open['table1'] as unknown as Shown, without.open['table1'] as unknown as Shown];
    const levels = (name: string) =>
      a!.variables[name]!.levels.map((count, l) => count - b!.variables[name]!.levels[l]!);
    expect(a!.n - b!.n).toBe(1);
    expect(a!.variables['age']!.sum - b!.variables['age']!.sum + 62).toBe(victim.age);
    expect(levels('female').indexOf(1)).toBe(victim.female);
    expect(['I', 'II', 'III'][levels('stage').indexOf(1)]).toBe(victim.stage);
    expect(levels('responded').indexOf(1)).toBe(victim.responded);
  });

  it('are refused else, and close the cohort', async () => {
    const sites = threeSites();
    await study(sites, [table, COX]);
    expect(await refusedBy(sites, [table], cohortOf(others), { title: 'Again' })).toEqual(['atoms']);
    expect(await refusedBy(sites, [{ ...COX, rounds: 1 } as StudyAnalysis], cohortOf(others))).toEqual(['atoms']);
    expect(await refusedBy(sites, [{ ...COX, rounds: 2 } as StudyAnalysis])).toEqual(['lock']);
  });

  it('are refused where it is only a group of both that differs by one', async () => {
    // five leave, of whom one is a woman: her age is the difference of the women's
    const [woman, ...more] = [
      SOUTH.find(({ female }) => female === 1)!,
      ...SOUTH.filter(({ female }) => female === 0).slice(0, 4),
    ];
    const rest = cohortOf(SOUTH.filter((patient) => patient !== woman && !more.includes(patient)));
    const grouped: StudyAnalysis = { ...TABLE, variables: ['age'] } as StudyAnalysis;
    const sites = threeSites();
    await study(sites, [grouped]);
    expect(await refusedBy(sites, [grouped], rest, { title: 'Again' })).toEqual(['atoms']);
    const open = threeSites();
    const women = async (id: string) =>
      ((await answerOf(open.world, id)).open['table1'] as unknown as Shown)[1]!.variables['age']!.sum;
    const before = await women(await study(open, [grouped]));
    const after = await women(await study(open, [grouped], rest, { title: 'Again', waivers: lifted('atoms') }));
    expect(before - after + 62).toBe(woman.age);
  });
});

describe('Own fits of nested cohorts', () => {
  it('give the score residual of who is in one of them, once atoms are lifted', async () => {
    const sites = threeSites();
    type Fit = { own: { beta: number[]; information: number[] } };
    const fitOf = async (id: string) => (await answerOf(sites.world, id)).open['cox'] as unknown as Fit;
    const { own: all } = await fitOf(await study(sites, [COX]));
    const rated: { guess: number; died: number }[] = [];
    for (const victim of SOUTH.slice(0, 12)) {
      const rest = cohortOf(SOUTH.filter((patient) => patient !== victim));
      const { own } = await fitOf(
        await study(sites, [COX], rest, { title: victim.patient, waivers: lifted('atoms', 'ledger') }),
      );
      // information times the step is her score: her covariates from the mean, times what is left of her event
      const step = all.beta.map((beta, j) => beta - own.beta[j]!);
      const score = all.information[0]! * step[0]! + all.information[1]! * step[1]!;
      rated.push({ guess: score * (victim.female === 1 ? 1 : -1), died: victim.event });
    }
    const [died, lived] = [rated.filter((each) => each.died === 1), rated.filter((each) => each.died === 0)];
    const right = died.flatMap((one) => lived.map((other) => Number(one.guess > other.guess)));
    expect(right.reduce((a, b) => a + b, 0) / right.length).toBeGreaterThan(0.9);
    const again = threeSites();
    await study(again, [COX]);
    expect(await refusedBy(again, [{ ...COX, rounds: 1 } as StudyAnalysis], cohortOf(SOUTH.slice(1)))).toEqual([
      'atoms',
    ]);
  });
});

describe('A curve', () => {
  const open = (width: number, id = 'km'): StudyAnalysis =>
    ({ ...KM, id, mode: 'open', group: undefined, grid: { unit: 'days', width, last: 1600 } }) as StudyAnalysis;
  type Curve = { edges: number[]; deaths: number[] }[];
  const bare = (analysis: StudyAnalysis): StudyAnalysis => JSON.parse(JSON.stringify(analysis)) as StudyAnalysis;

  it('by the day is every death once the grid is lifted, and bins of five or more else', async () => {
    const died = SOUTH.filter(({ event, time }) => event === 1 && time <= 1600)
      .map(({ time }) => time)
      .sort((a, b) => a - b);
    const sites = threeSites();
    const told = await answerOf(
      sites.world,
      await study(sites, [bare(open(1))], undefined, { waivers: lifted('grid') }),
    );
    const [curve] = told.open['km'] as unknown as Curve;
    expect(curve!.deaths.flatMap((deaths, i) => new Array<number>(deaths).fill(curve!.edges[i]!))).toEqual(died);
    const closed = threeSites();
    const shown = await answerOf(closed.world, await study(closed, [bare(open(1))]));
    for (const count of (shown.open['km'] as unknown as Curve)[0]!.deaths) expect(count === 0 || count >= 5).toBe(true);
  });

  it('on many grids tells when people died though each count is of five, so that there is one grid for ever', async () => {
    const { world } = threeSites();
    const { set } = analysisSetOf(cohortOf(SOUTH), protocolOf(world, [COX]), CODEBOOK);
    // naive: each of two hundred answers obeys the cells; their edges lie a few days apart
    const known = new Map<number, number>([[0, 0]]);
    for (let width = 20; width < 40; width += 0.1) {
      const asked = bare(open(Number(width.toFixed(1))));
      const [curve] = summaryOf({ analysis: asked, round: 1 }, set.rows, protocolOf(world, [asked]), CODEBOOK)
        .open as unknown as Curve;
      let sum = 0;
      for (const [i, edge] of curve!.edges.entries()) {
        sum += curve!.deaths[i]!;
        known.set(edge * width, sum);
      }
    }
    const steps = [...known].sort(([a], [b]) => a - b);
    const pinned = steps.slice(1).filter(([edge, sum], i) => sum - steps[i]![1] === 1 && edge - steps[i]![0] <= 14);
    expect(pinned.length).toBeGreaterThan(10);
    for (const [edge] of pinned) {
      const from = steps[steps.findIndex(([at]) => at === edge) - 1]![0];
      expect(SOUTH.filter(({ event, time }) => event === 1 && time > from && time <= edge)).toHaveLength(1);
    }
    const sites = threeSites();
    expect(await refusedBy(sites, [bare(open(30)), bare(open(30.1, 'other'))])).toEqual(['grid']);
    await study(sites, [bare(open(30))]);
    expect(await refusedBy(sites, [bare(open(30.1))])).toEqual(['grid']);
    await study(sites, [bare(open(30))], undefined, { title: 'Again' });
  });

  it('that keeps times and a cumulative hazard is every patient, and no answer has a place for them', () => {
    const time = Float64Array.from(SOUTH, (patient) => patient.time);
    const { time: times, survival } = kaplanMeier.solve(
      kaplanMeier.accumulate({ time, event: Uint8Array.from(SOUTH, ({ event }) => event) }),
    );
    const hazard = Array.from(survival, (s) => -Math.log(Math.max(s, 1e-9)));
    const smooth = hazard.map((h, i) => h + 1e-4 * Math.sin(i));
    const jumps = Array.from(times, (_, i) => smooth[i]! - (i === 0 ? 0 : smooth[i - 1]!) > 5e-3);
    const told = new Map(Array.from(times, (at, i) => [at, jumps[i]]));
    for (const { time: at, event } of SOUTH.filter(
      (one) => SOUTH.filter((other) => other.time === one.time).length === 1,
    ))
      expect([at, told.get(at)]).toEqual([at, event === 1]);
    const form = openForm({ analysis: bare(open(30)), round: 1 }, CODEBOOK);
    const shown = { edges: [1], deaths: [5], censored: [0], atRisk: 65 };
    expect(form.safeParse([shown]).success).toBe(true);
    for (const more of [{ times: [...times] }, { hazard }, { edges: [0.5] }, { deaths: [5, 6] }])
      expect(form.safeParse([{ ...shown, ...more }]).success).toBe(false);
  });
});

describe('A column that one patient stands in', () => {
  const alone = SOUTH.map((patient, i) => ({
    ...patient,
    stage: i === 4 ? ('III' as const) : i % 2 ? ('I' as const) : ('II' as const),
  }));
  const asked: StudyAnalysis = { ...LOGISTIC, rounds: 1 } as StudyAnalysis;

  it('gives her age and sex once levels, cells and shares are lifted', async () => {
    const sites = threeSites();
    const id = await study(sites, [asked], cohortOf(alone), { waivers: lifted('levels', 'k', 'share', 'ledger') });
    const { zero, joint } = (await answerOf(sites.world, id)).open['odds'] as unknown as Record<
      'zero' | 'joint',
      { information: number[] }
    >;
    expect(zero.information).toHaveLength(10);
    // rows of the triangle: intercept, female, age, II, III
    const at = (row: number, column: number): number => joint.information[(row * (row + 1)) / 2 + column]!;
    expect(at(4, 1) / at(4, 4)).toBeCloseTo(alone[4]!.female, 9);
    expect(at(4, 2) / at(4, 4) + 62).toBeCloseTo(alone[4]!.age!, 9);
  });

  it('is refused, also where it is written as a number', async () => {
    expect(await refusedBy(threeSites(), [asked], cohortOf(alone))).toEqual(['levels', 'share']);
    const numbers = SOUTH.map((patient, i) => ({ ...patient, age: i === 4 ? 63 : 62 }));
    const dressed: StudyAnalysis = { ...COX, covariates: ['age'] } as StudyAnalysis;
    expect(await refusedBy(threeSites(), [dressed], cohortOf(numbers))).toEqual(['levels']);
  });
});

describe('A site that lies in the first round to choose where it is asked next', () => {
  /** North and south work; centre, whose answer is made up, draws the coefficients to where one row of south weighs alone. */
  async function steered(waivers: ReturnType<typeof lifted>) {
    const sites = threeSites();
    const { world } = sites;
    const id = await study(sites, [LOGISTIC], undefined, { waivers });
    for (const site of ['north', 'south']) await advanceStudy(id, world.ports[site]!);
    const honest = (await studyRecord(id, world.ports['north']!))!.answers.find(
      ({ document }) => document.site === 'north',
    )!.document;
    const odds = honest.open['odds'] as Record<string, { beta: number[]; information: number[] }>;
    // by age, then stage, then sex: every row by itself, eight of a log odds from the next
    const beta = [8, 48, 16, 32];
    const information = odds['own']!.information.map((_, i) => ([0, 2, 5, 9].includes(i) ? 1e14 : 0));
    const lie = {
      ...honest,
      site: 'centre',
      open: { odds: { ...odds, own: { ...odds['own']!, beta, information } } as never },
    };
    const jws = await signDocument(lie, world.ports['centre']!.keys);
    world.exchange.files.set(`${id}/centre/a1-r1.json`, { site: 'centre', name: 'a1-r1.json', jws });
    await advanceStudy(id, world.ports['south']!);
    const record = (await studyRecord(id, world.ports['centre']!))!;
    const answer = record.answers.find(({ document }) => document.site === 'south' && document.round === 2)?.document;
    const refusal = record.refusals.find(({ document }) => document.site === 'south')?.document;
    return { answer, refusal };
  }

  it('reads a row of another site once the score and the share are lifted', async () => {
    const { answer } = await steered(lifted('score', 'share'));
    const { joint } = answer!.open['odds'] as unknown as { joint: { information: number[] } };
    const at = (row: number, column: number): number =>
      joint.information[(row * (row + 1)) / 2 + column]! / joint.information[0]!;
    const rows = SOUTH.map(({ female, age, stage }) => [
      female,
      age! - 62,
      Number(stage === 'II'),
      Number(stage === 'III'),
    ]);
    const isMean = (one: readonly number[], other: readonly number[]): boolean =>
      one.every((x, j) => {
        const moments = [
          [x + other[j]!, at(j + 1, 0)],
          ...one.slice(0, j + 1).map((y, k) => [x * y + other[j]! * other[k]!, at(j + 1, k + 1)]),
        ];
        return moments.every(([sum, mean]) => Math.abs(sum! - 2 * mean!) < 0.05 * Math.max(1, Math.abs(x)));
      });
    // what weighs is one row, or two beside one another: mean and squares tell both
    const candidates = Array.from({ length: 61 }, (_, age) => age - 34).flatMap((age) =>
      [0, 1].flatMap((female) =>
        [
          [0, 0],
          [1, 0],
          [0, 1],
        ].map(([second, third]) => [female, age, second!, third!]),
      ),
    );
    const read = candidates.filter((one) => candidates.some((other) => isMean(one, other)));
    expect(read.length).toBeGreaterThan(0);
    expect(read.length).toBeLessThan(3);
    for (const row of read) expect(rows).toContainEqual(row);
  });

  it('learns no own fit of which a term is mostly one patient’s: that site joins in the second round', () => {
    const { world } = threeSites();
    const { set } = analysisSetOf(cohortOf(SOUTH), protocolOf(world, [LOGISTIC]), CODEBOOK);
    const told = (share: number, more: Partial<Protocol> = {}) => {
      const protocol = protocolOf(world, [LOGISTIC], more);
      const asked = { analysis: LOGISTIC, round: 1, beta: new Float64Array(4) };
      return summaryOf(asked, set.rows, { ...protocol, thresholds: { ...protocol.thresholds, share } }, CODEBOOK);
    };
    const own = ({ open }: ReturnType<typeof told>) => (open as unknown as { own: object | null }).own;
    expect(own(told(1 / 3))).not.toBeNull();
    expect(own(told(0.03, { waivers: lifted('share') }))).not.toBeNull();
    expect(told(0.03)).toMatchObject({ open: { own: null }, withheld: [{ what: 'odds: its own fit', rule: 'share' }] });
  });

  it('is left by the other site else', async () => {
    const { answer, refusal } = await steered([]);
    expect(answer).toBeUndefined();
    expect(refusal).toMatchObject({ code: 'score', round: 2 });
  });
});

describe('A scan whose carriers are known from elsewhere', () => {
  it('tells who died once the ledger is lifted', () => {
    const { world } = threeSites();
    const analysis: StudyAnalysis = {
      id: 'scan',
      method: 'gene-scores/1',
      mode: 'open',
      endpoint: 'os',
      genes: Array.from({ length: 70 }, (_, g) => `G${g}`),
    };
    const { set } = analysisSetOf(cohortOf(SOUTH), protocolOf(world, [COX]), CODEBOOK);
    const carries = (g: number, i: number): number =>
      Number(((g * 7919 + i * 104_729 + ((g * i) ** 2 % 9973)) * 2_654_435_761) % 4_294_967_296 < 2_147_483_648);
    const genes = new Map(analysis.genes.map((gene, g) => [gene, Uint8Array.from(SOUTH, (_, i) => carries(g, i))]));
    const waived = protocolOf(world, [analysis], { waivers: lifted('ledger', 'k') });
    const scores = summaryOf({ analysis, round: 1 }, { ...set.rows, genes }, waived, CODEBOOK).open as unknown as {
      u: number;
    }[];
    const residuals = solved(
      analysis.genes.map((_, g) => SOUTH.map((__, i) => carries(g, i))),
      scores.map(({ u }) => u),
    );
    // from the first on: who left before has no more than the hazard until then against her, who dies has one for her too
    const died = new Map<number, boolean>();
    for (let hazard = 0, found = true; found; ) {
      const near = (i: number, value: number): boolean => !died.has(i) && Math.abs(residuals[i]! - value) < 1e-7;
      for (const i of residuals.keys()) if (near(i, -hazard)) died.set(i, false);
      const atRisk = SOUTH.length - died.size;
      found = [1, 2, 3].some((deaths) => {
        const those = [...residuals.keys()].filter((i) => near(i, 1 - hazard - deaths / atRisk));
        if (those.length !== deaths) return false;
        for (const i of those) died.set(i, true);
        hazard += deaths / atRisk;
        return true;
      });
    }
    const right = SOUTH.filter(({ event }, i) => (died.get(i) ?? false) === (event === 1));
    expect(right.length).toBeGreaterThanOrEqual(69);
  });

  it('is refused by the ledger where nothing lifts it', async () => {
    const genes = Array.from({ length: 24 }, (_, g) => `G${g}`);
    expect(
      await refusedBy(threeSites(), [{ id: 'scan', method: 'gene-scores/1', mode: 'open', endpoint: 'os', genes }]),
    ).toEqual(['ledger']);
  });
});

/** Gauss with pivots. */
function solved(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let c = 0; c < rows.length; c++) {
    const pivot = rows
      .slice(c)
      .reduce((best, row, i) => (Math.abs(row[c]!) > Math.abs(rows[best]![c]!) ? c + i : best), c);
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    for (let r = 0; r < rows.length; r++) {
      if (r === c) continue;
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let k = c; k <= rows.length; k++) rows[r]![k]! -= factor * rows[c]![k]!;
    }
  }
  return rows.map((row, i) => row[rows.length]! / row[i]!);
}

describe('Seven percentiles of twenty-one', () => {
  it('are seven patients, where a histogram is none', () => {
    const few = SOUTH.slice(0, 21);
    const sorted = sortedSample(Float64Array.from(few, ({ age }) => age!));
    const released = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1].map((q) => sampleQuantile(sorted, q));
    for (const value of released) expect(few.map(({ age }) => age)).toContain(value);
    const { world } = threeSites();
    const { set } = analysisSetOf(cohortOf(few), protocolOf(world, [TABLE]), CODEBOOK);
    const asked = { ...TABLE, by: undefined } as unknown as StudyAnalysis;
    const table = JSON.parse(JSON.stringify(asked)) as StudyAnalysis;
    const [{ variables }] = summaryOf({ analysis: table, round: 1 }, set.rows, protocolOf(world, [table]), CODEBOOK)
      .open as unknown as [{ variables: { age: { histogram: { counts: number[] } } } }];
    for (const count of variables.age.histogram.counts) expect(count === 0 || count >= 5).toBe(true);
  });
});
