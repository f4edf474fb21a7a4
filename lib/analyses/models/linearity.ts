import type { Findings, ResultTable } from '../../result/index.ts';
import { cell, pCells } from '../parts/cells.ts';
import type { Covariate, Interaction } from '../parts/covariate.ts';
import { columnsOf, termsOf } from './model-terms.ts';
import { bendingTest, type Regression, type TermTest } from './regression.ts';

/** Whether a number's effect bends: its spline beside all other covariates, against the straight line. */
interface Bend {
  readonly title: string;
  readonly knots: readonly number[];
  readonly test: TermTest;
}

/** Four knots as Harrell has it, three in fewer patients than this. */
const MANY = 100;

/** Numbers that enter a model as a straight line, each tested for bending beside all others; one with too few values for knots has no test. */
export function testLinearity(
  regression: Regression,
  covariates: readonly Covariate[],
  interactions: readonly Interaction[],
  rows: Int32Array,
): readonly Bend[] {
  const knots = rows.length < MANY ? 3 : 4;
  return covariates.flatMap(({ values, title }, i): Bend[] => {
    if (values.kind !== 'number' || values.knots !== undefined) return [];
    if (interactions.some((pair) => pair.includes(i))) return [];
    const bent = covariates.map((covariate, at) =>
      at === i ? { ...covariate, values: { ...values, knots } } : covariate,
    );
    const terms = termsOf(bent, interactions, rows);
    const own = terms[i]!;
    if (own.knots === undefined) return [];
    return [{ title, knots: own.knots, test: bendingTest(regression, terms, own, regression(columnsOf(terms))) }];
  });
}

/** A row a number; no table without one. */
export function linearityTable(bends: readonly Bend[]): ResultTable[] {
  if (bends.length === 0) return [];
  return [
    {
      id: 'linearity',
      title: 'Whether the effect of a number bends',
      columns: [
        { key: 'covariate', label: 'Covariate', format: 'text' },
        { key: 'knots', label: 'Knots', format: 'text' },
        { key: 'statistic', label: 'Chi-square', format: 'number', why: 'p_why' },
        { key: 'degrees_of_freedom', label: 'Degrees of freedom', format: 'count' },
        { key: 'p', label: 'Likelihood-ratio p', format: 'p', why: 'p_why' },
      ],
      rows: bends.map(({ title, knots, test: { statistic, degreesOfFreedom, p, logP, why } }) => ({
        covariate: title,
        knots: knots.map((knot) => Number(knot.toPrecision(4))).join(', '),
        statistic: cell(statistic),
        degrees_of_freedom: degreesOfFreedom === 0 ? null : degreesOfFreedom,
        ...pCells('p', p, logP, why || 'no estimate'),
      })),
      notes: ['A restricted cubic spline in place of the straight line, beside all other covariates.'],
    },
  ];
}

/** Numbers whose effect bends all the same. */
export function linearityWarnings(bends: readonly Bend[]): Findings['warnings'] {
  const bent = bends.filter(({ test }) => test.p < 0.05).map(({ title }) => title);
  if (bent.length === 0) return [];
  return [
    {
      code: 'not-linear',
      says: `The effect may bend, where the model takes a straight line (p < 0.05): ${bent.join(', ')}. Look at it with "knots".`,
    },
  ];
}
