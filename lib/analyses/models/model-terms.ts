import { printNumber } from '../../result/index.ts';
import { sampleQuantile, sortedSample, splineBasis, splineKnots } from '../../stats/index.ts';
import type { Covariate, Interaction, SplineBasis } from '../parts/covariate.ts';

/** A column of a model's design. */
export interface ModelColumn {
  readonly name: string;
  readonly values: Float64Array;
}

/** What stands in one line of a table of a model: a level, a step of a number, a product of two. */
export interface TermLine {
  readonly label: string;
  /** How much of each column's coefficient its effect is; none where it is the reference. */
  readonly weights: readonly (readonly [column: string, weight: number])[];
  /** By row whether it belongs to the line. */
  readonly members: Uint8Array;
}

/** A covariate or an interaction as a model takes it. */
export interface Term {
  readonly title: string;
  readonly columns: readonly ModelColumn[];
  readonly lines: readonly TermLine[];
  /** Levels that nobody analysed has. */
  readonly empty: readonly string[];
  /** Knots of its spline. */
  readonly knots?: readonly number[];
}

const SINGULAR: Readonly<Record<string, string>> = { days: 'day', weeks: 'week', months: 'month', years: 'year' };

/** So many units of a number in words. */
export function stepLabel(per: number, unit: string | undefined): string {
  if (unit === undefined) return per === 1 ? 'per unit' : `per ${per}`;
  if (unit.startsWith('/')) return `per ${per}${unit}`; // mutations /Mb
  return per === 1 ? `per ${SINGULAR[unit] ?? unit}` : `per ${per} ${unit}`;
}

/** Terms of a model for these patients; a covariate with one value among them has no column. */
export function termsOf(
  covariates: readonly Covariate[],
  interactions: readonly Interaction[],
  rows: Int32Array,
): readonly Term[] {
  const terms = covariates.map((covariate, i) => termOf(covariate, i, rows));
  const products = interactions.map(([a, b]) => productOf([terms[a]!, terms[b]!], `${a}x${b}`, rows.length));
  return [...terms, ...products];
}

function termOf({ title, values }: Covariate, place: number, rows: Int32Array): Term {
  if (values.kind === 'levels') return levelsTerm(title, values.labels, values.codes, place, rows);
  const own = Float64Array.from(rows, (row) => values.of[row]!);
  const everybody = new Uint8Array(rows.length).fill(1);
  const constant = own.every((value) => value === own[0]);
  const basis = values.knots === undefined ? undefined : (values.basis ?? splineBasisOf(own, values.knots));
  if (constant) {
    const line = { label: stepLabel(values.per, values.unit), weights: [], members: everybody };
    return { title, columns: [], lines: [line], empty: [] };
  }
  if (basis !== undefined && basis.knots.length >= 3) return splineTerm(title, own, basis, place, values.unit);
  const name = String(place);
  return {
    title,
    columns: [{ name, values: own.map((value) => value / values.per) }],
    lines: [{ label: stepLabel(values.per, values.unit), weights: [[name, 1]], members: everybody }],
    empty: [],
  };
}

function levelsTerm(
  title: string,
  labels: readonly string[],
  codes: Int32Array,
  place: number,
  rows: Int32Array,
): Term {
  const members = labels.map((_, level) => Uint8Array.from(rows, (row) => (codes[row] === level ? 1 : 0)));
  const present = [...labels.keys()].filter((level) => members[level]!.includes(1));
  const name = (level: number) => `${place}:${level}`;
  return {
    title,
    columns: present.slice(1).map((level) => ({ name: name(level), values: Float64Array.from(members[level]!) })),
    lines: present.map((level, i) => ({
      label: labels[level]!,
      weights: i === 0 ? [] : [[name(level), 1]],
      members: members[level]!,
    })),
    empty: labels.filter((_, level) => !present.includes(level)),
  };
}

/** Where a spline of these values bends, and their quartiles. */
export function splineBasisOf(values: Float64Array, knots: number): SplineBasis {
  const sorted = sortedSample(values);
  return {
    knots: splineKnots(values, knots),
    quartiles: [sampleQuantile(sorted, 0.25), sampleQuantile(sorted, 0.75)],
  };
}

/** A spline's coefficients say little one by one: its line compares the upper quartile with the lower. */
function splineTerm(
  title: string,
  values: Float64Array,
  { knots, quartiles }: SplineBasis,
  place: number,
  unit: string | undefined,
): Term {
  const columns = splineBasis(values, knots).map((column, k) => ({ name: `${place}:${k}`, values: column }));
  const at = splineBasis(Float64Array.from(quartiles), knots);
  const [low, high] = [printNumber(quartiles[0]), printNumber(quartiles[1])];
  return {
    title,
    columns,
    lines: [
      {
        label: `${high} against ${low}${unit === undefined ? '' : ` ${unit}`} (quartiles)`,
        weights: columns.map(({ name }, k) => [name, at[k]![1]! - at[k]![0]!]),
        members: new Uint8Array(values.length).fill(1),
      },
    ],
    empty: [],
    knots,
  };
}

function productOf([a, b]: readonly [Term, Term], name: string, n: number): Term {
  const lines: TermLine[] = [];
  const columns = a.columns.flatMap((first, i) =>
    b.columns.map((second, k): ModelColumn => {
      const own = `${name}:${i}:${k}`;
      const both = [lineOf(a, first.name), lineOf(b, second.name)];
      lines.push({
        label: both.map((line, side) => line?.label ?? `${[a, b][side]!.title} ${1 + [i, k][side]!}`).join(' × '),
        weights: [[own, 1]],
        members: Uint8Array.from(
          { length: n },
          (_, row) => (both[0]?.members[row] ?? 1) & (both[1]?.members[row] ?? 1),
        ),
      });
      return { name: own, values: first.values.map((value, row) => value * second.values[row]!) };
    }),
  );
  return { title: `${a.title} × ${b.title}`, columns, lines, empty: [] };
}

/** The line of a single column; none where a line is made of several. */
function lineOf({ lines }: Term, column: string): TermLine | undefined {
  return lines.find(({ weights }) => weights.length === 1 && weights[0]![0] === column);
}

/** All columns of some terms. */
export function columnsOf(terms: readonly Term[]): readonly ModelColumn[] {
  return terms.flatMap(({ columns }) => columns);
}

/** A column by the words of its line. */
export function columnWords(terms: readonly Term[], column: string): string {
  const term = terms.find(({ columns }) => columns.some(({ name }) => name === column));
  if (term === undefined) return column;
  const place = 1 + term.columns.findIndex(({ name }) => name === column);
  return `${term.title}: ${lineOf(term, column)?.label ?? `part ${place}`}`;
}

/** The terms by title, with the names of those of their columns that a fit has; none without any. */
export function columnNames(terms: readonly Term[], fitted: readonly string[]) {
  const named = terms.map(({ title, columns }) => ({
    name: title,
    columns: columns.map(({ name }) => name).filter((name) => fitted.includes(name)),
  }));
  return named.filter(({ columns }) => columns.length > 0);
}
