import { describe, expect, it } from 'vitest';
import { checkModel } from '../../../../lib/result/index.ts';
import {
  documentDigest,
  Release,
  releaseDocument,
  type SiteCohort,
  tryRelease,
} from '../../../../lib/sharing/index.ts';
import { chiSquare } from '../../../../lib/stats/index.ts';
import { frameOfColumns } from '../../../../tools/sites/frame.ts';
import { worldOf } from '../../../../tools/sites/world.ts';
import { demoFrame } from '../../analyses/asking.ts';
import { ASK, lungAt, resultOf } from './lung.ts';

const READ: SiteCohort = siteOf('tcga-read');
const CRLM: SiteCohort = siteOf('crlm-tcia');

function siteOf(name: 'tcga-read' | 'crlm-tcia'): SiteCohort {
  const frame = demoFrame(name);
  return { name, frame, keys: Array.from({ length: frame.rows }, (_, row) => `${name} ${row}`) };
}

const portsOf = () => worldOf(['north', 'south']).ports['north']!;

describe('A release of a scan', () => {
  const SCAN = { analysis: 'association-scan', endpoint: 'os', minAltered: 25 };

  it('holds a score a gene of those whom its panel covers, by which the test of the result is had', async () => {
    const result = await resultOf(READ, SCAN);
    const { release } = await tryRelease(result, READ, ASK, portsOf());
    const tested = new Map(
      result.findings.tables.find(({ id }) => id === 'genes')!.rows.map((row) => [row['gene'], row['p']]),
    );
    expect(release.scores!.length).toBe(tested.size);
    expect(release.scores!.map(({ gene }) => gene)).toEqual([...tested.keys()].sort());
    for (const { gene, u, v, carriers } of release.scores!) {
      expect(carriers).toBeGreaterThanOrEqual(25);
      expect(chiSquare.upper((u * u) / v, 1)).toBeCloseTo(tested.get(gene) as number, 8);
    }
  });

  it('is refused where it has more genes than a third of the patients, and where it has thousands', async () => {
    const ports = portsOf();
    await ports.records.reserve('earlier', [
      { cohort: READ.name, study: 'earlier', of: 'os', mode: 'open', statistics: 40 },
    ]);
    const { verdicts } = await tryRelease(await resultOf(READ, SCAN), READ, ASK, ports);
    expect(verdicts.filter(({ holds }) => !holds).map(({ rule }) => rule)).toEqual(['ledger']);
    const all = await resultOf(READ, { ...SCAN, minAltered: 2 });
    await expect(tryRelease(all, READ, ASK, ports)).rejects.toMatchObject({ code: 'not-released' });
  });
});

describe('A release of a prediction', () => {
  const PREDICTION = { analysis: 'prediction', endpoint: 'os', covariates: ['age', 'sex'], bootstrap: 0 };

  it('holds a model that is whole by its own digest, with a baseline at edges between which none or five had the event', async () => {
    const result = await resultOf(CRLM, PREDICTION);
    const { release } = await tryRelease(result, CRLM, ASK, portsOf());
    const { prediction } = release;
    expect(() => checkModel(prediction!, '')).not.toThrow();
    expect(prediction!.cohort).toEqual({ name: 'north', title: 'a cohort of north' });
    const { baseline, terms } = prediction!.model;
    const before = result.findings.model!;
    expect(terms).toEqual(before.terms);
    const kept = new Set(before.baseline.map(({ time }) => time));
    expect(baseline.every(({ time }) => kept.has(time))).toBe(true);
    expect(baseline.length).toBeLessThan(before.baseline.length);
    const { time, event } = CRLM.frame.endpoint('os', '');
    baseline.forEach(({ time: edge }, i) => {
      const from = i === 0 ? 0 : baseline[i - 1]!.time;
      for (const of of [0, 1]) {
        const count = [...time].filter((at, row) => event[row] === of && at > from && at <= edge).length;
        expect(count === 0 || count >= 5).toBe(true);
      }
    });
    expect(prediction!.model.performance.map(({ measure }) => measure)).toEqual(['Concordance (C)']);
  });

  it('is refused where a spline bends at quantiles, and where nothing was made', async () => {
    const bent = await resultOf(CRLM, { ...PREDICTION, covariates: [{ of: 'age', knots: 4 }, 'sex'] });
    await expect(tryRelease(bent, CRLM, ASK, portsOf())).rejects.toMatchObject({ code: 'not-released' });
    const { model: _, ...findings } = bent.findings;
    await expect(tryRelease({ ...bent, findings }, CRLM, ASK, portsOf())).rejects.toMatchObject({
      code: 'not-released',
    });
  });
});

describe('A release of a table', () => {
  it('by groups of which one is too small is refused', async () => {
    const cohort = lungAt('centre');
    const result = await resultOf(cohort, { analysis: 'table-one', by: 'ecog == 3', variables: ['age'] });
    const { verdicts } = await tryRelease(result, cohort, ASK, portsOf());
    expect(verdicts.filter(({ holds }) => !holds).map(({ rule }) => rule)).toContain('levels');
  });
});

describe('A mean that but few make', () => {
  it('is held back: a truth that is written as a number counts who has it', async () => {
    const cohort = lungAt('centre');
    const columns = { patient: [...cohort.keys], flag: cohort.keys.map((_, i) => (i === 7 ? 1 : 0)) };
    const yaml = `title: T\ntables: [{ match: patients.csv, rows: patient, patient: patient, columns: { flag: { type: number } } }]\n`;
    const flagged: SiteCohort = { name: 'lung', ...frameOfColumns(yaml, columns) };
    const result = await resultOf(flagged, { analysis: 'table-one', variables: ['flag'] });
    const { release } = await tryRelease(result, flagged, ASK, portsOf());
    expect(release.table!.variables).toEqual([{ title: 'flag', groups: [null] }]);
    expect(release.withheld[0]).toEqual({ what: 'table: cells of flag', rule: 'k' });
  });

  it('is of no expression', async () => {
    const cohort = lungAt('north');
    const result = await resultOf(cohort, { analysis: 'table-one', variables: ['age > 80'] });
    await expect(tryRelease(result, cohort, ASK, portsOf())).rejects.toMatchObject({ code: 'not-released' });
  });
});

describe('A release with names made to break what shows it', () => {
  it('is a document like any other, and its page holds them as text', async () => {
    const cohort = lungAt('north');
    const result = await resultOf(cohort, { analysis: 'survival', endpoint: 'os', by: 'female' });
    const hostile = '<script>alert(1)</script>';
    const titled = { ...result, findings: { ...result.findings, title: `${hostile} \u202E __proto__` } };
    const waivers = [{ rule: 'grid', says: hostile }];
    const { release } = await tryRelease(titled, cohort, { ...ASK, waivers }, portsOf());
    const { renderHtml, renderSvg } = await import('../../../../lib/render/index.ts');
    const document = releaseDocument(release);
    for (const page of [renderHtml(document), renderSvg(document)]) expect(page).not.toContain('<script>');
    expect(documentDigest(Release.parse(JSON.parse(JSON.stringify(release))))).toBe(documentDigest(release));
  });

  it('is refused by its form where it has a field that none has', () => {
    const release = { type: 'release/1', owner: 'north', receiver: 'south', patients: ['a'] };
    expect(Release.safeParse(release).success).toBe(false);
  });
});
