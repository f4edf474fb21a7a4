import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dataset } from '../../tools/oracles/dataset.ts';
import { compile } from '../../tools/oracles/expression.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oracles-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function oracles(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/oracles.ts', ...args], { encoding: 'utf8' });
  return { status, lines: stdout.trim().split('\n'), stderr };
}

/** A file of cases over a dataset that isn't the project's own. */
function given(median: number): string {
  writeFileSync(join(folder, 'small.csv'), 'months,state,arm\n1,2,x\n2,0,y\n3,1,x\n4,0,y\n,1,x\n');
  const file = join(folder, 'cases.json');
  const base = { tol: 1e-9, call: 'survfit(...)' };
  const cases = [
    {
      ...base,
      id: 'quarter',
      family: 'km',
      data: 'small[arm="x"]',
      spec: { start: null, time: 'months', event: 'state>0', conf_type: 'plain', conf_level: 0.95 },
      result: { n: 2, surv: [0.5, 0], quantiles: { median: [median, null, null] } },
    },
    { ...base, id: 'to-come', family: 'unheard-of', data: 'small', spec: {}, result: { rmst: 1 } },
  ];
  writeFileSync(file, JSON.stringify({ cases }));
  return file;
}

describe('npm run oracles', () => {
  it('passes a file of its form, counts what is not built, and writes what it computed', () => {
    const out = join(folder, 'out.json');
    const { status, lines } = oracles(given(2), folder, '--answers', out);
    expect(lines).toEqual(['1 passed, 0 failed, 1 not built']);
    expect(status).toBe(1);
    const answers = JSON.parse(readFileSync(out, 'utf8')) as {
      cases: { id: string; result: Record<string, unknown> }[];
    };
    expect(answers.cases.map(({ id }) => id)).toEqual(['quarter']);
    expect(answers.cases[0]!.result).toMatchObject({ n: 2, surv: [0.5, 0], upper: [1, 'NaN'] });
  });

  it('says in a line which case fails and where, and exits 1', () => {
    const { status, lines } = oracles(given(2.5), folder);
    expect(lines).toEqual(['quarter: quantiles.median[0] is 2, expected 2.5', '0 passed, 1 failed, 1 not built']);
    expect(status).toBe(1);
  });

  it('says how it is used when it is asked for nothing', () => {
    const { status, stderr } = oracles();
    expect(stderr).toContain('usage');
    expect(status).toBe(2);
  });
});

describe('an expression over columns', () => {
  const columns = new Map<string, readonly (number | string)[]>([
    ['a', [1, 2, Number.NaN]],
    ['b.c', [3, 2, 1]],
    ['arm', ['x', 'y', 'x']],
  ]);
  const values = (source: string) => [0, 1, 2].map(compile(source, (name) => columns.get(name)));

  it.each([
    ['a', [1, 2, Number.NaN]],
    ['1-a', [0, -1, Number.NaN]],
    ['a>1', [0, 1, Number.NaN]],
    ['b.c!=2', [1, 0, 1]],
    ['a=1', [1, 0, Number.NaN]],
    ['-b.c+2*(a-1)/4', [-3, -1.5, Number.NaN]],
    ['a>=1 & b.c<3 | arm=="x"', [1, 1, Number.NaN]],
    ['!(arm=="x")', [0, 1, 0]],
    ['1.5e1', [15, 15, 15]],
  ])('reads %s', (source, expected) => {
    expect(values(source)).toEqual(expected);
  });

  it.each(['z', '1+', '(a', 'a b', 'a ? 1', ''])('refuses "%s"', (source) => {
    expect(() => values(source)).toThrow();
  });
});

describe('a dataset', () => {
  it('orders levels by value and leaves rows out whose columns are missing', () => {
    given(2);
    const data = Dataset.read(folder, 'small').complete(['months', 'state']);
    expect(data.rows).toBe(4);
    expect(data.levels('arm')).toEqual({ levels: ['x', 'y'], codes: Int32Array.of(0, 1, 0, 1) });
    expect(data.numbers('state>0')).toEqual(Float64Array.of(1, 0, 1, 0));
  });
});
