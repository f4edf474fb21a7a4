import { beforeAll, describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, codes, row, rowsOf } from './asking.ts';
import { refusalOf } from './findings.ts';
import { simulatedFrame } from './simulated.ts';
import { TRUTH } from './truth.ts';

const FACTORS = ['age', 'male', 'ecog', 'bilobar', 'lncea', 'ehd'];
const PLAN = `derived: { tall: nmet > 3, burden: { score: { tall: 1, ehd: 2 } } }
plan:
  sets: { factors: [${FACTORS.join(', ')}] }
`;

describe('Survival by a set of factors', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await ask(simulatedFrame(PLAN), { analysis: 'survival', endpoint: 'os', by: 'factors' });
  });

  it('tells each alone as coxph, survdiff, cox.zph and p.adjust do', () => {
    for (const given of TRUTH.factors) {
      const test = row(findings, 'factor-tests', { factor: given.factor });
      expect([test['statistic'], test['p'], test['adjusted_p'], test['proportional_p']]).toAgree(
        [given.statistic, given.p, given.adjusted, given.zph],
        1e-6,
      );
      const line = rowsOf(findings, 'factors').find(
        (each) => each['factor'] === given.factor && ['per unit', 'yes'].includes(String(each['level'])),
      )!;
      expect([line['coefficient'], line['standard_error']]).toAgree([given.coef, given.se], 1e-7);
    }
    expect(rowsOf(findings, 'factor-tests')).toHaveLength(FACTORS.length);
  });

  it('tells them together, with proportional hazards tested', () => {
    const lines = rowsOf(findings, 'together').filter(({ level }) => ['per unit', 'yes'].includes(String(level)));
    expect(lines.map(({ coefficient }) => coefficient)).toAgree(
      TRUTH.together.coefs.map(({ coef }) => coef),
      1e-7,
    );
    expect(rowsOf(findings, 'proportional-hazards').map(({ p }) => p)).toAgree(TRUTH.together.zph, 1e-6);
  });

  it('draws a curve of every level and cuts no number', () => {
    const ids = findings.figures.map(({ id }) => id);
    expect(ids).toEqual(['forest-alone', 'forest-together', ...FACTORS.map((name) => `curve-${name}`)]);
    expect(findings.figures.find(({ id }) => id === 'curve-age')!.kind).toBe('lines');
    expect(findings.figures.find(({ id }) => id === 'curve-male')!.kind).toBe('kaplan-meier');
    expect(findings.method.join(' ')).toContain('No cut-point was sought');
  });

  it('tells a number by a round step too, of the same p', () => {
    const [unit, step] = rowsOf(findings, 'factors').filter(({ factor }) => factor === 'age');
    expect([unit!['level'], step!['level']]).toEqual(['per unit', 'per 10']);
    expect(step!['coefficient']).toAgree(10 * Number(unit!['coefficient']), 1e-10);
    expect(step!['p']).toAgree(unit!['p'], 1e-10);
  });
});

describe('Factors', () => {
  const listed = (by: unknown, more: object = {}) => ({ analysis: 'survival', endpoint: 'os', by, ...more });

  it('keep a score apart from its items in the model together', async () => {
    const findings = await ask(simulatedFrame(PLAN), listed(['nmet', 'ehd', 'burden']));
    expect(rowsOf(findings, 'together').map(({ covariate }) => covariate)).not.toContain('burden');
    expect(findings.warnings.find(({ code }) => code === 'apart-from-the-model')!.says).toContain(
      'burden (made of nmet, ehd)',
    );
  });

  it('stand alone, with the reason, where nobody or everybody has them, or few are known', async () => {
    const frame = simulatedFrame('', (each, i) => ({
      ...each,
      lncea: '',
      male: '1',
      nmet: i % 2 === 0 ? '' : each['nmet']!,
    }));
    const findings = await ask(frame, listed(['lncea', 'male', 'nmet', 'age']));
    expect(rowsOf(findings, 'factor-tests').map((each) => each['p_why'])).toEqual([
      'not known of anybody analysed',
      'one value among the patients analysed',
      '',
      '',
    ]);
    expect(rowsOf(findings, 'together').map(({ covariate }) => covariate)).toEqual(['age', 'age']);
    expect(codes(findings)).toContain('factors-without-test');
  });

  it('have the model that the request names beside them', async () => {
    const findings = await ask(simulatedFrame(PLAN), listed(['male'], { adjust: ['age', 'ehd'] }));
    expect([...new Set(rowsOf(findings, 'together').map(({ covariate }) => covariate))]).toEqual(['age', 'ehd']);
  });

  it('say so where nobody has the event', async () => {
    const findings = await ask(
      simulatedFrame('', (each) => ({ ...each, event: '0' })),
      listed(['male', 'age']),
    );
    expect(codes(findings)).toContain('no-events');
    expect(rowsOf(findings, 'factor-tests').every(({ p }) => p === null)).toBe(true);
  });

  it('are refused at their places', async () => {
    const frame = simulatedFrame(PLAN);
    expect(await refusalOf(ask(frame, listed(['male', 'agee'])))).toEqual(['unknown-group', '/by/1']);
    expect(await refusalOf(ask(frame, listed(['male', 'exposure'])))).toEqual(['group-known-later', '/by/1']);
    expect(await refusalOf(ask(frame, listed('factors', { landmarks: [6] })))).toEqual([
      'not-known-later',
      '/landmarks',
    ]);
  });
});
