import type { Expected, ExpectedProblem } from '../demo/crlm-synthetic/expected.ts';
import type { Problem } from '../lib/cohort/index.ts';

type Place = readonly [file: string, line: number | string, rule: string, level: string, rows: number | string];

const inOrder = (places: readonly Place[]): readonly string[] => places.map((place) => place.join(' ')).sort();

/** Every problem that the faults should be told by: those that count several cells are one. */
export function expectedPlaces({ faults }: Expected): readonly string[] {
  const problems = faults.flatMap((fault) => fault.problems);
  const counted = new Map<string, ExpectedProblem[]>();
  for (const problem of problems.filter((each) => each.counted)) {
    const name = `${problem.file} ${problem.rule}`;
    counted.set(name, [...(counted.get(name) ?? []), problem]);
  }
  const places = problems
    .filter((each) => !each.counted)
    .map(({ file, row, rule, level }): Place => [file, row ?? '', rule, level, '']);
  for (const all of counted.values()) {
    const first = Math.min(...all.map(({ row }) => row ?? Number.POSITIVE_INFINITY));
    const { file, rule, level } = all[0]!;
    places.push([file, Number.isFinite(first) ? first : '', rule, level, all.length]);
  }
  return inOrder(places);
}

/** Every problem that was told, in the same words. */
export function foundPlaces(problems: readonly Problem[]): readonly string[] {
  return inOrder(
    problems.map(({ file, line, rule, level, rows }): Place => {
      const counts = rows !== undefined && rule !== 'unknown-patient'; // of one row each
      return [file, line ?? '', rule, level, counts ? rows : ''];
    }),
  );
}
