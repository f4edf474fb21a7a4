import { describe, expect, it } from 'vitest';
import { renderProblems, type ShownProblem } from '../../../lib/render/index.ts';
import { faultsOf } from './well-formed.ts';

const problem = (level: string, more: Partial<ShownProblem> = {}): ShownProblem => ({
  level,
  rule: 'a-rule',
  file: 'clinic.xlsx',
  says: 'this is none of the codes',
  remedy: 'Correct the cell.',
  ...more,
});

describe('A page of problems', () => {
  const problems = [
    problem('warning', { rows: 1200 }),
    problem('cell', { sheet: 'People', line: 7, column: 'age', value: '<b>170</b> & "more"' }),
    problem('file', { file: 'scan.pdf' }),
  ];
  const page = renderProblems({ of: 'crlm', total: 3, from: 0, problems });

  it('says of each where it is, its value and what to do, the gravest first', () => {
    expect([...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)).toEqual([
      'Refused',
      'Cells set aside',
      'Kept and flagged',
    ]);
    expect(page).toContain('clinic.xlsx, People, line 7</th><td>age</td>');
    expect(page).toContain('(1,200 rows)');
    expect(page).toContain('Correct the cell.');
  });

  it('lets nothing of a file act', () => {
    expect(page).toContain('&lt;b&gt;170&lt;/b&gt; &amp; &quot;more&quot;');
    expect(page).not.toMatch(/<script|<b>/);
    expect(faultsOf(page)).toEqual([]);
  });

  it('says which part of a longer list it is, and where there is none that nothing is wrong', () => {
    expect(renderProblems({ of: 'crlm', total: 2003, from: 1000, problems })).toContain('1,001 to 1,003 of 2,003');
    expect(renderProblems({ of: 'crlm', total: 0, from: 0, problems: [] })).toContain('Nothing is wrong');
  });
});
