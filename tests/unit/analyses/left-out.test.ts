import { describe, expect, it } from 'vitest';
import { ask, row, rowsOf, tableFrame } from './asking.ts';

/** Ten patients; of two who are older than the others (70 against 60) the size is missing. */
const FRAME = tableFrame(
  'age: number, size: number, os_months: { type: duration, unit: months }, died: boolean, converted: boolean',
  'endpoints: { os: { origin: diagnosis, time: os_months, event: died, competing: converted } }\n',
  `row_id,age,size,os_months,died,converted
a,58,3,11,yes,no
b,59,5,12,no,yes
c,60,2,13,yes,no
d,61,4,14,no,yes
e,62,6,15,no,no
f,58,3,16,yes,no
g,60,7,17,no,yes
h,62,5,18,yes,no
i,69,,19,no,yes
j,71,,20,yes,no`,
);

describe('Who is left out for a missing value is set beside who is analysed', () => {
  it.each([
    [
      'of regressions with competing events',
      { analysis: 'competing-risks', endpoint: 'os', covariates: ['age', 'size'] },
    ],
    ['of Cox regression', { analysis: 'cox', endpoint: 'os', covariates: ['age', 'size'], bootstrap: 0 }],
    ['of a prediction model', { analysis: 'prediction', endpoint: 'os', covariates: ['age', 'size'], bootstrap: 0 }],
  ])('%s', async (_, request) => {
    const findings = await ask(FRAME, request);
    expect(row(findings, 'left-out-characteristics', { covariate: 'age' })).toMatchObject({
      n: 8,
      value: 60,
      n_left: 2,
      value_left: 70,
    });
    expect(row(findings, 'left-out-characteristics', { covariate: 'size' })).toMatchObject({
      n_left: 0,
      value_left: null,
    });
  });

  it('and nobody is where nothing is missing', async () => {
    const findings = await ask(FRAME, { analysis: 'competing-risks', endpoint: 'os', covariates: ['age'] });
    expect(findings.tables.map(({ id }) => id)).not.toContain('left-out-characteristics');
    expect(rowsOf(findings, 'hazard-ratios').length).toBeGreaterThan(0);
  });
});
