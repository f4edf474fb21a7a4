import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CurveOf, shownBeside } from '../../../../lib/sharing/control/beside.ts';
import {
  type AnswerDocument,
  approveStudy,
  type Codebook,
  documentDigest,
  dryRun,
  mergedBins,
  proposeStudy,
  type StudyAnalysis,
  studyRecord,
} from '../../../../lib/sharing/index.ts';
import type { SentCurve } from '../../../../lib/sharing/ports.ts';
import { makeRelease, tryRelease } from '../../../../lib/sharing/release/release.ts';
import { settle, worldOf } from '../../../../tools/sites/world.ts';
import { protocolOf } from '../study/studies.ts';
import { ASK, lungAt, resultOf } from './lung.ts';

const K = 5;
const STEPS = 12;

interface Patient {
  readonly name: string;
  readonly group: number;
  readonly step: number;
  readonly died: boolean;
}

/** The curve of some patients as it may be shown by itself. */
function curveOf(patients: readonly Patient[]): CurveOf {
  const steps = Array.from({ length: STEPS }, (_, i) => i + 1);
  const counted = (died: boolean): number[] =>
    steps.map((step) => patients.filter((each) => each.step === step && each.died === died).length);
  const beyond = patients.filter(({ step }) => step > STEPS).length;
  const { edges, deaths, censored } = mergedBins({ deaths: counted(true), censored: counted(false), beyond }, steps, K);
  return { patients: new Set(patients.map(({ name }) => name)), curve: { of: 'os', edges, deaths, censored } };
}

const sum = (curve: SentCurve, of: 'deaths' | 'censored', from: number, to: number): number =>
  curve.edges.reduce((total, edge, i) => (edge > from && edge <= to ? total + curve[of][i]! : total), 0);

/** What a partner finds who subtracts curves from a curve: counts of fewer than k in what remains. */
function foundBy(whole: SentCurve, parts: readonly SentCurve[]): number[] {
  const common = whole.edges.filter((edge) => parts.every(({ edges }) => edges.includes(edge)));
  return common.flatMap((edge, i) =>
    (['deaths', 'censored'] as const)
      .map(
        (of) =>
          sum(whole, of, common[i - 1] ?? 0, edge) -
          parts.reduce((total, part) => total + sum(part, of, common[i - 1] ?? 0, edge), 0),
      )
      .filter((count) => count !== 0 && Math.abs(count) < K),
  );
}

const patients = fc
  .array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: STEPS + 6 }), fc.nat(99)), { minLength: 40, maxLength: 150 })
  .map((rows) => rows.map(([group, step, fate], i): Patient => ({ name: `p${i}`, group, step, died: fate > 0 })));

const groupsOf = (all: readonly Patient[]): CurveOf[] =>
  [0, 1, 2].map((g) => curveOf(all.filter(({ group }) => group === g)));

describe('A curve beside others that were sent before', () => {
  it('tells by no difference from its groups, or from all but one of them, of fewer than k', () => {
    fc.assert(
      fc.property(patients, fc.boolean(), (all, groupsFirst) => {
        const [whole, groups] = [curveOf(all), groupsOf(all)];
        const [first, second] = groupsFirst ? [groups, [whole]] : [[whole], groups];
        const told = shownBeside(second, [first], K);
        const shownWhole = groupsFirst ? told[0]! : whole.curve;
        const shownGroups = groupsFirst ? groups.map(({ curve }) => curve) : told;
        for (const [g, own] of shownGroups.entries()) {
          expect(foundBy(shownWhole, [own])).toEqual([]);
          expect(
            foundBy(
              shownWhole,
              shownGroups.filter((_, other) => other !== g),
            ),
          ).toEqual([]);
        }
      }),
    );
  });

  it('would tell of them, were each judged by itself', () => {
    const drawn = fc.sample(patients, { numRuns: 100, seed: 1 });
    const naive = drawn.filter((all) =>
      groupsOf(all).some(({ curve }) => foundBy(curveOf(all).curve, [curve]).length > 0),
    );
    expect(naive.length).toBeGreaterThan(15);
  });

  it('is shown as it is where it is the same as before', () => {
    fc.assert(
      fc.property(patients, (all) => {
        const groups = groupsOf(all);
        expect(shownBeside(groups, [groups], K)).toEqual(groups.map(({ curve }) => curve));
      }),
    );
  });
});

describe('Survival of all after survival by group', () => {
  it('loses the edges that would tell when single patients of a group died, and says so', async () => {
    const cohort = lungAt('north');
    const ports = worldOf(['north', 'south']).ports['north']!;
    const whole = await resultOf(cohort, { analysis: 'survival', endpoint: 'os' });
    const before = (await tryRelease(whole, cohort, ASK, ports)).release.km![0]!;
    await makeRelease(
      await resultOf(cohort, { analysis: 'survival', endpoint: 'os', by: 'female' }),
      cohort,
      ASK,
      ports,
    );
    const { release } = await tryRelease(whole, cohort, ASK, ports);
    expect(before.edges[0]).toBe(1);
    expect(release.km![0]!.edges).not.toContain(1);
    expect(release.withheld).toContainEqual({
      what: 'edges of All patients that would differ from an earlier curve by few',
      rule: 'k',
    });
  });
});

const CODEBOOK: Codebook = {
  type: 'codebook/1',
  variables: { female: { type: 'boolean' } },
  endpoints: { os: { origin: 'randomisation', unit: 'days', event: 'death' } },
};

const OPEN: StudyAnalysis = {
  id: 'km',
  method: 'kaplan-meier/1',
  mode: 'open',
  endpoint: 'os',
  group: 'female',
  grid: { unit: 'days', width: 30.4375, last: 913.125 },
  at: [365],
};

/** What north answered in a study that counts survival by sex: edges are months, since a step is one. */
interface Answered {
  readonly edges: readonly number[];
  readonly deaths: readonly number[];
  readonly censored: readonly number[];
}

const WHOLE = { ...OPEN, id: 'all', group: undefined } as unknown as StudyAnalysis;
const LOST = 'edges of all that would differ from an earlier curve by few';

/** Two sites that hold patients of `survival::lung`, and studies among them. */
function lungs() {
  const cohorts = { north: lungAt('north'), south: lungAt('south') };
  const world = worldOf(['north', 'south']);
  const ports = world.ports['north']!;
  const approved = async (analyses: readonly StudyAnalysis[], title: string): Promise<string> => {
    const plain = JSON.parse(JSON.stringify(analyses)) as StudyAnalysis[];
    const protocol = protocolOf(world, plain, { codebook: documentDigest(CODEBOOK), title });
    const study = await proposeStudy(protocol, CODEBOOK, ports);
    for (const site of ['north', 'south'] as const) await approveStudy(study, cohorts[site], world.ports[site]!);
    return study;
  };
  const answered = async (study: string) => {
    await settle(world, study, ['north', 'south']);
    const { answers } = (await studyRecord(study, ports))!;
    return answers.find(({ document }) => document.site === 'north')!.document;
  };
  const asked = async (analyses: readonly StudyAnalysis[], title: string) => answered(await approved(analyses, title));
  return { cohort: cohorts.north, ports, approved, answered, asked };
}

/** Curves of an analysis that a site answered; steps are months. */
const curvesOf = ({ open }: AnswerDocument, id: string): SentCurve[] =>
  (open[id] as unknown as Answered[]).map((curve) => ({ of: 'os', ...curve }));

/** What subtracting groups from a curve of all finds. */
const differing = (whole: Answered, groups: readonly SentCurve[]): number[] =>
  groups.flatMap((group) => foundBy({ of: 'os', ...whole }, [group]));

describe('Survival of all after a study that counted it by group', () => {
  it('differs by few from what the study was sent open, unless it is held against it', async () => {
    const { cohort, ports, asked } = lungs();
    const whole = await resultOf(cohort, { analysis: 'survival', endpoint: 'os' });
    const naive = (await tryRelease(whole, cohort, ASK, ports)).release.km![0]!;
    const groups = curvesOf(await asked([OPEN], 'By sex'), 'km');
    expect(differing(naive, groups).length).toBeGreaterThan(0);
    const { release } = await tryRelease(whole, cohort, ASK, ports);
    expect(release.km![0]!.edges.length).toBeGreaterThan(0);
    expect(differing(release.km![0]!, groups)).toEqual([]);
    expect(release.withheld).toContainEqual({
      what: 'edges of All patients that would differ from an earlier curve by few',
      rule: 'k',
    });
  });

  it('differs so in a second study too, whose trial and answer lack the edges and say so', async () => {
    const [alone, both] = [lungs(), lungs()];
    const [naive] = curvesOf(await alone.asked([WHOLE], 'All'), 'all') as [SentCurve];
    const groups = curvesOf(await both.asked([OPEN], 'By sex'), 'km');
    expect(differing(naive, groups).length).toBeGreaterThan(0);
    const study = await both.approved([WHOLE], 'All');
    expect((await dryRun(study, both.cohort, both.ports)).withheld).toContainEqual({ what: `all: ${LOST}`, rule: 'k' });
    const document = await both.answered(study);
    const [told] = curvesOf(document, 'all') as [SentCurve];
    expect(told.edges.length).toBeGreaterThan(0);
    expect(differing(told, groups)).toEqual([]);
    expect(document.withheld).toContainEqual({ what: `all: ${LOST}`, rule: 'k' });
    // what counts as sent is what was sent
    const [kept] = (await both.ports.records.sent('lung')).filter((each) => each.study === study && each.curve);
    expect(kept!.curve).toEqual({ of: 'os', edges: told.edges, deaths: told.deaths, censored: told.censored });
  });

  it('differs so within one study, where what the protocol names later gives way', async () => {
    const alone = lungs();
    const groups = curvesOf(await alone.asked([OPEN], 'By sex'), 'km');
    const [naive] = curvesOf(await lungs().asked([WHOLE], 'All'), 'all') as [SentCurve];
    const { asked } = lungs();
    const document = await asked([OPEN, WHOLE], 'Both');
    expect(curvesOf(document, 'km')).toEqual(groups);
    const [told] = curvesOf(document, 'all') as [SentCurve];
    expect(differing(naive, groups).length).toBeGreaterThan(0);
    expect(differing(told, groups)).toEqual([]);
  });
});

describe('Survival by group in a study', () => {
  it('after a release of survival of all loses edges at which they would differ by few', async () => {
    const { cohort, ports, asked } = lungs();
    const whole = await resultOf(cohort, { analysis: 'survival', endpoint: 'os' });
    const naive = curvesOf(await lungs().asked([OPEN], 'By sex'), 'km');
    const { release } = await makeRelease(whole, cohort, ASK, ports);
    expect(differing(release.km![0]!, naive).length).toBeGreaterThan(0);
    expect(differing(release.km![0]!, curvesOf(await asked([OPEN], 'By sex'), 'km'))).toEqual([]);
  });

  it('loses them at its answer too, where the two were approved at once and neither saw the other', async () => {
    const { cohort, ports, approved, answered } = lungs();
    const study = await approved([OPEN], 'By sex');
    const other = lungs();
    const whole = await resultOf(cohort, { analysis: 'survival', endpoint: 'os' });
    const { digest, release } = await makeRelease(whole, other.cohort, ASK, other.ports);
    await ports.records.recordSent(digest, await other.ports.records.sent('lung'));
    expect(differing(release.km![0]!, curvesOf(await answered(study), 'km'))).toEqual([]);
  });
});
