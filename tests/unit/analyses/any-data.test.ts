import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, tableFrame } from './asking.ts';
import { expectHonest } from './honest.ts';

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
  { analysis: 'logistic', outcome: 'dead', univariable: ['x', 'b', 'c'], adjust: ['x', 'c'], bootstrap: 0 },
  { analysis: 'logistic', outcome: 'b', adjust: ['x', 'c'], impute: 3, bootstrap: 0 },
  { analysis: 'table-one', by: 'c', variables: ['x', 'b', 't', 'dead'] },
  { analysis: 'table-one', variables: ['x', 'c'], summary: 'mean', levelTest: 'fisher' },
  { analysis: 'table-one', by: 'b', variables: ['dead', 'c'], levelTest: 'yates' },
  { analysis: 'group-comparison', by: 'c', variables: ['x', 'b', 't'], summary: 'both' },
  { analysis: 'group-comparison', by: 'b', variables: ['x', 'c', 'dead'], summary: 'mean', adjustment: 'holm' },
];

/** Once found wanting: one patient with the outcome, of whom the c-statistic has no variance. */
const THREE = [
  [null, null, null, 3, 0, 'u'],
  [null, null, null, 1, 1, 'u'],
  [null, null, null, 0, 0, 'u'],
] as typeof cohort extends fc.Arbitrary<infer Patients> ? Patients : never;

describe('Of any data an answer is honest', () => {
  it.each(QUESTIONS.map((question) => [JSON.stringify(question), question] as const))('%s', async (_, question) => {
    await fc.assert(
      fc.asyncProperty(cohort, async (patients) => {
        const answer = await ask(frameOf(patients), question).catch((error: unknown) => error);
        if (answer instanceof Error)
          expect(answer).toMatchObject({ code: expect.stringMatching(/^(nothing-to-analyse|outcome-not-binary)$/) });
        else expectHonest(answer as Findings);
      }),
      { numRuns: 100, examples: [[THREE]] },
    );
  });
});
