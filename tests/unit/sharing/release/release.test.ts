import { describe, expect, it } from 'vitest';
import {
  documentDigest,
  makeRelease,
  type ReleaseAsk,
  readDocument,
  type SiteCohort,
  tryRelease,
} from '../../../../lib/sharing/index.ts';
import { worldOf } from '../../../../tools/sites/world.ts';
import { ASK, LUNG, lungAt, resultOf } from './lung.ts';

const NORTH = lungAt('north');
const CURVES = { analysis: 'survival', endpoint: 'os', by: 'female' };
const COX = { analysis: 'cox', endpoint: 'os', covariates: ['female', 'age', 'ecog'], bootstrap: 0 };

function portsOf() {
  return worldOf(['north', 'south']).ports['north']!;
}

/** What would leave of a question, and what the rules say of it. */
async function tried(
  request: Parameters<typeof resultOf>[1],
  ask: Partial<ReleaseAsk> = {},
  cohort: SiteCohort = NORTH,
) {
  return tryRelease(await resultOf(cohort, request), cohort, { ...ASK, ...ask }, portsOf());
}

describe('A release of curves', () => {
  it('counts between edges of months, each count none or at least five, and names what it holds back', async () => {
    const { release, numbers } = await tried(CURVES);
    expect(release).toMatchObject({
      type: 'release/1',
      owner: 'north',
      receiver: 'south',
      n: 71,
      km: {
        0: { n: 46, edges: [1, 4, 6, 10], deaths: [5, 5, 7, 11], censored: [0, 0, 0, 5], atRisk: 13 },
        1: { n: 25, edges: [5, 15], deaths: [5, 5], censored: [0, 7], atRisk: 8 },
      },
    });
    expect(release.withheld).toContainEqual({
      what: `events of ${release.km![0]!.label} after the last edge`,
      rule: 'k',
    });
    expect(release).not.toHaveProperty('test');
    expect(numbers).toBe(23);
  });

  it('counts in steps of half a year, once the endpoint was counted so', async () => {
    const ports = portsOf();
    const steps = 'curve by 182.625 days';
    await ports.records.reserve('earlier', [
      { cohort: 'lung', study: 'earlier', of: 'os', mode: 'open', statistics: 0, steps },
    ]);
    const { release, verdicts } = await tryRelease(await resultOf(NORTH, CURVES), NORTH, ASK, ports);
    expect(release.km![0]).toMatchObject({ n: 46, edges: [6, 12], deaths: [17, 12], censored: [0, 5], atRisk: 12 });
    expect(verdicts.every(({ holds }) => holds)).toBe(true);
  });

  it('counts in every step where the grid is waived, and prints the waiver', async () => {
    const waivers = [{ rule: 'grid', says: 'agreed with the ethics committee' }];
    const { release } = await tried(CURVES, { waivers });
    const { deaths, censored, n } = release.km![1]!;
    const until = (counts: readonly number[]) => counts.slice(0, 10).reduce((a, b) => a + b, 0);
    expect([until(deaths), until(censored), n - until(deaths) - until(censored)]).toEqual([7, 5, 13]);
    expect(release.waivers).toEqual(waivers);
  });

  it('holds a test on request: differences and variance as in R, and not the events', async () => {
    const { release } = await tried(CURVES, { test: true });
    const { observed, expected, variance } = LUNG.logrank.per_site['north']!;
    for (const [g, d] of release.test!.difference.entries()) expect(d).toBeCloseTo(observed[g]! - expected[g]!, 10);
    expect(release.test!.variance[0]![0]).toBeCloseTo(variance[0]![0]!, 10);
    expect(JSON.stringify(release)).not.toContain('observed');
  });
});

describe('A release of a model', () => {
  it('holds coefficients and their covariance as in R, and no baseline', async () => {
    const { release } = await tried(COX);
    const { beta, vcov, events } = LUNG.cox.per_site_efron['north']!;
    const { model } = release;
    expect(model).toMatchObject({ kind: 'cox', ties: 'efron', events });
    for (const [j, b] of beta.entries()) expect(model!.beta[j]).toBeCloseTo(b, 7);
    const triangle = vcov.flatMap((row, i) => row.slice(0, i + 1));
    for (const [j, v] of triangle.entries()) expect(model!.covariance[j]).toBeCloseTo(v, 7);
    expect(release.withheld).toContainEqual({ what: 'the baseline', rule: 'not released' });
  });

  it('of an outcome without time holds its slopes, and not the intercept', async () => {
    const { release } = await tried({
      analysis: 'logistic',
      outcome: 'dead1y',
      covariates: ['female', 'age', 'ecog'],
      bootstrap: 0,
    });
    const { beta, vcov } = LUNG.logistic.per_site['north']!;
    expect(release.model!.terms).toHaveLength(3);
    for (const [j, b] of release.model!.beta.entries()) expect(b).toBeCloseTo(beta[j + 1]!, 7);
    const triangle = vcov.slice(1).flatMap((row, i) => row.slice(1, i + 2));
    for (const [j, v] of release.model!.covariance.entries()) expect(v).toBeCloseTo(triangle[j]!, 7);
  });

  it('is refused where an expression, a spline or a product could be of few', async () => {
    for (const covariates of [
      ['age > 80'],
      [{ of: 'age', knots: 3 }],
      ['female', 'age', { interaction: ['female', 'age'] }],
    ])
      await expect(tried({ ...COX, covariates })).rejects.toMatchObject({ code: 'not-released' });
  });

  it('counts its coefficients once in the ledger, however often and to whom it is sent', async () => {
    const ports = portsOf();
    const result = await resultOf(NORTH, COX);
    for (const receiver of ['south', 'link', 'south']) await makeRelease(result, NORTH, { ...ASK, receiver }, ports);
    const ledger = await ports.records.ledger('lung');
    expect(ledger.map(({ of, statistics }) => [of, statistics])).toEqual([['os', 3]]);
  });

  it('is refused once the ledger is full: a third of the patients', async () => {
    const ports = portsOf();
    await ports.records.reserve('earlier', [
      { cohort: 'lung', study: 'earlier', of: 'os', mode: 'open', statistics: 21 },
    ]);
    await expect(makeRelease(await resultOf(NORTH, COX), NORTH, ASK, ports)).rejects.toMatchObject({
      code: 'rule-refuses',
      message: 'ledger: 24 of 23 linear statistics of os when finished',
    });
  });
});

describe('A release of a description', () => {
  const TABLE = { analysis: 'table-one', by: 'female', variables: ['age', { of: 'ecog', as: 'levels' }] };

  it('holds means as in R', async () => {
    const { release } = await tried({ ...TABLE, by: undefined, variables: ['age'] });
    const { mean, sd } = LUNG.describe.per_site['north']!['age']!;
    const shown = release.table!.variables[0]!.groups[0] as { readonly mean: number; readonly sd: number };
    expect(shown).toMatchObject({ n: 71, missing: 0 });
    expect(shown.mean).toBeCloseTo(mean, 10);
    expect(shown.sd).toBeCloseTo(sd, 10);
  });

  it('holds a level of one patient back with another, and says so', async () => {
    const { release } = await tried({ ...TABLE, by: undefined } as never, {}, lungAt('centre'));
    const ecog = release.table!.variables[1]!.groups[0] as { readonly levels: readonly (number | null)[] };
    expect(ecog.levels).toEqual([17, 45, null, null, 0]);
    expect(release.withheld).toContainEqual({ what: 'table: cells of ecog', rule: 'k' });
  });

  it('has no median, quartile, extreme or test', async () => {
    const { release } = await tried(TABLE);
    expect(JSON.stringify(release.table)).not.toMatch(/median|quartile|min|max|"p"/);
  });
});

describe('Sets of patients', () => {
  it('that differ by one patient are refused, and the endpoint is closed to who was sent the first', async () => {
    const ports = portsOf();
    const oldest = Math.max(...LUNG.data['age']!.filter((_, i) => LUNG.data['site']![i] === 'north').map(Number));
    const whole = await resultOf(NORTH, { analysis: 'survival', endpoint: 'os' });
    const less = await resultOf(NORTH, { analysis: 'survival', endpoint: 'os', where: `age < ${oldest}` });
    await makeRelease(whole, NORTH, ASK, ports);
    const { verdicts, overlaps } = await tryRelease(less, NORTH, ASK, ports);
    expect(verdicts.filter(({ holds }) => !holds).map(({ rule }) => rule)).toEqual(['atoms']);
    expect(overlaps).toMatchObject([{ partners: ['south'], both: 70, onlyThen: 1, onlyNow: 0 }]);
    expect(await ports.records.locks('lung')).toEqual([]);
    await expect(makeRelease(less, NORTH, ASK, ports)).rejects.toMatchObject({ code: 'rule-refuses' });
    expect(await ports.records.locks('lung')).toEqual([{ cohort: 'lung', endpoint: 'os', partner: 'south' }]);
    // what was harmless before is closed now
    await expect(makeRelease(whole, NORTH, ASK, ports)).rejects.toMatchObject({
      message: expect.stringContaining('lock'),
      remedy: expect.stringContaining('DELETE /locks/{id}'),
    });
    // and a model too, to whom it is closed alone
    const model = await resultOf(NORTH, COX);
    await expect(makeRelease(model, NORTH, ASK, ports)).rejects.toMatchObject({ code: 'rule-refuses' });
    await makeRelease(model, NORTH, { ...ASK, receiver: 'link' }, ports);
  });

  it('are held against each other whoever they were sent to', async () => {
    const ports = portsOf();
    const oldest = Math.max(...LUNG.data['age']!.filter((_, i) => LUNG.data['site']![i] === 'north').map(Number));
    await makeRelease(await resultOf(NORTH, COX), NORTH, ASK, ports);
    const less = await resultOf(NORTH, { ...COX, where: `age < ${oldest}` });
    await expect(makeRelease(less, NORTH, { ...ASK, receiver: 'link' }, ports)).rejects.toMatchObject({
      message: expect.stringContaining('atoms'),
    });
    const waived = { ...ASK, receiver: 'centre', waivers: [{ rule: 'atoms', says: 'the patient agreed in writing' }] };
    const { release } = await makeRelease(less, NORTH, waived, ports);
    expect(release.waivers).toEqual(waived.waivers);
  });
});

describe('Two releases that are made at once', () => {
  it('do not both leave where together they would single somebody out', async () => {
    const ports = portsOf();
    const oldest = Math.max(...LUNG.data['age']!.filter((_, i) => LUNG.data['site']![i] === 'north').map(Number));
    const whole = await resultOf(NORTH, { analysis: 'survival', endpoint: 'os' });
    const less = await resultOf(NORTH, { analysis: 'survival', endpoint: 'os', where: `age < ${oldest}` });
    const made = await Promise.allSettled([whole, less].map((result) => makeRelease(result, NORTH, ASK, ports)));
    expect(made.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2);
    const refused = made.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(refused).toContain('release-crossed');
    // what did not leave is not held against what does
    await makeRelease(whole, NORTH, ASK, ports);
  });
});

describe('A release', () => {
  it('is signed by its owner, and named by a digest of what it says', async () => {
    const ports = portsOf();
    const made = await makeRelease(await resultOf(NORTH, CURVES), NORTH, ASK, ports);
    const read = await readDocument(made.jws, ports.card.sign);
    expect(read).toEqual({ document: made.release, digest: made.digest });
    expect(documentDigest(made.release)).toBe(made.digest);
  });

  it('is of no result that holds single patients or many overlapping sets, with why in words', async () => {
    for (const request of [
      { analysis: 'eligibility' },
      { analysis: 'survival', endpoint: 'os', by: ['female', 'ecog'] },
      { analysis: 'subgroups', endpoint: 'os', of: 'female', subgroups: ['dead1y'] },
    ]) {
      const attempt = resultOf(NORTH, request).then((result) => tryRelease(result, NORTH, ASK, portsOf()));
      await expect(attempt).rejects.toMatchObject({
        code: 'not-released',
        message: expect.stringContaining('Of this result'),
      });
    }
  });

  it('names no waiver that no rule has', async () => {
    await expect(tried(CURVES, { waivers: [{ rule: 'lock', says: 'please' }] })).rejects.toMatchObject({
      place: { pointer: '/waivers/0/rule' },
    });
  });

  it('holds no opaque key of a patient, no exact time, and not the name of the cohort', async () => {
    const { release } = await tried(CURVES, { test: true });
    const text = JSON.stringify(release);
    for (const key of NORTH.keys) expect(text).not.toContain(key);
    expect(text).not.toContain('"lung"');
  });
});
