import { beforeAll, describe, expect, it } from 'vitest';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { type Findings, ModelDocument, modelDocument } from '../../../lib/result/index.ts';
import { hazardInTheLarge, riskInTheLarge } from '../../../lib/stats/index.ts';
import { ask, codes, row, rowsOf } from './asking.ts';
import { refusalOf } from './findings.ts';
import { simulatedFrame } from './simulated.ts';
import { TRUTH } from './truth.ts';

const DERIVED = `derived: { heavy: lncea >= 3, weight: { score: { heavy: 1, ehd: 2 } } }\n`;
const here = () => simulatedFrame(DERIVED, (each) => (Number(each['site']) <= 2 ? each : undefined));
const there = (rest = DERIVED, columns?: Readonly<Record<string, string>>) =>
  simulatedFrame(rest, (each) => (Number(each['site']) > 2 ? each : undefined), columns);

async function documentOf(frame: CohortFrame, request: Readonly<Record<string, unknown>>): Promise<ModelDocument> {
  const findings = await ask(frame, { analysis: 'prediction', endpoint: 'os', bootstrap: 0, ...request });
  const document = modelDocument({
    id: '1'.repeat(64),
    engine: 'signet/test',
    cohort: { name: 'here', title: 'Here' },
    frame: { digest: 'made here' },
    findings,
  })!;
  return ModelDocument.parse(JSON.parse(JSON.stringify(document)));
}

/** A document with something else in it, and the digest that belongs to that. */
function changed(document: ModelDocument, change: (model: ModelDocument['model']) => void): ModelDocument {
  const model = structuredClone(document.model);
  change(model);
  const { id, engine, cohort, frame } = document;
  return modelDocument({ id, engine, cohort, frame: { digest: frame }, findings: { model } })!;
}

const NUMBERS = ['age', 'ehd', 'lncea'];

describe('A model of two sites, judged in the others', () => {
  let document: ModelDocument;
  let findings: Findings;
  const given = TRUTH.validation;
  beforeAll(async () => {
    document = await documentOf(here(), { covariates: NUMBERS });
    findings = await ask(there(), { analysis: 'validate', model: document });
  });

  it('has the baseline on a grid that basehaz gives, and the mean predictor as its centre', () => {
    expect(document.model.centre).toAgree(given['centre'], 1e-7);
    expect(document.model.baseline.map(({ time }) => time)).toEqual(given.grid);
    expect(document.model.baseline.map(({ survival }) => survival)).toAgree(given.baseline, 1e-7);
  });

  it('has the concordance, slope and calibration in the large that R gives', () => {
    expect(findings.counts.used).toBe(given['n']);
    expect(row(findings, 'performance', { measure: 'Concordance (C)' })['value']).toAgree(given['concordance'], 1e-9);
    expect(row(findings, 'performance', { measure: 'Calibration slope' })['value']).toAgree(given['slope'], 1e-7);
    const [large] = rowsOf(findings, 'calibration-in-the-large');
    expect([large!['observed'], large!['expected'], large!['intercept'], large!['standard_error']]).toAgree(
      [given['observed'], given['expected'], given['intercept'], given['se']],
      1e-6,
    );
  });

  it('shows calibration, decision curve and accuracy in time, and fits nothing', () => {
    expect(findings.figures.map(({ id }) => id)).toEqual(['calibration', 'decision-curve', 'accuracy']);
    expect(rowsOf(findings, 'performance')[0]).not.toHaveProperty('corrected');
    expect(findings.method[0]).toContain('judged as it is');
    expect(codes(findings)).toEqual([]);
  });

  it('holds no row of a patient: neither times of events nor values', () => {
    const text = JSON.stringify(document);
    const frame = here();
    const { time } = frame.endpoint('os', '');
    expect([...time].filter((t) => t % 3 !== 0 && text.includes(String(t)))).toEqual([]);
    expect(Object.keys(document.model).sort()).toEqual([
      'baseline',
      'candidates',
      'centre',
      'events',
      'horizon',
      'intercept',
      'method',
      'outcome',
      'patients',
      'performance',
      'terms',
      'title',
      'variables',
    ]);
  });

  it('is worth to its own patients what the prediction said', async () => {
    const made = await ask(here(), { analysis: 'prediction', endpoint: 'os', bootstrap: 0, covariates: NUMBERS });
    const again = await ask(here(), { analysis: 'validate', model: document });
    const value = (of: Findings, measure: string) => row(of, 'performance', { measure })['value'];
    for (const measure of ['Concordance (C)', 'Calibration slope', 'AUC at the horizon', 'Brier score at the horizon'])
      expect(value(again, measure)).toAgree(value(made, measure), 1e-9);
  });
});

describe('A model document', () => {
  it.each([
    [
      'splines and levels',
      [
        { of: 'lncea', knots: 4 },
        { of: 'site', as: 'levels' },
        { of: 'age', per: 10 },
      ],
    ],
    ['a product of two', ['age', 'ehd', { interaction: ['age', 'ehd'] }]],
  ])('gives back the predictor of %s', async (_, covariates) => {
    const document = await documentOf(here(), { covariates });
    const made = await ask(here(), { analysis: 'prediction', endpoint: 'os', bootstrap: 0, covariates });
    const again = await ask(here(), { analysis: 'validate', model: document });
    expect(rowsOf(again, 'accuracy-at').map(({ area, brier }) => [area, brier])).toAgree(
      rowsOf(made, 'accuracy-at').map(({ area, brier }) => [area, brier]),
      1e-9,
    );
  });

  it('says how a derived variable is made, so that a site that doesn’t derive it can apply it', async () => {
    const document = await documentOf(here(), { covariates: ['heavy', 'weight'] });
    expect(document.model.variables.map(({ cel }) => cel)).toEqual([
      'lncea >= 3',
      '(((lncea >= 3)) ? 1 : 0) + ((ehd) ? 2 : 0)',
    ]);
    const with_ = await ask(there(), { analysis: 'validate', model: document });
    const without = await ask(there(''), { analysis: 'validate', model: document });
    expect(rowsOf(without, 'performance')).toEqual(rowsOf(with_, 'performance'));
    const other = await ask(there('derived: { heavy: lncea >= 4, weight: age }\n'), {
      analysis: 'validate',
      model: document,
    });
    expect(codes(other).filter((code) => code === 'other-derivation')).toHaveLength(2);
  });

  it('of a binary outcome is judged with its intercept', async () => {
    const frame = here();
    const asked = { analysis: 'prediction', outcome: 'converted', covariates: NUMBERS, bootstrap: 0 };
    const made = await ask(frame, asked);
    const document = modelDocument({
      id: '2'.repeat(64),
      engine: 'e',
      cohort: { name: 'h', title: 'H' },
      frame: { digest: 'made here' },
      findings: made,
    })!;
    const own = await ask(frame, { analysis: 'validate', model: document });
    expect(rowsOf(own, 'calibration-in-the-large')[0]!['intercept']).toBeCloseTo(0, 9);
    expect(rowsOf(own, 'performance').map(({ value }) => value)).toAgree(
      rowsOf(made, 'performance').map(({ value }) => value),
      1e-9,
    );
  });

  describe('is refused at its place', () => {
    let document: ModelDocument;
    beforeAll(async () => {
      document = await documentOf(here(), { covariates: NUMBERS });
    });
    const refusal = (model: ModelDocument, more: object = {}, frame = there()) =>
      refusalOf(ask(frame, { analysis: 'validate', model, ...more }));

    it('where it was altered', async () => {
      const altered = { ...document, model: { ...document.model, centre: 0 } };
      expect(await refusal(altered)).toEqual(['altered-model', '/model/content']);
    });

    it('where a variable isn’t there, unless the request says what it is called', async () => {
      const model = changed(document, ({ variables }) => {
        variables[0]!.name = 'years';
      });
      expect(await refusal(model)).toEqual(['variable-missing', '/model/model/variables/0/name']);
      const mapped = await ask(there(), { analysis: 'validate', model, variables: { years: 'age' } });
      expect(mapped.counts.used).toBe(82);
      expect(await refusal(model, { variables: { age: 'age' } })).toEqual(['unknown-variable', '/variables/age']);
    });

    it('where its unit, kind or levels are others', async () => {
      const unit = changed(document, ({ variables }) => {
        variables[0]!.unit = 'months';
      });
      expect(await refusal(unit)).toEqual(['unit-mismatch', '/model/model/variables/0/unit']);
      const kind = changed(document, ({ variables }) => {
        variables[1] = { name: 'ehd', label: 'ehd', kind: 'number', says: '' };
      });
      expect(await refusal(kind)).toEqual(['kind-mismatch', '/model/model/variables/1/kind']);
      const levels = changed(document, ({ variables }) => {
        variables[1]!.levels = ['absent', 'present'];
      });
      expect(await refusal(levels)).toEqual(['levels-mismatch', '/model/model/variables/1/levels']);
    });

    it('where another kind of outcome, or a time beyond its baseline, is asked for', async () => {
      expect(await refusal(document, { outcome: 'converted' })).toEqual(['other-outcome', '/outcome']);
      expect(await refusal(document, { horizon: 500 })).toEqual(['beyond-the-baseline', '/horizon']);
    });
  });

  it('warns where it is of these very patients, or of another time zero', async () => {
    const document = await documentOf(here(), { covariates: NUMBERS });
    const own = modelDocument({ ...document, frame: { digest: 'd' }, findings: { model: document.model } })!;
    expect(codes(await ask(here(), { analysis: 'validate', model: own }))).toContain('own-patients');
    const other = changed(document, ({ outcome }) => {
      outcome.origin = 'diagnosis';
    });
    expect(codes(await ask(there(), { analysis: 'validate', model: other }))).toEqual(['other-origin']);
  });

  it('warns where other alterations qualify, in whatever order their rules are written', async () => {
    const document = await documentOf(here(), { covariates: NUMBERS });
    const { qualifying } = there().definition;
    const of = (rules: object) => changed(document, (model) => Object.assign(model, { qualifying: rules }));
    const turned = Object.fromEntries(Object.entries(qualifying).reverse());
    expect(codes(await ask(there(), { analysis: 'validate', model: of(turned) }))).toEqual([]);
    expect(codes(await ask(there(), { analysis: 'validate', model: of({ ...qualifying, minVaf: 0.9 }) }))).toEqual([
      'other-alterations-qualify',
    ]);
  });
});

describe('Calibration in the large', () => {
  it('has no estimate without an event, or where all have the outcome', () => {
    expect(hazardInTheLarge(Uint8Array.of(0, 0), Float64Array.of(1, 2))).toMatchObject({ problem: 'no events' });
    expect(riskInTheLarge(Uint8Array.of(1, 1), Float64Array.of(0, 1))).toMatchObject({ problem: 'one class' });
  });

  it('is 0 where as many have the outcome as risks expect', () => {
    const close = { ok: true, intercept: expect.closeTo(0, 12) };
    expect(riskInTheLarge(Uint8Array.of(0, 1), Float64Array.of(0, 0))).toMatchObject(close);
    expect(hazardInTheLarge(Uint8Array.of(1, 1), Float64Array.of(0.5, 1.5))).toMatchObject(close);
  });
});
