import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../lib/cohort/index.ts';

const DEFINITION = `title: T
tables:
  - { match: s.csv, rows: specimen, patient: id, specimen: s, columns: { site: { codes: [liver, lung], of: specimen }, age: number, months: { type: duration, unit: months }, died: boolean } }
specimens: { counts: 'site == "liver"' }
derived: { old: age > 65 }
endpoints: { os: { origin: dx, time: months, event: died } }
plan:
  items: [{ id: T1, analysis: survival, endpoint: os }]
  sensitivities:
    older: { says: older, set: { old: age > 70 }, of: [T1] }
`;

const refused = (text: string): unknown => {
  try {
    parseDefinition(text, 'cohort.yaml');
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('A plan that sets a derivation anew', () => {
  it('is taken', () => {
    expect(refused(DEFINITION)).toBeUndefined();
  });

  it.each(['site == "liver" ;', 'sight == "liver"', '(('])(
    'is refused with the expression of specimens that is none: %s',
    (counts) => {
      const error = refused(DEFINITION.replace('site == "liver"', counts));
      expect(error).toMatchObject({ code: 'invalid-definition', problems: [{ rule: 'invalid-definition', line: 4 }] });
    },
  );
});
