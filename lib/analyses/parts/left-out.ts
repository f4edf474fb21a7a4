import type { ResultTable } from '../../result/index.ts';
import { standardisedMeanDifference, standardisedShareDifference } from '../../stats/index.ts';
import { cell } from './cells.ts';
import type { Covariate } from './covariate.ts';

/**
 * What those left out for a missing value have, beside those analysed, as far as it is known of either: means of numbers, shares of levels,
 * and the standardised difference of each covariate. No table where nobody is left out. `rows` are of the frame.
 */
export function leftOutCharacteristics(
  covariates: readonly Covariate[],
  analysed: Int32Array,
  all: Int32Array,
): ResultTable[] {
  const here = new Set(analysed);
  const left = all.filter((row) => !here.has(row));
  if (left.length === 0) return [];
  return [
    {
      id: 'left-out-characteristics',
      title: 'What patients left out for a missing value have, beside those analysed',
      columns: [
        { key: 'covariate', label: 'Covariate', format: 'text' },
        { key: 'level', label: 'Mean or share', format: 'text' },
        { key: 'n', label: 'Analysed', format: 'count' },
        { key: 'value', label: 'Of those analysed', format: 'number', why: 'value_why' },
        { key: 'n_left', label: 'Left out, with it known', format: 'count' },
        { key: 'value_left', label: 'Of those left out', format: 'number', why: 'value_left_why' },
        { key: 'difference', label: 'Standardised difference', format: 'number', why: 'difference_why' },
      ],
      rows: covariates.flatMap((covariate) => rowsFor(covariate, analysed, left)),
      notes: [`${left.length} patients whose outcome is known are left out for a missing value of a covariate.`],
    },
  ];
}

function rowsFor({ title, values }: Covariate, analysed: Int32Array, left: Int32Array): ResultTable['rows'] {
  const cells = (n: number, value: number, nLeft: number, valueLeft: number) => ({
    n,
    value: cell(value),
    value_why: n === 0 ? 'not known of anybody' : '',
    n_left: nLeft,
    value_left: cell(valueLeft),
    value_left_why: nLeft === 0 ? 'not known of anybody' : '',
  });
  if (values.kind === 'number') {
    const known = (rows: Int32Array) =>
      Float64Array.from(rows, (row) => values.of[row]!).filter((value) => Number.isFinite(value));
    const mean = (of: Float64Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
    const [x, y] = [known(analysed), known(left)];
    return [
      {
        covariate: title,
        level: `mean${values.unit === undefined ? '' : `, ${values.unit}`}`,
        ...cells(x.length, mean(x), y.length, mean(y)),
        ...differenceCells(standardisedMeanDifference(x, y)),
      },
    ];
  }
  const counted = (rows: Int32Array) =>
    values.labels.map((_, level) => rows.reduce((sum, row) => sum + (values.codes[row] === level ? 1 : 0), 0));
  const [x, y] = [counted(analysed), counted(left)];
  const total = (of: readonly number[]) => of.reduce((sum, n) => sum + n, 0);
  return values.labels.slice(values.labels.length === 2 ? 1 : 0).map((label) => {
    const level = values.labels.indexOf(label);
    return {
      covariate: title,
      level: label,
      ...cells(total(x), x[level]! / total(x), total(y), y[level]! / total(y)),
      ...differenceCells(standardisedShareDifference(x, y)),
    };
  });
}

function differenceCells(found: ReturnType<typeof standardisedMeanDifference>): {
  readonly difference: number | null;
  readonly difference_why: string;
} {
  return found.ok
    ? { difference: cell(found.difference), difference_why: '' }
    : { difference: null, difference_why: found.problem };
}
