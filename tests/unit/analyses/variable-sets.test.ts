import { describe, expect, it } from 'vitest';
import { covariateSetOf, setNamed, variablesOf } from '../../../lib/analyses/parts/variable-sets.ts';
import { tableFrame } from './asking.ts';

const frame = tableFrame(
  'a: number, b: number, c: number',
  'plan: { sets: { few: [a, b], other: [b, c] } }\n',
  'row_id,a,b,c\n1,1,1,1\n',
);
const bare = tableFrame('a: number', '', 'row_id,a\n1,1\n');

describe('A set of variables', () => {
  it('stands for its members by its name, each blamed where the set is named', () => {
    expect(variablesOf(frame, 'few', '/variables')).toEqual([
      { asked: 'a', pointer: '/variables' },
      { asked: 'b', pointer: '/variables' },
    ]);
    expect(setNamed(frame, 'few')).toEqual(['a', 'b']);
    expect(setNamed(frame, 'constructor')).toBeUndefined();
  });

  it('is taken apart in a list, what stands twice kept once, anything else left as it is', () => {
    expect(variablesOf(frame, ['c', 'few', 'other', 'a > 1'], '/by')).toEqual([
      { asked: 'c', pointer: '/by/0' },
      { asked: 'a', pointer: '/by/1' },
      { asked: 'b', pointer: '/by/1' },
      { asked: 'a > 1', pointer: '/by/3' },
    ]);
    expect(covariateSetOf(frame, [{ of: 'c', per: 10 }, 'few'], '/adjust')).toEqual([
      { asked: { of: 'c', per: 10 }, pointer: '/adjust/0' },
      { asked: 'a', pointer: '/adjust/1' },
      { asked: 'b', pointer: '/adjust/1' },
    ]);
  });

  it('is refused where the plan has none of that name: a text alone is no variable', () => {
    expect(() => variablesOf(frame, 'fw', '/variables')).toThrow(
      expect.objectContaining({
        code: 'unknown-set',
        place: { pointer: '/variables', value: 'fw' },
        remedy: 'Its sets are few, other. A variable alone is written as a list, ["fw"].',
      }),
    );
    expect(() => covariateSetOf(bare, 'a', '/adjust')).toThrow(expect.objectContaining({ code: 'unknown-set' }));
  });
});
