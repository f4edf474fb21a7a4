import { beforeAll, describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { eValues } from '../../../lib/stats/index.ts';
import { ask, codes, row, rowsOf } from './asking.ts';
import { refusalOf } from './findings.ts';
import { simulatedFrame } from './simulated.ts';
import { TRUTH } from './truth.ts';

const PLAN = `plan:
  primary: T6
  sets: { adjusters: [age, rightside, ehd, nmet] }
  items: [{ id: T6, analysis: survival, endpoint: os, by: exposure, adjust: adjusters, landmarks: [9, 6, 12] }]
`;
const T6 = { analysis: 'survival', endpoint: 'os', by: 'exposure', adjust: 'adjusters', landmarks: [9, 6, 12] };
const TOLERANCE = 1e-7;

describe('Survival by conversion, adjusted', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await ask(simulatedFrame(PLAN), T6);
  });

  it('has the time-dependent hazard ratio that coxph gives of (start, stop] rows, and tells it as the one estimate', () => {
    const [given] = TRUTH.timeDependent.adjusted;
    const found = row(findings, 'adjusted-hazard-ratios', { covariate: 'exposure', level: 'converted' });
    expect([found['coefficient'], found['standard_error'], found['p']]).toAgree(
      [given!.coef, given!.se, given!.p],
      TOLERANCE,
    );
    expect(findings.primary).toMatchObject({
      n: 286,
      format: 'ratio',
      says: expect.stringContaining('adjusted for age'),
    });
    expect(findings.primary!.estimate).toAgree(Math.exp(given!.coef), TOLERANCE);
    expect(findings.method.join(' ')).toContain('The primary test is one');
  });

  it('stands beside the unadjusted ratio', () => {
    const [given] = TRUTH.timeDependent.plain;
    const found = row(findings, 'hazard-ratios', { group: 'converted' });
    expect([found['coefficient'], found['standard_error']]).toAgree([given!.coef, given!.se], TOLERANCE);
  });

  it('has each landmark adjusted as coxph does, the first named being the main one, with who is left out and who joins later', () => {
    const rows = rowsOf(findings, 'landmarks');
    expect(rows.map(({ landmark }) => landmark)).toEqual([9, 6, 12]);
    expect(rows.map(({ role }) => String(role).split(' ')[0])).toEqual(['main', 'sensitivity', 'sensitivity']);
    rows.forEach((found, i) => {
      const given = TRUTH.landmarks[i]!;
      expect(Number(found['n']) + Number(found['n_joined'])).toBe(given.n);
      expect(Number(found['excluded_events']) + Number(found['excluded_censored'])).toBe(286 - given.n);
      expect([found['n_joined'], found['join_later'], found['events']]).toEqual([
        given.joined,
        given.later,
        given.events,
      ]);
      expect([found['coefficient'], found['standard_error']]).toAgree(
        [given.plain[0]!.coef, given.plain[0]!.se],
        TOLERANCE,
      );
      expect([found['adjusted_coefficient'], found['adjusted_standard_error'], found['adjusted_p']]).toAgree(
        [given.adjusted[0]!.coef, given.adjusted[0]!.se, given.adjusted[0]!.p],
        TOLERANCE,
      );
      expect(found['estimand']).toContain(`from month ${given.landmark}`);
    });
  });

  it('says how strong confounding would have to be, as an association', () => {
    const [estimate, limit] = rowsOf(findings, 'e-values');
    const given = TRUTH.eValues;
    expect([estimate!['hazard_ratio'], estimate!['risk_ratio'], estimate!['e_value']]).toAgree(
      [given.hr, given.rr, given.estimate],
      1e-6,
    );
    expect([limit!['hazard_ratio'], limit!['risk_ratio'], limit!['e_value']]).toAgree(
      [given.nearest, given.rrNearest, given.limit],
      1e-6,
    );
    const notes = findings.tables.find(({ id }) => id === 'e-values')!.notes.join(' ');
    expect(notes).toMatch(/association, not an effect/);
    expect(notes).toMatch(/outcome is common/);
  });

  it('tells of no changed landmarks where they are the plan’s, and of changed ones otherwise', async () => {
    expect(codes(findings)).not.toContain('landmarks-changed');
    const other = await ask(simulatedFrame(PLAN), { ...T6, landmarks: [8] });
    expect(codes(other)).toContain('landmarks-changed');
  });
});

describe('Survival by conversion of patients with gaps', () => {
  it('is of the complete cases, with whom those left out are compared', async () => {
    const frame = simulatedFrame(PLAN, (each, i) => (i % 10 === 0 ? { ...each, nmet: '' } : each));
    const findings = await ask(frame, T6);
    expect(findings.primary!.n).toBe(257);
    expect(findings.counts.used).toBe(286);
    const compared = rowsOf(findings, 'left-out-characteristics');
    expect(compared.map(({ covariate }) => covariate)).toEqual(['exposure (ever)', 'age', 'rightside', 'ehd', 'nmet']);
    expect(compared[0]).toMatchObject({ n: 257, n_left: 29 });
    expect(compared.at(-1)).toMatchObject({ n_left: 0, value_left: null, value_left_why: 'not known of anybody' });
  });

  it('says so where nobody has all covariates, and tells the unadjusted ratio', async () => {
    const findings = await ask(
      simulatedFrame(PLAN, (each) => ({ ...each, nmet: '' })),
      T6,
    );
    expect(codes(findings)).toContain('no-complete-case');
    expect(findings.primary!.says).not.toContain('adjusted');
    expect(rowsOf(findings, 'landmarks')[0]).toMatchObject({ adjusted_n: 0, adjusted_hazard_ratio: null });
  });

  it('leaves out who isn’t known to have converted, and when', async () => {
    const frame = simulatedFrame(PLAN, (each, i) => (i < 7 ? { ...each, conv: '' } : each));
    const findings = await ask(frame, T6);
    expect(findings.counts.excluded).toEqual([expect.objectContaining({ reason: 'without exposure', patients: 7 })]);
  });

  it('says of a landmark by which nobody has converted that it has no two sides', async () => {
    const findings = await ask(simulatedFrame(PLAN), { ...T6, landmarks: [0.1] });
    expect(rowsOf(findings, 'landmarks')[0]).toMatchObject({
      hazard_ratio_why: 'nobody on one side',
      adjusted_hazard_ratio_why: 'nobody on one side',
    });
    expect(findings.figures.map(({ id }) => id)).toEqual(['simon-makuch']);
  });

  it('is naive only by name, and then stamped', async () => {
    const findings = await ask(simulatedFrame(PLAN), {
      analysis: 'survival',
      endpoint: 'os',
      by: 'exposure',
      naive: true,
    });
    expect(findings.figures[0]!.stamp).toMatch(/NAIVE/);
    expect(findings.primary).toBeUndefined();
  });
});

describe('E-values', () => {
  it('are those printed by VanderWeele and Ding for a risk ratio of 3.9 (1.8 to 8.7)', () => {
    const { estimate, limit } = eValues({ estimate: 3.9, lower: 1.8, upper: 8.7 }, { common: false });
    expect(estimate.eValue).toBeCloseTo(7.26, 2);
    expect(limit.eValue).toBeCloseTo(3.0, 2);
  });

  it('need no confounding where the interval holds 1', () => {
    expect(eValues({ estimate: 0.8, lower: 0.5, upper: 1.2 }, { common: true }).limit.eValue).toBe(1);
  });
});

describe('Incidence of conversion', () => {
  it('counts who converts, and who dies without, by each month asked for', async () => {
    const frame = simulatedFrame();
    const findings = await ask(frame, { analysis: 'competing-risks', endpoint: 'conversion' });
    const time = frame.endpoint('conversion', '').time;
    const cause = frame.endpoint('conversion', '').competing!.cause;
    const by = (months: number) => [...time].filter((t, i) => cause[i] === 1 && t <= months).length;
    const deaths = rowsOf(findings, 'cause-specific-hazards').filter((each) => each['cause'] === 'Death');
    expect(deaths.map((each) => each['time'])).toEqual([6, 12, 36, 60]);
    expect(deaths.map((each) => each['events'])).toEqual([6, 12, 36, 60].map(by));
    expect(by(6)).toBeGreaterThan(10);
  });
});

describe('Survival by conversion with what is missing imputed', () => {
  const gaps = () => simulatedFrame(PLAN, (each, i) => (i % 10 === 0 ? { ...each, nmet: '' } : each));

  it('is of all patients, and near what it would be without gaps', async () => {
    const findings = await ask(gaps(), { ...T6, impute: 10 });
    expect(findings.primary).toMatchObject({ n: 286, says: expect.stringContaining('multiple imputation (10)') });
    const whole = TRUTH.timeDependent.adjusted[0]!;
    expect(Math.abs(Math.log(findings.primary!.estimate!) - whole.coef)).toBeLessThan(whole.se / 5);
    expect(row(findings, 'imputed-covariates', { covariate: 'nmet' })).toMatchObject({ missing: 29 });
    expect(row(findings, 'imputed', { covariate: 'nmet' })).toMatchObject({ complete_n: 257, imputed_n: 286 });
    expect(row(findings, 'adjusted-hazard-ratios', { covariate: 'nmet' })['n']).toBeLessThan(340);
  });

  it('is refused of factors', async () => {
    const asked = { analysis: 'survival', endpoint: 'os', by: ['male', 'age'], adjust: ['age', 'nmet'], impute: 5 };
    expect(await refusalOf(ask(gaps(), asked))).toEqual(['not-imputed', '/impute']);
  });
});
