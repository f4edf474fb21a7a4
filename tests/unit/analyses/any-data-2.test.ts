import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../lib/result/index.ts';
import { ask, tableFrame } from './asking.ts';
import { expectHonest } from './honest.ts';

/** A patient: month and event of relapse, month and event of death, month of entry, a number, a boolean, a category; a cell may be empty. */
const patient = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 9 }), { freq: 12 }),
  fc.option(fc.integer({ min: 0, max: 1 }), { freq: 12 }),
  fc.option(fc.integer({ min: 0, max: 12 }), { freq: 12 }),
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
    `t: { ${months} }, relapsed: boolean, u: { ${months} }, dead: boolean, seen: { ${months} }, x: { type: number }, b: boolean, c: { type: category }`,
    `endpoints:
  os: { origin: surgery, time: u, event: dead }
  relapse: { origin: surgery, time: t, event: relapsed, competing: [{ event: dead, time: u, label: Death }] }
  alone: { origin: surgery, time: t, event: relapsed }
`,
    [
      'row_id,t,relapsed,u,dead,seen,x,b,c',
      ...patients.map((cells, i) => [`p${i}`, ...cells.map((cell) => cell ?? '')].join(',')),
    ].join('\n'),
  );
}

const STATES = { analysis: 'multistate', intermediate: 'alone', terminal: 'os' };
const QUESTIONS = [
  { analysis: 'competing-risks', endpoint: 'relapse', by: 'c', covariates: ['x', 'b'], times: [2, 5] },
  { analysis: 'competing-risks', endpoint: 'alone', competing: ['os'], by: 'b', strata: ['c'], entry: 'seen' },
  { ...STATES, by: 'c', covariates: ['x'], times: [2, 5] },
  { ...STATES, landmark: 2, entry: 'seen', times: [4] },
  { analysis: 'prediction', endpoint: 'os', covariates: ['x', 'c'], bootstrap: 5, times: [3, 6] },
  { analysis: 'prediction', outcome: 'dead', covariates: ['x', 'c'], bootstrap: 5 },
  {
    analysis: 'prediction',
    endpoint: 'os',
    score: { terms: [{ of: 'b', coefficient: 0.4 }], baseline: [{ time: 4, survival: 0.7 }] },
  },
  { analysis: 'meta', own: { endpoint: 'os', of: 'b', by: 'c', adjust: ['x'] } },
  { analysis: 'meta', own: { outcome: 'dead', of: 'b' }, studies: [{ name: 'z', ratio: 2, low: 1, high: 4 }] },
  { analysis: 'subgroups', endpoint: 'os', of: 'b', subgroups: ['c', 'x > 1'], strata: ['c'] },
  { analysis: 'subgroups', outcome: 'dead', of: 'x', subgroups: ['c', 'b'], adjust: ['b'] },
  { analysis: 'survival', endpoint: 'os', by: 'b', tests: ['max-combo', { rho: 1 }], times: [3, 8] },
];

describe('Of any data an answer is honest', () => {
  it.each(QUESTIONS.map((question) => [JSON.stringify(question), question] as const))('%s', async (_, question) => {
    await fc.assert(
      fc.asyncProperty(cohort, async (patients) => {
        const answer = await ask(frameOf(patients), question).catch((error: unknown) => error);
        if (answer instanceof Error)
          expect(answer).toMatchObject({
            code: expect.stringMatching(/^(nothing-to-analyse|outcome-not-binary|not-one-effect|not-a-score-term)$/),
          });
        else expectHonest(answer as Findings);
      }),
      { numRuns: 40 },
    );
  });
});
