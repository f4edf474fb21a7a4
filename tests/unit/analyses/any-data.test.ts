import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderSvg } from '../../../lib/render/index.ts';
import type { Findings } from '../../../lib/result/index.ts';
import { figuresOnly } from '../render/documents.ts';
import { faultsOf } from '../render/well-formed.ts';
import { ask, tableFrame } from './asking.ts';

/** A patient: month, event, month of entry, a number, a boolean, a category; a cell may be empty. */
const patient = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 9 }), { freq: 12 }),
  fc.option(fc.integer({ min: 0, max: 1 }), { freq: 12 }),
  fc.option(fc.integer({ min: 0, max: 3 }), { freq: 12 }),
  fc.option(fc.constantFrom(0, 1, 2, 3, 1e8, -1e-8), { freq: 6 }),
  fc.option(fc.integer({ min: 0, max: 1 }), { freq: 6 }),
  fc.option(fc.constantFrom('u', 'v', 'w'), { freq: 6 }),
);
const cohort = fc.array(patient, { minLength: 1, maxLength: 25 });

function frameOf(patients: readonly (readonly (string | number | null)[])[]) {
  const months = 'type: duration, unit: months';
  return tableFrame(
    `t: { ${months} }, dead: boolean, seen: { ${months} }, x: { type: number }, b: boolean, c: { type: category }`,
    'endpoints: { os: { origin: diagnosis, time: t, event: dead } }\n',
    [
      'row_id,t,dead,seen,x,b,c',
      ...patients.map((cells, i) => [`p${i}`, ...cells.map((cell) => cell ?? '')].join(',')),
    ].join('\n'),
  );
}

/** Every number that a table promises and doesn't have has a reason beside it; an interval holds its estimate; pictures can be drawn. */
function expectHonest({ tables, figures, counts }: Findings): void {
  const excluded = counts.excluded.reduce((sum, { patients }) => sum + patients, 0);
  expect(counts.used + excluded).toBe(counts.patients);
  for (const { id, columns, rows } of tables) {
    for (const row of rows) {
      for (const { key, format, low, high, why } of columns) {
        const value = row[key];
        if (format === 'p' && typeof value === 'number') {
          expect(value, `${id}.${key}`).toBeGreaterThan(0);
          expect(value, `${id}.${key}`).toBeLessThanOrEqual(1 + 1e-12);
        }
        if (value === null && why !== undefined) expect(row[why], `${id}.${key} without a reason`).not.toBe('');
        const [from, to] = [low === undefined ? null : row[low], high === undefined ? null : row[high]];
        if (typeof value !== 'number') continue;
        if (typeof from === 'number') expect(from).toBeLessThanOrEqual(value * (1 + 1e-9) + 1e-300);
        if (typeof to === 'number') expect(to).toBeGreaterThanOrEqual(value * (1 - 1e-9));
      }
    }
  }
  for (const figure of figures) {
    expect(figure.alt).not.toMatch(/NaN|undefined|Infinity/);
    const svg = renderSvg(figuresOnly([figure]));
    expect(faultsOf(svg)).toEqual([]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  }
}

const QUESTIONS = [
  { analysis: 'survival', endpoint: 'os', by: 'c', strata: ['b'], adjust: ['x'], entry: 'seen' },
  { analysis: 'survival', endpoint: 'os', by: 'b' },
  { analysis: 'cox', endpoint: 'os', covariates: ['x', 'b', 'c'], bootstrap: 5 },
  {
    analysis: 'cox',
    endpoint: 'os',
    covariates: ['b', 'c', { interaction: ['b', 'c'] }],
    entry: 'seen',
    ties: 'breslow',
    bootstrap: 5,
  },
  { analysis: 'cox', endpoint: 'os', covariates: ['x', 'c'], strata: ['b'], penalty: 'firth', bootstrap: 0 },
  { analysis: 'cox', endpoint: 'os', covariates: [{ of: 'x', knots: 3 }], robust: true, bootstrap: 5 },
  { analysis: 'cox', endpoint: 'os', covariates: ['b', 'x'], interval: 'profile', bootstrap: 0 },
  { analysis: 'logistic', outcome: 'b', covariates: ['x', 'c'], bootstrap: 5 },
  { analysis: 'logistic', outcome: 'dead', covariates: ['b', 'c'], interval: 'profile', bootstrap: 0 },
  { analysis: 'logistic', outcome: 'dead', covariates: ['b', { of: 'x', knots: 3 }], penalty: 'firth', bootstrap: 0 },
  { analysis: 'group-comparison', by: 'c', variables: ['x', 'b', 't'], summary: 'both' },
  { analysis: 'group-comparison', by: 'b', variables: ['x', 'c', 'dead'], summary: 'mean', adjustment: 'holm' },
];

describe('Of any data an answer is honest', () => {
  it.each(QUESTIONS.map((question) => [JSON.stringify(question), question] as const))('%s', async (_, question) => {
    await fc.assert(
      fc.asyncProperty(cohort, async (patients) => {
        const answer = await ask(frameOf(patients), question).catch((error: unknown) => error);
        if (answer instanceof Error)
          expect(answer).toMatchObject({ code: expect.stringMatching(/^(nothing-to-analyse|outcome-not-binary)$/) });
        else expectHonest(answer as Findings);
      }),
      { numRuns: 100 },
    );
  });
});
