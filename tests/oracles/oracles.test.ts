import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { disagreements, isAside, toFile } from '../../tools/oracles/agreement.ts';
import type { OracleFile } from '../../tools/oracles/case.ts';
import { answerOf } from '../../tools/oracles/families.ts';

const FILES = ['tests/oracles/data/oracle.json', 'tests/oracles/data/left-truncation.json'];
const DATA = 'tests/oracles/data/datasets';

const cases = FILES.flatMap((file) => (JSON.parse(readFileSync(file, 'utf8')) as OracleFile).cases);
const answered = cases.flatMap((given) => {
  const result = answerOf(given, DATA);
  return result === undefined ? [] : [{ given, result }];
});

describe('the reference results of R', () => {
  it.each(answered)('agree with $given.family: $given.id', ({ given, result }) => {
    expect(disagreements(result, given.result, given.tol)).toEqual([]);
  });

  it('leave no case unanswered', () => {
    const missing = cases.filter((given) => !answered.some((one) => one.given === given));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  it('are read back from an answers file as they were computed', () => {
    for (const { given, result } of answered) {
      expect(disagreements(JSON.parse(JSON.stringify(toFile(result))), given.result, given.tol)).toEqual([]);
    }
  });
});

type Path = readonly (string | number)[];

/** Fields that are part of the question, though they stand in the result: where a curve is read, which rows were drawn. */
const ASKED = new Set(['idx', 'row', 'rows', 'times', 'at.time', 'simon_makuch.time', 'scores']);

/** Paths of the numbers in a result that are compared and aren't asked for. */
function numbers(value: unknown, family: string, path: Path = []): Path[] {
  if (typeof value === 'number') return [path];
  if (Array.isArray(value)) return value.flatMap((item, i) => numbers(item, family, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    isAside(key) || ASKED.has(key) || ASKED.has(`${path.at(-1) ?? family}.${key}`)
      ? []
      : numbers(item, family, [...path, key]),
  );
}

/** The same with one number altered by a hundredth of its size. */
function altered(value: unknown, path: Path): unknown {
  const copy: unknown = structuredClone(value);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  const last = path.at(-1)!;
  const number = at[last] as number;
  at[last] = number + Math.max(1, Math.abs(number)) / 100;
  return copy;
}

/** How many numbers of a case are altered, evenly spread over its result. */
const ALTERED = 8;

describe.each([...new Set(answered.map(({ given }) => given.family))])(
  'an altered number in a case of %s',
  (family) => {
    it('is noticed wherever it stands', { timeout: 600_000 }, () => {
      const own = answered.filter(({ given }) => given.family === family);
      for (const { given } of own.slice(0, 2)) {
        const paths = numbers(given.result, family);
        for (let i = 0; i < paths.length; i += Math.ceil(paths.length / ALTERED)) {
          const wrong = { ...given, result: altered(given.result, paths[i]!) };
          const found = disagreements(answerOf(wrong, DATA), wrong.result, given.tol);
          expect(found, `${given.id} ${paths[i]!.join('.')}`).not.toEqual([]);
        }
      }
    });
  },
);

describe('the comparison with R', () => {
  it('fails a field that was not computed', () => {
    expect(disagreements({ p: 1 }, { p: 1, chisq: 2 }, 1e-9)).toEqual(["chisq isn't computed"]);
  });

  it('asks nothing of a null, of texts, and of what R prints as shipped', () => {
    expect(disagreements({}, { a: null, note: 'a text', r_p: 0.5, warning: 3 }, 1e-9)).toEqual([]);
  });

  it.each([
    ['NaN', Number.NaN, 0],
    ['NA', Number.NaN, 0],
    ['Inf', Number.POSITIVE_INFINITY, Number.MAX_VALUE],
    ['-Inf', Number.NEGATIVE_INFINITY, -Number.MAX_VALUE],
  ])('takes %s for itself alone', (text, itself, other) => {
    expect(disagreements([itself], [text], 1e-9)).toEqual([]);
    expect(disagreements([other], [text], 1e-9)).toHaveLength(1);
  });

  it('fails NaN for a number, and a list of another length', () => {
    expect(disagreements([Number.NaN], [1], 1e-9)).toHaveLength(1);
    expect(disagreements([1, 2], [1], 1e-9)).toHaveLength(1);
  });
});
