import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { type CoxRows, cox, proportionality } from '../../../lib/stats/index.ts';

const file = readFileSync('tests/oracles/data/datasets/sim_crlm286.csv', 'utf8');
const patients = parse<Record<string, string>>(file, { columns: true }).filter(({ age }) => age !== '' && age !== 'NA');
const number = (name: string) => Float64Array.from(patients, (patient) => Number(patient[name]));

/** A factor of three levels of age beside two numbers, with dummies against the level given. */
function rowsAgainst(reference: number): CoxRows {
  const level = number('age').map((age) => (age < 55 ? 0 : age < 65 ? 1 : 2));
  const others = [0, 1, 2].filter((each) => each !== reference);
  return {
    time: number('day'),
    event: Uint8Array.from(number('event')),
    names: [...others.map((each) => `age ${each}`), 'ecog', 'rightside'],
    covariates: [
      ...others.map((each) => level.map((value) => (value === each ? 1 : 0))),
      number('ecog'),
      number('rightside'),
    ],
  };
}

function tested(rows: CoxRows, terms?: Parameters<typeof proportionality>[3]) {
  const fit = cox.fit(rows);
  const found = fit.ok ? proportionality(rows, fit, 'km', terms) : undefined;
  if (!found?.ok) throw new Error('no test');
  return found;
}

const termsOf = ({ names }: CoxRows) => [
  { name: 'age', columns: names.slice(0, 2) },
  ...names.slice(2).map((name) => ({ name, columns: [name] })),
];

describe('the test of proportional hazards by term', () => {
  it('does not depend on the level that a factor is held against, unlike the tests of its levels', () => {
    const [first, last] = [0, 2].map(rowsAgainst) as [CoxRows, CoxRows];
    const [one, other] = [tested(first, termsOf(first)), tested(last, termsOf(last))];
    expect(one.names).toEqual(['age', 'ecog', 'rightside']);
    expect(one.tests[0]!.degreesOfFreedom).toBe(2);
    expect(one.tests.map(({ statistic }) => statistic)).toAgree(
      other.tests.map(({ statistic }) => statistic),
      1e-8,
    );
    expect(tested(first).tests[0]!.statistic).not.toBeCloseTo(tested(last).tests[0]!.statistic, 3);
  });

  it('is that of a covariate where the term is one, and the global one where it is all', () => {
    const rows = rowsAgainst(0);
    const plain = tested(rows);
    const whole = tested(rows, [{ name: 'all', columns: rows.names }]);
    expect(tested(rows, termsOf(rows)).tests.slice(1)).toEqual(plain.tests.slice(2));
    expect(whole.tests).toEqual([plain.global]);
  });
});
