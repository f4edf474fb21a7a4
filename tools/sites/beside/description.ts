import { printNumber } from '../../../lib/result/index.ts';
import type { SiteRows } from '../../../lib/sharing/index.ts';
import { DEMO_ANALYSES, DEMO_CODEBOOK } from '../demo-study.ts';
import { type Beside, list, type Numbers, SUM_ERROR } from './part.ts';

/** Quartiles of a histogram of five-year bins; years. */
const QUARTILE_YEARS = 2;

/** Table 1 over the sites beside that of all rows. */
export function besideDescription(numbers: Numbers, sites: readonly SiteRows[]): Beside {
  const { id, by, variables } = DEMO_ANALYSES.table1;
  const parts = [0, 1].flatMap((g) =>
    variables.map((name) => {
      const values = sites.map((site) => [...site.variables[name]!].filter((_, i) => site.variables[by]![i] === g));
      const label = `${name}, ${by}: ${g === 1 ? 'yes' : 'no'}`;
      const told = list(numbers, `${id}.${g}.${name}`);
      return 'range' in DEMO_CODEBOOK.variables[name]!
        ? besideNumber(label, told, values)
        : besideLevels(label, name, told, values.flat());
    }),
  );
  return {
    title: 'Table 1',
    rows: [['', 'over the sites', 'all rows in one place'], ...parts.flatMap(({ rows }) => rows)],
    notes: [`"withheld": a site's cell is of fewer patients than may be told, and so is not in the sum.`],
    faults: parts.flatMap(({ faults }) => faults),
  };
}

type Part = Pick<Beside, 'rows' | 'faults'>;

interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
}

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n: values.length, mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= SUM_ERROR * Math.max(1, Math.abs(b));
const printMoments = ({ n, mean, sd }: Moments): string => `${printNumber(mean)} (SD ${printNumber(sd)}), n ${n}`;

/** Every choice of one site or more, all of them first. */
function choices<T>(sites: readonly T[]): T[][] {
  const count = 2 ** sites.length;
  return Array.from({ length: count - 1 }, (_, i) => sites.filter((_, s) => ((count - 1 - i) >> s) % 2 === 1));
}

/** Mean, standard deviation and quartiles: of all sites, or of those who didn't hold their cells back. */
function besideNumber(label: string, told: readonly (number | null)[], sites: readonly (readonly number[])[]): Part {
  const known = sites.map((values) => values.filter((value) => !Number.isNaN(value)));
  const whole = momentsOf(known.flat());
  const [n, , mean, sd, ...quartiles] = told.map((each) => each ?? Number.NaN) as [number, number, number, number];
  const shown = choices(known).find((some) => {
    const moments = momentsOf(some.flat());
    return isNear(n, moments.n) && isNear(mean, moments.mean) && isNear(sd, moments.sd);
  });
  const isAll = shown?.length === sites.length;
  return {
    rows: [
      [label, `${printMoments({ n, mean, sd })}${isAll ? '' : ', withheld by a site'}`, printMoments(whole)],
      ...(isAll ? quartileRows(quartiles, known.flat()) : []),
    ],
    faults: [
      ...(shown ? [] : [`${label}: ${[n, mean, sd].join(' ')}, of ${[whole.n, whole.mean, whole.sd].join(' ')}`]),
      ...(isAll ? quartileFaults(label, quartiles, known.flat()) : []),
    ],
  };
}

function quartilesOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))]!);
}

function quartileRows(told: readonly number[], values: readonly number[]): string[][] {
  if (told.some(Number.isNaN)) return [];
  return [['  quartiles', told.map(printNumber).join(', '), quartilesOf(values).map(printNumber).join(', ')]];
}

function quartileFaults(label: string, told: readonly number[], values: readonly number[]): string[] {
  const exact = quartilesOf(values);
  const isOff = told.some((each, q) => Math.abs(each - exact[q]!) > QUARTILE_YEARS);
  return isOff ? [`quartiles of ${label}: ${told.join(' ')}, of ${exact.join(' ')}`] : [];
}

/** Counts by level; null where a site held its own back. */
function besideLevels(label: string, name: string, told: readonly (number | null)[], values: readonly number[]): Part {
  const variable = DEMO_CODEBOOK.variables[name]!;
  const levels = variable.type === 'category' ? variable.levels : ['no', 'yes'];
  const counts = [
    ...levels.map((_, l) => values.filter((value) => value === l).length),
    values.filter(Number.isNaN).length,
  ];
  const shown = (of: readonly (number | null)[]): string =>
    [...levels, 'missing']
      .map((level, l) => `${level} ${of[l] ?? 'withheld'}`)
      .filter((_, l) => counts[l]! > 0)
      .join(', ');
  return {
    rows: [[label, shown(told), shown(counts)]],
    faults: told.flatMap((count, l) =>
      count === null || count === counts[l]
        ? []
        : [`${label}, ${[...levels, 'missing'][l]}: ${count}, of ${counts[l]}`],
    ),
  };
}
