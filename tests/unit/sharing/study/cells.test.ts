import { describe, expect, it } from 'vitest';
import { approveStudy, dryRun, proposeStudy, type StudyAnalysis, tryRelease } from '../../../../lib/sharing/index.ts';
import { analysisSetOf } from '../../../../lib/sharing/study/analysis-set.ts';
import type { GridForm } from '../../../../lib/sharing/study/forms.ts';
import { summaryOf } from '../../../../lib/sharing/study/summary.ts';
import { inverse, multiply } from '../../../../lib/stats/index.ts';
import { worldOf } from '../../../../tools/sites/world.ts';
import { ASK, resultOf } from '../release/lung.ts';
import {
  answerOf,
  CODEBOOK,
  COX,
  cohortOf,
  lifted,
  type Patient,
  patientsOf,
  protocolOf,
  refusedBy,
  study,
  threeSites,
} from './studies.ts';

/*
 * Cells of few that nobody asked for, read out of what does leave: first with the rule lifted by name, then asked again without the waiver.
 */

const SOUTH = patientsOf('south');
const LOGISTIC: StudyAnalysis = {
  id: 'odds',
  method: 'logistic/1',
  mode: 'open',
  outcome: 'responded',
  covariates: ['female', 'age', 'stage'],
  rounds: 1,
};
const LOG_RANK: StudyAnalysis = { id: 'test', method: 'log-rank/1', mode: 'open', endpoint: 'os', group: 'female' };

/** All but the first few of those whom it is about. */
const allBut = (few: number, of: (patient: Patient) => boolean, from: readonly Patient[] = SOUTH) => {
  let left = few;
  return (patient: Patient): 0 | 1 => (of(patient) && from.includes(patient) && left-- > 0 ? 0 : 1);
};

const everybody = (): boolean => true;

/** What south answers to an analysis once rules are lifted. */
async function openOf<T>(analysis: StudyAnalysis, patients: readonly Patient[], rules: readonly string[]): Promise<T> {
  const sites = threeSites();
  const id = await study(sites, [analysis], cohortOf(patients), { waivers: lifted(...rules) });
  return (await answerOf(sites.world, id)).open[analysis.id] as T;
}

/** What the rules say of a release of these patients that doesn't hold. */
async function failingOf(patients: readonly Patient[], request: Parameters<typeof resultOf>[1], test = false) {
  const cohort = cohortOf(patients);
  const ports = worldOf(['north', 'south']).ports['north']!;
  const { verdicts, release } = await tryRelease(await resultOf(cohort, request), cohort, { ...ASK, test }, ports);
  return { release, failing: verdicts.filter(({ holds }) => !holds).map(({ rule, says }) => `${rule}: ${says}`) };
}

/** What of few a study of these patients at south would tell, as its steward sees by a trial. */
async function tellsOf(analysis: StudyAnalysis, patients: readonly Patient[]) {
  const { world } = threeSites();
  const id = await proposeStudy(protocolOf(world, [analysis]), CODEBOOK, world.ports['north']!);
  return (await dryRun(id, cohortOf(patients), world.ports['south']!)).tells;
}

describe('A model whose patients nearly all had the event', () => {
  const without = (few: number): Patient[] => {
    const died = allBut(few, everybody);
    return SOUTH.map((patient) => ({ ...patient, event: died(patient) }));
  };

  it('tells how many hadn’t, by its own two counts, and the steward is told so', async () => {
    const { n, events } = await openOf<{ n: number; events: number }>(COX, without(3), []);
    expect(n - events).toBe(3);
    expect(await tellsOf(COX, without(3))).toEqual([{ analysis: 'cox', what: 'no event of os' }]);
    for (const few of [0, 5]) expect(await tellsOf(COX, without(few))).toEqual([]);
  });

  it('is refused where few had it, whatever else is lifted', async () => {
    expect(
      await refusedBy(threeSites(), [COX], cohortOf(without(67)), { waivers: lifted('events', 'patients') }),
    ).toEqual(['k']);
  });
});

describe('A group of which nearly all had the event', () => {
  const died = allBut(2, ({ female }) => female === 1);
  const patients = SOUTH.map((patient) => ({
    ...patient,
    event: patient.female === 1 ? died(patient) : patient.event,
  }));

  it('is told by a log-rank test of its size and events, and the steward is told which group', async () => {
    const { n, observed } = await openOf<{ n: number[]; observed: number[] }>(LOG_RANK, patients, []);
    expect(n[1]! - observed[1]!).toBe(2);
    const [told, ...others] = await tellsOf(LOG_RANK, patients);
    expect(told).toEqual({ analysis: 'test', what: 'no event of os, of female: yes' });
    expect(others).toEqual([]);
  });

  it('has few events: then the test leaves neither in a study nor in a release', async () => {
    const few = patients.map(
      (patient) => (patient.female === 1 ? { ...patient, event: patient.event === 1 ? 0 : 1 } : patient) as Patient,
    );
    const sites = threeSites();
    const answer = await answerOf(sites.world, await study(sites, [LOG_RANK], cohortOf(few)));
    expect(answer.open['test']).toBeNull();
    const withheld = { what: 'test: a group has too few events', rule: 'k' };
    expect(answer.withheld).toEqual([withheld]);
    const { release } = await failingOf(few, { analysis: 'survival', endpoint: 'os', by: 'female' }, true);
    expect(release.test).toBeUndefined();
    expect(release.withheld).toContainEqual({ ...withheld, what: withheld.what.replace('test', 'the log-rank test') });
    const plain = await failingOf(SOUTH, { analysis: 'survival', endpoint: 'os', by: 'female' }, true);
    expect(plain.release.test).toBeDefined();
  });
});

describe('A gene that all but few were looked at for', () => {
  const scan: StudyAnalysis = { id: 'scan', method: 'gene-scores/1', mode: 'open', endpoint: 'os', genes: ['KRAS'] };
  const { world } = threeSites();
  const { set } = analysisSetOf(cohortOf(SOUTH), protocolOf(world, [COX]), CODEBOOK);
  const scored = (unseen: number, waivers: readonly string[]) => {
    const codes = Uint8Array.from(SOUTH, (_, i) => (i < unseen ? 2 : i % 2));
    const rows = { ...set.rows, genes: new Map([['KRAS', codes]]) };
    const protocol = protocolOf(world, [scan], { waivers: lifted(...waivers) });
    const { open } = summaryOf({ analysis: scan, round: 1 }, rows, protocol, CODEBOOK);
    return open as unknown as readonly ({ covered: number } | null)[];
  };

  it('tells how few weren’t, beside how many the approval says there are, once cells are lifted', () => {
    expect(set.rows.n - scored(3, ['k'])[0]!.covered).toBe(3);
    expect(scored(3, [])).toEqual([null]);
    expect(scored(5, [])[0]!.covered).toBe(65);
  });
});

/** What a logistic answer to the first round tells: the size of terms is the weight, which is that of the intercept by itself over n. */
interface Odds {
  readonly n: number;
  readonly events: number;
  readonly zero: { readonly score: readonly number[] };
  readonly joint: { readonly information: readonly number[] };
}

/** How many have the levels of two columns, the intercept 0, and how many of a column had the outcome. */
function readOf({ n, events, zero, joint }: Odds) {
  const weight = (events / n) * (1 - events / n);
  const both = (row: number, column: number): number => joint.information[(row * (row + 1)) / 2 + column]! / weight;
  return { both, withOutcome: (column: number) => zero.score[column - 1]! + both(column, 0) * (events / n) };
}

/** South’s patients, of whom but two women responded. */
const FEW_WOMEN = SOUTH.map((patient): Patient => {
  const women = SOUTH.filter(({ female }) => female === 1);
  return { ...patient, responded: patient.female === 0 ? patient.responded : women.indexOf(patient) < 2 ? 1 : 0 };
});
/** The same, of whom every second responded, and but three women are of stage III. */
const FEW_LATE = SOUTH.map((patient): Patient => {
  const place = SOUTH.filter(({ female }) => female === patient.female).indexOf(patient);
  const stage = patient.female === 0 ? (['I', 'II', 'III'] as const)[place % 3]! : place < 3 ? 'III' : 'II';
  return { ...patient, stage, responded: Math.floor(place / 3) % 2 === 0 ? 1 : 0 };
});

describe('Score and information of a logistic model at zero', () => {
  it('are the table of a covariate by the outcome, and of two covariates, once cells are lifted', async () => {
    const odds = readOf(await openOf<Odds>(LOGISTIC, FEW_WOMEN, ['k', 'share', 'events', 'patients']));
    expect(odds.both(1, 0)).toBeCloseTo(FEW_WOMEN.filter(({ female }) => female === 1).length, 9);
    expect(odds.withOutcome(1)).toBeCloseTo(2, 9);
    // rows of the triangle: intercept, female, age, II, III
    const late = readOf(await openOf<Odds>(LOGISTIC, FEW_LATE, ['k', 'share', 'events', 'patients']));
    expect(late.both(4, 1)).toBeCloseTo(3, 9);
  });

  it('are allowed of a number of many values beside them, and the steward is told which of few they tell', async () => {
    const tried = async (patients: readonly Patient[]) => {
      const { world } = threeSites();
      const ports = world.ports['south']!;
      const id = await proposeStudy(protocolOf(world, [LOGISTIC]), CODEBOOK, world.ports['north']!);
      const { tells, words, verdicts } = await dryRun(id, cohortOf(patients), ports);
      expect(verdicts.filter(({ rule, holds }) => rule === 'k' && !holds)).toEqual([]);
      return { tells, text: words.join('\n') };
    };
    const { tells, text } = await tried(FEW_WOMEN);
    expect(tells).toEqual([{ analysis: 'odds', what: 'female with responded' }]);
    expect(text).toContain('works out from the numbers of odds how many have female with responded');
    expect((await tried(FEW_LATE)).tells).toEqual([{ analysis: 'odds', what: 'female with stage' }]);
    expect((await tried(SOUTH)).tells).toEqual([]);
  });

  it('are refused where levels are all that the model has, and the covariate is named', async () => {
    const { world } = threeSites();
    const ports = world.ports['south']!;
    const levels = { ...LOGISTIC, covariates: ['female', 'stage'] } as StudyAnalysis;
    const id = await proposeStudy(protocolOf(world, [levels]), CODEBOOK, world.ports['north']!);
    const cohort = cohortOf(FEW_WOMEN);
    const { verdicts, tells } = await dryRun(id, cohort, ports);
    expect(
      verdicts.filter(({ holds, waived }) => !holds && !waived).map(({ rule, says }) => `${rule}: ${says}`),
    ).toContain('k: every combination of female and responded has no patient, or 5 or more');
    expect(tells).toEqual([]);
    await expect(approveStudy(id, cohort, ports)).rejects.toMatchObject({ place: { value: 'levels' } });
  });

  it('tell in Cox’s model no count of the events of a level: the same rule refuses nothing there', async () => {
    const few = SOUTH.map((patient) => ({ ...patient, event: patient.female === 1 ? 0 : patient.event }));
    expect((await openOf<{ n: number }>(COX, few, ['events', 'patients'])).n).toBe(70);
  });
});

describe('A logistic model of levels alone, asked at two places', () => {
  const asked = { ...LOGISTIC, rounds: 2 } as StudyAnalysis;
  const STAGES = ['I', 'II', 'III'] as const;
  /** Every combination of sex, an age of 62 or 63, and stage: by patient in turn, but for three alone who have the first. */
  const patients = SOUTH.map((patient, i): Patient => {
    const code = i < 3 ? 0 : 1 + (i % 11);
    const traits = { female: (code & 1) as 0 | 1, age: 62 + ((code >> 1) & 1), stage: STAGES[code >> 2]! };
    return { ...patient, ...traits, responded: Math.floor(i / 11) % 2 ? 1 : 0 };
  });
  const codes = Array.from({ length: 12 }, (_, code) => code);
  /** Columns of a combination: intercept, female, age from 62, II, III. */
  const rows = codes.map((code) => [1, code & 1, (code >> 1) & 1, Number(code >> 2 === 1), Number(code >> 2 === 2)]);
  const isOf = (code: number, { female, age, stage }: Patient): boolean =>
    female === (code & 1) && age === 62 + ((code >> 1) & 1) && stage === STAGES[code >> 2];
  const counts = codes.map((code) => patients.filter((patient) => isOf(code, patient)).length);

  /** The information's terms as equations of how many have each combination: all that a round tells. */
  interface Told {
    readonly beta?: readonly number[];
    readonly joint: { readonly intercept: number; readonly information: readonly number[] };
  }
  const equationsOf = ({ beta = [0, 0, 0, 0], joint }: Told) => {
    const theta = [joint.intercept, ...beta];
    const weights = rows.map((row) => {
      const eta = row.reduce((sum, x, j) => sum + x * theta[j]!, 0);
      return 1 / (2 + Math.exp(eta) + Math.exp(-eta));
    });
    return theta.flatMap((_, a) =>
      theta.slice(0, a + 1).map((_, b) => ({
        left: rows.map((row, pattern) => row[a]! * row[b]! * weights[pattern]!),
        right: joint.information[(a * (a + 1)) / 2 + b]!,
      })),
    );
  };

  /** Least squares; undefined where they leave more than one answer. */
  const solved = (told: readonly Told[]): number[] | undefined => {
    const equations = told.flatMap(equationsOf);
    const sum = (of: (equation: (typeof equations)[number]) => number): number =>
      equations.reduce((total, equation) => total + of(equation), 0);
    const normal = codes.flatMap((i) => codes.map((j) => sum(({ left }) => left[i]! * left[j]!)));
    const inverted = inverse(Float64Array.from(normal), 12, 1e-11);
    const right = codes.map((j) => sum((equation) => equation.left[j]! * equation.right));
    return 'dependent' in inverted ? undefined : [...multiply(inverted, Float64Array.from(right))];
  };

  it('counts every combination once cells are lifted', async () => {
    const sites = threeSites();
    const id = await study(sites, [asked], cohortOf(patients), { waivers: lifted('k') });
    const first = (await answerOf(sites.world, id)).open['odds'] as unknown as Told;
    const second = (await answerOf(sites.world, id, 2)).open['odds'] as unknown as Told;
    expect(solved([first])).toBeUndefined();
    expect(solved([first, second])!.map(Math.round)).toEqual(counts);
    expect(counts).toContain(3);
  });

  it('is refused else', async () => {
    expect(await refusedBy(threeSites(), [asked], cohortOf(patients))).toEqual(['k']);
  });
});

describe('A released logistic model of one covariate', () => {
  const request = { analysis: 'logistic', outcome: 'responded', covariates: ['female'], bootstrap: 0 };
  const count = (patients: readonly Patient[], female: 0 | 1, y: 0 | 1): number =>
    patients.filter((patient) => patient.female === female && patient.responded === y).length;

  it('is its table by slope, variance and two counts, and refused where a cell is of few', async () => {
    const { release, failing } = await failingOf(FEW_WOMEN, request);
    const { beta, covariance, events } = release.model!;
    const tables = Array.from({ length: release.n + 1 }, (_, women) =>
      Array.from({ length: events + 1 }, (_, a) => [a, women - a, events - a, release.n - events - (women - a)]),
    ).flat();
    const fitting = tables.filter(([a, b, c, d]) => {
      const odds = Math.log((a! * d!) / (b! * c!));
      const variance = 1 / a! + 1 / b! + 1 / c! + 1 / d!;
      return Math.abs(odds - beta[0]!) < 1e-6 && Math.abs(variance / covariance[0]! - 1) < 1e-6;
    });
    expect(fitting).toEqual([
      [count(FEW_WOMEN, 1, 1), count(FEW_WOMEN, 1, 0), count(FEW_WOMEN, 0, 1), count(FEW_WOMEN, 0, 0)],
    ]);
    expect(failing).toContainEqual(expect.stringMatching(/^k: every combination of .* has no patient, or 5 or more$/));
    expect((await failingOf(SOUTH, request)).failing).toEqual([]);
  });
});

describe('A number of three values', () => {
  /** Numbers of a row each, 62 the codebook's centre: of 63 three, of 64 two. */
  const ages = (few: readonly [number, number]): Patient[] =>
    SOUTH.map((patient, i) => ({ ...patient, age: 62 + (i < few[0] ? 1 : i < few[0] + few[1] ? 2 : 0), stage: 'I' }));
  const table: StudyAnalysis = { id: 't', method: 'table-one/1', mode: 'open', variables: ['age'], histogram: {} };

  /** Of x = 0, 1 and 2: sum and sum of squares tell how many have each. */
  const solved = (sum: number, squares: number): readonly number[] => [2 * sum - squares, (squares - sum) / 2];

  it('is counted by its sum and its squares, in a table and in a model, once cells are lifted', async () => {
    type Told = readonly { variables: { age: { sum: number; squares: number } } }[];
    const [{ variables }] = (await openOf<Told>(table, ages([8, 2]), ['k'])) as [Told[0]];
    expect(solved(variables.age.sum, variables.age.squares)).toEqual([8, 2]);
    const model = { ...LOGISTIC, covariates: ['age'] } as StudyAnalysis;
    const { both } = readOf(await openOf<Odds>(model, ages([8, 2]), ['k', 'share']));
    expect(solved(both(1, 0), both(1, 1)).map(Math.round)).toEqual([8, 2]);
    expect(await refusedBy(threeSites(), [model], cohortOf(ages([8, 2])))).toContain('k');
    expect(
      await refusedBy(threeSites(), [{ ...model, rounds: 2 } as StudyAnalysis], cohortOf(ages([8, 2])), {
        waivers: lifted('share'),
      }),
    ).toEqual(['k']);
  });

  it('is held back in a table else, as is one of two values of which few have one', async () => {
    type Told = readonly { variables: { age: object | null } }[];
    for (const [few, isTold] of [
      [[8, 2], false],
      [[3, 0], false],
      [[8, 6], true],
      [[8, 0], true],
    ] as const) {
      const [{ variables }] = (await openOf<Told>(table, ages(few), [])) as [Told[0]];
      expect(variables.age !== null).toBe(isTold);
    }
  });
});

describe('What came after the last edge of a curve', () => {
  const curve: StudyAnalysis = {
    ...{ id: 'km', method: 'kaplan-meier/1', mode: 'open', endpoint: 'os', at: [365] },
    grid: { unit: 'days', width: 30.4375, last: 1461 },
  };
  /** All but six leave in the first two months, half of them by death; three of the six die later. */
  const patients = SOUTH.map(
    (patient, i): Patient => ({
      ...patient,
      time: i < 6 ? 2000 + i : i % 2 ? 20 : 50,
      event: i < 6 ? (i < 3 ? 1 : 0) : i % 4 < 2 ? 1 : 0,
    }),
  );
  const died = patients.filter(({ event }) => event).length;
  /** Who had the event, and who hadn't, after the last edge: what a model counts in all less what the curve does. */
  const lateOf = ({ edges, deaths, censored }: GridForm, { n, events }: { n: number; events: number }): number[] => {
    const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
    expect(edges.length).toBeGreaterThan(0);
    return [events - sum(deaths), n - events - sum(censored)];
  };

  it('is told by a model beside it, where each bin was merged by itself', () => {
    const naive = { deaths: [16, 16], censored: [16, 16], edges: [1, 2], atRisk: 6 };
    const counted = [20, 50].flatMap((time) =>
      [1, 0].map((event) => patients.filter((patient) => patient.time === time && patient.event === event).length),
    );
    expect(counted).toEqual([16, 16, 16, 16]);
    expect(lateOf(naive, { n: 70, events: died })).toEqual([3, 3]);
  });

  it('is none or five else, of those who had the event and of those who hadn’t', async () => {
    const sites = threeSites();
    const id = await study(sites, [COX, curve], cohortOf(patients), { waivers: lifted('patients', 'events') });
    const { open } = await answerOf(sites.world, id);
    const [shown] = open['km'] as unknown as [GridForm];
    for (const count of lateOf(shown, open['cox'] as never)) expect(count === 0 || count >= 5).toBe(true);
  });
});
