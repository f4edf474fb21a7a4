import { beforeAll, describe, expect, it } from 'vitest';
import type { Findings, StatesFigure } from '../../../lib/result/index.ts';
import { cox, cumulativeIncidence, incidenceAt, kaplanMeier, survivalAt } from '../../../lib/stats/index.ts';
import { codes, demoFrame } from './asking.ts';
import { writtenFrame } from './built.ts';
import { findingsOf, refusalOf, rowsOf } from './findings.ts';

const analysis = 'multistate';
const number = (value: unknown) => Number(value);

function columns(...names: string[]) {
  const frame = demoFrame('crlm-tcia');
  return names.map((name) => (frame.variable(name, '') as { values: Float64Array }).values) as readonly Float64Array[];
}

describe('Recurrence and death after liver resection', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await findingsOf(demoFrame('crlm-tcia'), {
      analysis,
      intermediate: 'recurrence',
      terminal: 'os',
      times: [12, 60],
    });
  });
  const chance = (state: string, time: number) =>
    rowsOf(findings, 'states-at').find((row) => row['state'] === state && row['time'] === time)!;

  it('makes as many transitions as the columns hold', () => {
    const [time, recurred, osTime, died] = columns('dfs_time', 'recurred', 'os_time', 'died');
    const ill = [...time!.keys()].filter((row) => recurred![row] === 1 && time![row]! < osTime![row]! * (1 - 1e-8));
    const deaths = died!.reduce((sum, value) => sum + value, 0);
    const told = rowsOf(findings, 'transitions');
    expect(told.map(({ n, transitions }) => [n, transitions])).toEqual([
      [197, ill.length],
      [197, deaths - ill.filter((row) => died![row] === 1).length],
      [ill.length, ill.filter((row) => died![row] === 1).length],
    ]);
    const years = ill.reduce((sum, row) => sum + osTime![row]! - time![row]!, 0) / 12;
    expect(told[2]!['years']).toBeCloseTo(years, 8);
    expect(number(told[2]!['rate'])).toBeCloseTo((100 * number(told[2]!['transitions'])) / years, 8);
  });

  it('leaves the first state as Kaplan-Meier says, with its standard error', () => {
    const [time, failed] = columns('dfs_time', 'dfs_event');
    const curve = kaplanMeier.solve(kaplanMeier.accumulate({ time: time!, event: Uint8Array.from(failed!) }));
    for (const at of [12, 60]) {
      const { survival, standardError } = survivalAt(curve, [at])[0]!;
      expect(chance('Alive without recurrence', at)['chance']).toBeCloseTo(survival, 10);
      expect(chance('Alive without recurrence', at)['standard_error']).toBeCloseTo(Number(standardError), 10);
    }
  });

  it('has chances that sum to 1, and deaths near those of Kaplan-Meier', () => {
    const [time, died] = columns('os_time', 'died');
    const curve = kaplanMeier.solve(kaplanMeier.accumulate({ time: time!, event: Uint8Array.from(died!) }));
    for (const at of [12, 60]) {
      const own = rowsOf(findings, 'states-at').filter((row) => row['time'] === at);
      expect(own.reduce((sum, row) => sum + number(row['chance']), 0)).toBeCloseTo(1, 12);
      expect(Math.abs(number(chance('Dead', at)['chance']) - (1 - survivalAt(curve, [at])[0]!.survival))).toBeLessThan(
        0.02,
      );
    }
  });

  it('sets the hazard of death after recurrence against that before it, as rows cut by hand do', () => {
    const [time, recurred, osTime, died] = columns('dfs_time', 'recurred', 'os_time', 'died');
    const parts = [...time!.keys()].flatMap((row) => {
      const [c, t, d] = [time![row]!, osTime![row]!, died![row]!];
      if (recurred![row] !== 1 || c >= t * (1 - 1e-8)) return [[0, t, d, 0]];
      return [
        [0, c, 0, 0],
        [c, t, d, 1],
      ];
    });
    const fit = cox.fit({
      entry: Float64Array.from(parts, ([from]) => from!),
      time: Float64Array.from(parts, ([, to]) => to!),
      event: Uint8Array.from(parts, ([, , d]) => d!),
      names: ['after'],
      covariates: [Float64Array.from(parts, ([, , , after]) => after!)],
    });
    const [row] = rowsOf(findings, 'after');
    expect(fit.ok && fit.hazardRatios[0]).toBeCloseTo(number(row!['hazard_ratio']), 8);
    expect(fit.ok && fit.upper[0]).toBeCloseTo(number(row!['hazard_ratio_high']), 8);
  });

  it('is drawn as shares that fill the whole', () => {
    const [figure] = findings.figures as [StatesFigure];
    expect(figure.states.map(({ label }) => label)).toEqual([
      'Alive without recurrence',
      'Alive after recurrence',
      'Dead',
    ]);
    figure.time.forEach((_, k) => {
      expect(figure.states.reduce((sum, { share }) => sum + share[k]!, 0)).toBeCloseTo(1, 12);
    });
    expect(figure.riskTable.atRisk.map(([first]) => first)).toEqual([197, 0, 0]);
    expect(figure.alt).toMatch(/At \d+ months: Alive without recurrence [\d.]+%/);
  });

  it('takes a composite endpoint on the way: who died at it went to the end directly', async () => {
    const composite = await findingsOf(demoFrame('crlm-tcia'), { analysis, intermediate: 'dfs', terminal: 'os' });
    expect(rowsOf(composite, 'transitions').map(({ transitions: n }) => n)).toEqual(
      rowsOf(findings, 'transitions').map(({ transitions: n }) => n),
    );
  });
});

describe('Progression and death with rectal cancer', () => {
  it('is told by group, from a landmark on, of those then in each state', async () => {
    const findings = await findingsOf(demoFrame('tcga-read'), {
      analysis,
      intermediate: 'pfi',
      terminal: 'os',
      by: 'stage',
      landmark: 12,
      times: [12, 24, 36],
    });
    const rows = rowsOf(findings, 'states-at');
    expect(new Set(rows.map(({ time }) => time))).toEqual(new Set([24, 36]));
    expect(new Set(rows.map(({ from }) => from))).toEqual(
      new Set(['Alive without progression', 'Alive after progression']),
    );
    const ill = rows.filter(({ from, group }) => from === 'Alive after progression' && group === 'All patients');
    expect(ill.filter(({ state }) => state === 'Alive without progression').every(({ chance }) => chance === 0)).toBe(
      true,
    );
    expect(findings.figures).toHaveLength(4);
    expect(new Set(findings.figures.map(({ id }) => id)).size).toBe(4);
    expect((findings.figures[0] as StatesFigure).time[0]).toBe(12);
    expect(findings.citations.join(' ')).toMatch(/Anderson JR/);
  });
});

describe('A question of states', () => {
  // t,relapsed,dead,u,wait,arm,x,y
  const ROWS = [
    '2,yes,yes,5,1,a,1,yes',
    '6,no,yes,6,0,a,2,no',
    '3,yes,no,7,2,b,3,yes',
    '8,no,no,8,0,b,4,no',
    '4,yes,yes,9,0,a,5,yes',
  ];
  const ask = (rows: readonly string[], more: object = {}) =>
    findingsOf(writtenFrame(rows), { analysis, intermediate: 'alone', terminal: 'os', times: [5], ...more });

  it('is worked as by hand on five patients', async () => {
    const findings = await ask(ROWS, { times: [2, 3, 4, 5, 6, 7.5] });
    // nobody is lost before 7: shares are counts
    const chances = [2, 3, 4, 5, 6].map((time) =>
      rowsOf(findings, 'states-at')
        .filter((row) => row['time'] === time)
        .map(({ chance }) => Math.round(5 * number(chance) * 1e9) / 1e9),
    );
    expect(chances).toEqual([
      [4, 1, 0],
      [3, 2, 0],
      [2, 3, 0],
      [2, 2, 1],
      [1, 2, 2],
    ]);
    expect(rowsOf(findings, 'transitions').map(({ n, transitions }) => [n, transitions])).toEqual([
      [5, 3],
      [5, 1],
      [3, 2],
    ]);
  });

  it('takes names, covariates and delayed entry', async () => {
    const findings = await ask(ROWS, { states: ['Well', 'Ill', 'Gone'], covariates: ['x'], entry: 'wait' });
    expect(rowsOf(findings, 'hazard-ratios').map(({ from, to }) => [from, to])).toEqual([
      ['Well', 'Ill'],
      ['Well', 'Gone'],
      ['Ill', 'Gone'],
    ]);
    expect(findings.method.join(' ')).toMatch(/left truncation/);
  });

  it('follows only as long as somebody watched for the event on the way', async () => {
    const findings = await ask(['2,no,yes,9,0,a,1,yes', '5,yes,no,9,0,a,2,no', '9,no,no,9,0,b,3,no']);
    expect(codes(findings)).toContain('watched-no-longer');
    expect(findings.counts).toMatchObject({ used: 3, events: 0 });
  });

  it('says where nothing happened, and of what there is none', async () => {
    const still = await ask(['5,no,no,5,0,a,1,yes', '6,no,no,6,0,b,2,no']);
    expect(codes(still)).toEqual(expect.arrayContaining(['no-events', 'no-intermediate-events']));
    expect(rowsOf(still, 'transitions')[2]).toMatchObject({ rate: null, rate_why: 'nobody was in the state' });
    expect(rowsOf(still, 'after')[0]).toMatchObject({ hazard_ratio: null });
    const one = await ask(ROWS.slice(0, 1), { by: 'arm' });
    expect(codes(one)).toContain('one-group');
    expect(one.counts.used).toBe(1);
  });

  it('is refused where times have another zero, nothing is known, or nobody is left at the landmark', async () => {
    expect(await refusalOf(ask(ROWS, { intermediate: 'elsewhere' }))).toEqual(['different-origin', '/intermediate']);
    expect(await refusalOf(ask(ROWS, { intermediate: 'os' }))).toEqual(['endpoint-twice', '/intermediate']);
    expect(await refusalOf(ask(ROWS, { terminal: 'nope' }))).toEqual(['unknown-endpoint', '/terminal']);
    expect(await refusalOf(ask([',yes,no,5,1,a,1,yes']))).toEqual(['nothing-to-analyse', '/intermediate']);
    expect(await refusalOf(ask(['5,yes,no,,1,a,1,yes']))).toEqual(['nothing-to-analyse', '/terminal']);
    expect(await refusalOf(ask(['9,yes,yes,5,1,a,1,yes']))).toEqual(['nothing-to-analyse', '/intermediate']);
    expect(await refusalOf(ask(ROWS, { landmark: 99 }))).toEqual(['nothing-to-analyse', '/landmark']);
    expect(await refusalOf(ask(ROWS, { by: 'late' }))).toEqual(['group-known-later', '/by']);
  });

  it('without an event on the way gives what cumulative incidence gives', async () => {
    const rows = ['5,no,yes,5,0,a,1,yes', '6,no,no,6,0,b,2,no', '7,no,yes,7,0,a,1,yes', '9,no,no,9,0,a,1,yes'];
    const findings = await ask(rows, { times: [7] });
    const f = { time: Float64Array.of(5, 6, 7, 9), cause: Uint8Array.of(1, 0, 1, 0) };
    const curve = cumulativeIncidence.solve(cumulativeIncidence.accumulate(f, 1), 1);
    expect(rowsOf(findings, 'states-at')[2]!['chance']).toBeCloseTo(incidenceAt(curve, [7])[0]!.incidence, 12);
  });
});
