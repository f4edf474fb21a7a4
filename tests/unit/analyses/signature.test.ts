import { beforeAll, describe, expect, it } from 'vitest';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import type { Findings, NomogramFigure } from '../../../lib/result/index.ts';
import { alteration, frameOf } from '../cohort/read.ts';
import { ask, codes, demoFrame, row, rowsOf } from './asking.ts';
import { refusalOf } from './findings.ts';
import { simulatedFrame } from './simulated.ts';
import { TRUTH } from './truth.ts';

const { candidates, lambda, beta } = TRUTH.lasso;
const SETS = `plan: { sets: { some: [${candidates.slice(0, 6).join(', ')}] } }\n`;
const SIGNATURE = {
  analysis: 'prediction',
  endpoint: 'os',
  candidates: ['some', ...candidates.slice(6)],
  folds: 5,
  repeats: 3,
  bootstrap: 6,
  stability: 12,
  against: ['ecog', 'nmet'],
};

describe('A signature of simulated patients', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await ask(simulatedFrame(SETS), SIGNATURE);
  });

  it('has the coefficients that glmnet has at the penalty chosen', () => {
    const chosen = Number(rowsOf(findings, 'penalty')[0]!['lambda']);
    const at = lambda.findIndex((each) => Math.abs(each - chosen) <= 1e-6 * chosen);
    expect(at).toBeGreaterThan(0);
    const found = new Map(rowsOf(findings, 'signature').map((each) => [String(each['candidate']).split(':')[0], each]));
    expect(candidates.map((name) => found.get(name)?.['coefficient'] ?? 0)).toAgree(
      beta.map((path) => path[at]),
      1e-5,
    );
    expect(found.size).toBeGreaterThan(14);
    expect(rowsOf(findings, 'penalty')[0]).toMatchObject({ alpha: 1, folds: 5, repeats: 3 });
  });

  it('tells how often each candidate is chosen in halves and in bootstrap samples', () => {
    const rows = rowsOf(findings, 'signature');
    for (const each of rows) {
      expect(Number(each['selected']) * 12).toBeCloseTo(Math.round(Number(each['selected']) * 12), 9);
      expect(each['positive']).toBeLessThanOrEqual(Number(each['selected']));
      expect(Number(each['kept']) * 6).toBeCloseTo(Math.round(Number(each['kept']) * 6), 9);
    }
    const mean = (kept: string) => {
      const some = rows.filter((each) => each['in_signature'] === kept);
      return some.reduce((sum, each) => sum + Number(each['selected']), 0) / some.length;
    };
    expect(mean('in')).toBeGreaterThan(mean('out'));
  });

  it('is corrected for optimism, and held against scores on the same patients', () => {
    const [concordance] = rowsOf(findings, 'performance');
    expect(concordance!['corrected']).toBeLessThan(Number(concordance!['value']));
    const rows = rowsOf(findings, 'against');
    const [model, ...scores] = rows;
    for (const score of scores) {
      expect(score['difference']).toBeCloseTo(Number(model!['concordance']) - Number(score['concordance']), 12);
      expect(score['difference_corrected']).toBeCloseTo(Number(model!['corrected']) - Number(score['concordance']), 12);
      expect(Number(score['difference_low'])).toBeLessThan(Number(score['difference']));
      const width = (key: string) => Number(score[`${key}_high`]) - Number(score[`${key}_low`]);
      expect(width('difference_corrected')).toBeCloseTo(width('difference'), 12);
    }
    expect(rows.map(({ predictor }) => predictor)).toEqual(['The model', 'ecog', 'nmet']);
    expect(rows[0]!['concordance']).toAgree(concordance!['value']);
    expect(rows[0]!['corrected']).toAgree(concordance!['corrected']);
    expect(rows[1]!['corrected_why']).toBe('not made here');
  });

  it('has pictures of its nomogram and of what it is held against', () => {
    const ids = findings.figures.map(({ id }) => id);
    expect(ids).toEqual([
      'calibration',
      'decision-curve',
      'accuracy',
      'against-accuracy',
      'against-decision-curve',
      'nomogram',
    ]);
    const nomogram = findings.figures.at(-1) as NomogramFigure;
    const kept = rowsOf(findings, 'signature').filter((each) => each['in_signature'] === 'in');
    expect(nomogram.axes).toHaveLength(kept.length);
    const totals = nomogram.risks.map(({ total }) => total);
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
  });

  it('is the same for the same seed, and another for another', async () => {
    const small = { ...SIGNATURE, repeats: 2, bootstrap: 2, stability: 3 };
    const [one, same, other] = await Promise.all(
      [3, 3, 4].map((seed) => ask(simulatedFrame(SETS), { ...small, seed })),
    );
    expect(one).toEqual(same);
    expect(rowsOf(one!, 'penalty')).not.toEqual(rowsOf(other!, 'penalty'));
  });

  it('never has as a candidate what is known only after time zero', async () => {
    const asked = ask(simulatedFrame(SETS), { ...SIGNATURE, candidates: ['some', 'exposure'] });
    expect(await refusalOf(asked)).toEqual(['group-known-later', '/candidates/1']);
  });

  it('says so where the penalty keeps nothing', async () => {
    const noise = await ask(simulatedFrame(), {
      ...SIGNATURE,
      candidates: ['g005', 'g006'],
      against: undefined,
      choose: 'one-error',
    });
    expect(codes(noise)).toContain('nothing-kept');
    expect(noise.model!.terms).toEqual([]);
  });
});

describe('A signature of few events and many genes', () => {
  it('has a model whatever the folds, though at the last penalties one near a monotone likelihood does not settle', async () => {
    const asked = {
      analysis: 'prediction',
      endpoint: 'os',
      candidates: ['age', 'advanced', 'genes'],
      minShare: 0.1,
      bootstrap: 0,
    };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const findings = await ask(demoFrame('tcga-read'), { ...asked, seed });
      expect(codes(findings)).not.toContain('no-model');
    }
  });
});

const panel = (id: string, genes: readonly string[], coveredMb: number) => ({
  rows: [],
  facts: [{ panels: [{ id, genes: genes.map((symbol) => ({ symbol })), coveredMb }] }],
});

/** Forty patients: half sequenced with a panel of A, B, C, half with one of A, B only. */
function twoPanels(): CohortFrame {
  const people = Array.from({ length: 40 }, (_, i) => `p${String(i).padStart(2, '0')}`);
  const carries: Readonly<Record<string, (i: number) => boolean>> = {
    A: (i) => i % 3 === 0,
    B: (i) => i === 7,
    C: (i) => i < 20 && i % 2 === 0,
    D: (i) => i % 3 === 0,
  };
  const rows = people.flatMap((who, i) =>
    Object.entries(carries).flatMap(([gene, has], g) =>
      has(i) ? [alteration(`${who}-s`, gene, { line: 4 * i + g + 2 })] : [],
    ),
  );
  const line = (who: string, i: number) =>
    `${who},${10 + ((i * 7) % 31)},${i % 4 === 0 ? 0 : 1},${(i * 13) % 40},${i % 5}`;
  const yaml = `title: Panels
tables:
  - { match: a.csv, rows: patient, patient: id, columns: { t: { type: duration, unit: months }, dead: boolean, age: number, score: integer } }
  - { match: s.csv, name: specimens, rows: specimen, patient: id, specimen: specimen, panel: panel, columns: {} }
alterations: [{ match: m.maf, specimen: Tumor_Sample_Barcode, covers: listed, build: GRCh37 }]
qualifying: { filters: any, minVaf: 0 }
derived: { carries_c: 'altered("C")' }
endpoints: { os: { origin: start, time: t, event: dead } }
criteria: [{ id: 1, says: score 1 or more, cel: score >= 1 }]
`;
  return frameOf(yaml, {
    'a.csv': `id,t,dead,age,score\n${people.map(line).join('\n')}\n`,
    's.csv': `id,specimen,panel\n${people.map((who, i) => `${who},${who}-s,${i < 20 ? 'large' : 'small'}`).join('\n')}\n`,
    'm.maf': { rows },
    'panels/large.json': panel('large', ['A', 'B', 'C', 'D'], 1),
    'panels/small.json': panel('small', ['A', 'B', 'D'], 0.4),
  }).frame;
}

describe('Candidates of patients sequenced with two panels', () => {
  const asked = { analysis: 'prediction', endpoint: 'os', times: [20], folds: 4, bootstrap: 0, minShare: 0.05 };

  it('are the genes that both cover and enough carry, each once', async () => {
    const findings = await ask(twoPanels(), {
      ...asked,
      candidates: ['age', 'genes', 'carries_c', 'tmb'],
      against: ['score'],
    });
    expect(
      rowsOf(findings, 'signature')
        .map((each) => String(each['candidate']).split(':')[0])
        .sort(),
    ).toEqual(['A', 'age']);
    const why = new Map(rowsOf(findings, 'candidates-left-out').map(({ reason, names }) => [names, reason]));
    expect(why.get('C')).toBe('not every panel covers it');
    expect(why.get('B')).toBe('carried by fewer than 5% of the patients');
    expect(why.get('D')).toBe('says the same of every patient as A');
    expect([...why.values()].filter((reason) => String(reason).startsWith('not every panel'))).toHaveLength(3);
  });

  it('print the range of a score that eligibility narrowed beside that in all', async () => {
    const findings = await ask(twoPanels(), { ...asked, candidates: ['age', 'genes'], against: ['score'] });
    expect(row(findings, 'against', { predictor: 'score' })).toMatchObject({ range: '1 to 4', range_all: '0 to 4' });
    expect(findings.tables.find(({ id }) => id === 'against')!.notes.join(' ')).toContain('step 1 (score 1 or more)');
  });

  it('are refused where none is left', async () => {
    expect(await refusalOf(ask(twoPanels(), { ...asked, candidates: ['carries_c'] }))).toEqual([
      'no-candidate',
      '/candidates',
    ]);
  });
});
