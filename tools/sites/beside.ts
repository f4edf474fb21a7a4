import { printNumber, printRatio, printShare } from '../../lib/result/index.ts';
import type { SiteRows } from '../../lib/sharing/index.ts';
import { kaplanMeier, normal } from '../../lib/stats/index.ts';
import { alignColumns } from '../local/table.ts';
import { DEMO_ANALYSES, DEMO_CODEBOOK } from './demo-study.ts';
import { coxTogether, distanceFrom, joined, rowsTogether } from './together.ts';

/** Numbers that a study attested, by name. */
export type Numbers = Readonly<Record<string, number | null | readonly (number | null)[]>>;

/** A part of the study beside what all rows together give: lines to read, and what does not match. */
export interface Beside {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
  readonly faults: readonly string[];
}

/** At the protocol's two rounds a coefficient is to be within so much of a standard error of all rows' (worst seen in 400 cohorts: 0.004). */
const COX_ERRORS = 0.01;
/** At the edges of the grid survival is to be within so much of the curve of exact times; between two edges it lies along a line, and is to lie between theirs. */
const GRID_SURVIVAL = 0.01;
/** Quartiles of a histogram of five-year bins; years. */
const QUARTILE_YEARS = 2;
const SUM_ERROR = 1e-9;

/** Every part of the demo's study beside what all rows in one place give. */
export function besideTogether(numbers: Numbers, sites: readonly SiteRows[]): Beside[] {
  return [besideCox(numbers, sites), besideCurves(numbers, sites), besideDescription(numbers, sites)];
}

/** A part as text. */
export function printBeside({ title, rows, notes, faults }: Beside): string {
  return [title, alignColumns(rows), ...notes, ...faults.map((fault) => `DIFFERS: ${fault}`)].join('\n');
}

function list(numbers: Numbers, name: string): readonly (number | null)[] {
  const value = numbers[name];
  if (Array.isArray(value)) return value as (number | null)[];
  throw new RangeError(`the study attested no list ${name}`);
}

function besideCox(numbers: Numbers, sites: readonly SiteRows[]): Beside {
  const { covariates, endpoint } = DEMO_ANALYSES.cox;
  const fit = coxTogether(rowsTogether(sites, endpoint, covariates));
  const [beta, errors] = [list(numbers, 'cox.beta') as number[], list(numbers, 'cox.se') as number[]];
  const distance = distanceFrom(fit, beta);
  const reach = normal.quantile(0.975);
  const ratio = (estimate: number, error: number): string =>
    `${printRatio(Math.exp(estimate))} (${printRatio(Math.exp(estimate - reach * error))} to ${printRatio(Math.exp(estimate + reach * error))})`;
  const faults = [
    ...(distance <= COX_ERRORS ? [] : [`coefficients lie ${distance.toPrecision(2)} SE from those of all rows`]),
    ...(numbers['cox.events'] === fit.events ? [] : [`${numbers['cox.events']} events, of ${fit.events}`]),
  ];
  return {
    title: `Cox regression stratified by site, ${fit.n} patients, ${fit.events} deaths`,
    rows: [
      ['', 'hazard ratio over the sites (95% CI)', 'all rows in one place (95% CI)', 'distance, SE'],
      ...covariates.map((name, j) => [
        name,
        ratio(beta[j]!, errors[j]!),
        ratio(fit.coefficients[j]!, fit.standardErrors[j]!),
        (Math.abs(beta[j]! - fit.coefficients[j]!) / fit.standardErrors[j]!).toExponential(1),
      ]),
    ],
    notes: [
      `Newton step from where the sites were last asked: ${(numbers['cox.step'] as number).toExponential(1)} SE; true distance from all rows: ${distance.toExponential(1)} SE.`,
    ],
    faults,
  };
}

function besideCurves(numbers: Numbers, sites: readonly SiteRows[]): Beside {
  const { id, group, endpoint, at, grid } = DEMO_ANALYSES.km;
  const [time, event, codes] = [
    joined(sites, ({ endpoints }) => endpoints[endpoint]!.time),
    joined(sites, ({ endpoints }) => endpoints[endpoint]!.cause),
    joined(sites, ({ variables }) => variables[group]!),
  ];
  const faults: string[] = [];
  const rows = [0, 1].flatMap((g) => {
    const own = [...codes.keys()].filter((i) => codes[i] === g);
    const exact = kaplanMeier.solve(
      kaplanMeier.accumulate({
        time: Float64Array.from(own, (i) => time[i]!),
        event: Uint8Array.from(own, (i) => event[i]!),
      }),
    );
    const edges = list(numbers, `${id}.${g}.edges`) as number[];
    for (const [of, code] of [
      ['deaths', 1],
      ['censored', 0],
    ] as const) {
      const counted = edges.map(
        (edge, b) =>
          own.filter(
            (i) => event[i] === code && time[i]! > (edges[b - 1] ?? 0) * grid.width && time[i]! <= edge * grid.width,
          ).length,
      );
      const told = list(numbers, `${id}.${g}.${of}`);
      if (counted.some((count, b) => Math.abs(count - told[b]!) > SUM_ERROR))
        faults.push(`${of} of ${group} ${g} on the grid: ${told.join(' ')}, of ${counted.join(' ')}`);
    }
    const wholeAt = (month: number): number => exact.survival[exact.time.findLastIndex((each) => each <= month)] ?? 1;
    const survival = list(numbers, `${id}.${g}.actuarial.survival`) as number[];
    for (const [b, edge] of edges.entries())
      if (Math.abs(survival[b]! - wholeAt(edge * grid.width)) > GRID_SURVIVAL)
        faults.push(`survival of ${group} ${g} at the edge ${edge}: ${survival[b]}, of ${wholeAt(edge * grid.width)}`);
    const read = list(numbers, `${id}.${g}.actuarial.at`);
    return at.map((month, a) => {
      const whole = wholeAt(month);
      const told = read[a];
      const differs = told === null || told === undefined ? null : Math.abs(told - whole);
      const after = edges.findIndex((edge) => edge * grid.width >= month);
      const isBetween =
        whole <= (survival[after - 1] ?? 1) + GRID_SURVIVAL && whole >= survival[after]! - GRID_SURVIVAL;
      if (differs !== null && !isBetween)
        faults.push(`survival of ${group} ${g} at ${month} months: ${told}, of ${whole}`);
      return [
        `${group}: ${g === 1 ? 'yes' : 'no'}, ${month} months`,
        told === null || told === undefined ? 'beyond the grid' : printShare(told),
        printShare(whole),
        differs === null ? '' : differs.toFixed(4),
      ];
    });
  });
  const bins = [0, 1].map((g) => list(numbers, `${id}.${g}.edges`).length);
  return {
    title: 'Survival by RAS, from sums that nobody saw the terms of',
    rows: [['', 'over the sites', 'all rows, exact times', 'difference'], ...rows],
    notes: [
      `Deaths and censorings in ${bins[0]} steps of the common grid (until ${(list(numbers, `${id}.0.edges`).at(-1) ?? 0) as number} ${grid.unit}) are those of all rows, counted${faults.length === 0 ? '' : ', but as told below'}. Between its edges survival is read along a line.`,
    ],
    faults,
  };
}

function besideDescription(numbers: Numbers, sites: readonly SiteRows[]): Beside {
  const { id, by, variables } = DEMO_ANALYSES.table1;
  const codes = joined(sites, (site) => site.variables[by]!);
  const parts = [0, 1].flatMap((g) => {
    const own = [...codes.keys()].filter((i) => codes[i] === g);
    return variables.map((name) => {
      const all = joined(sites, (site) => site.variables[name]!);
      const values = own.map((i) => all[i]!);
      const label = `${name}, ${by}: ${g === 1 ? 'yes' : 'no'}`;
      const told = list(numbers, `${id}.${g}.${name}`);
      return 'range' in DEMO_CODEBOOK.variables[name]!
        ? besideNumber(label, told, values)
        : besideLevels(label, name, told, values);
    });
  });
  return {
    title: 'Table 1',
    rows: [['', 'over the sites', 'all rows in one place'], ...parts.flatMap(({ rows }) => rows)],
    notes: [`"withheld": a site's cell is of fewer patients than may be told, and so is not in the sum.`],
    faults: parts.flatMap(({ faults }) => faults),
  };
}

type Part = Pick<Beside, 'rows' | 'faults'>;

/** Mean, standard deviation and quartiles; where a site held its cells back, what is told is of the others. */
function besideNumber(label: string, told: readonly (number | null)[], values: readonly number[]): Part {
  const known = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const sd = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
  const quartiles = [0.25, 0.5, 0.75].map((share) => known[Math.floor(share * (known.length - 1))]!);
  const [n, , toldMean, toldSd, ...toldQuartiles] = told as [number, ...(number | null)[]];
  const print = (count: number, m: number, s: number): string => `${printNumber(m)} (SD ${printNumber(s)}), n ${count}`;
  if (toldMean === null || toldSd === null || n !== known.length)
    return { rows: [[label, `withheld by a site: n ${n}`, print(known.length, mean, sd)]], faults: [] };
  const isOff = (a: number, b: number): boolean => Math.abs(a - b) > SUM_ERROR * Math.max(1, Math.abs(b));
  const hasQuartiles = toldQuartiles.some((each) => each !== null);
  return {
    rows: [
      [label, print(n, toldMean!, toldSd!), print(known.length, mean, sd)],
      ...(hasQuartiles
        ? [
            [
              `  quartiles`,
              toldQuartiles.map((each) => printNumber(each!)).join(', '),
              quartiles.map(printNumber).join(', '),
            ],
          ]
        : []),
    ],
    faults: [
      ...(isOff(toldMean!, mean) ? [`mean of ${label}: ${toldMean}, of ${mean}`] : []),
      ...(isOff(toldSd!, sd) ? [`standard deviation of ${label}: ${toldSd}, of ${sd}`] : []),
      ...(hasQuartiles && toldQuartiles.some((each, q) => Math.abs(each! - quartiles[q]!) > QUARTILE_YEARS)
        ? [`quartiles of ${label}: ${toldQuartiles.join(' ')}, of ${quartiles.join(' ')}`]
        : []),
    ],
  };
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
