import { printEstimate, printRatio, type ResultTable } from '../../result/index.ts';
import { chiSquare, normal, quadraticForm } from '../../stats/index.ts';
import type { Release } from './documents.ts';

/** Columns of the tables of a release. */
export const text = (key: string, label: string) => ({ key, label, format: 'text' as const });
export const count = (key: string, label: string) => ({ key, label, format: 'count' as const });
export const number = (key: string, label: string) => ({ key, label, format: 'number' as const });

/** The log-rank test that a release makes possible, if it holds one. */
export function testTable({ test, km }: Release): ResultTable[] {
  if (test === undefined) return [];
  const { difference, variance } = test;
  const { value, rank } = quadraticForm(Float64Array.from(variance.flat()), Float64Array.from(difference), 1e-12);
  const labels = Object.values(km ?? {}).map(({ label }) => label);
  return [
    {
      id: 'test',
      title: 'Log-rank test',
      columns: [
        text('group', 'Group'),
        number('difference', 'Events less those expected'),
        number('variance', 'Variance'),
        number('statistic', 'Chi-square'),
        count('df', 'Degrees of freedom'),
        { key: 'p', label: 'p', format: 'p' },
      ],
      rows: difference.map((d, g) => ({
        group: labels[g] ?? `group ${g + 1}`,
        difference: d,
        variance: variance[g]![g]!,
        statistic: value,
        df: rank,
        p: chiSquare.upper(value, rank),
      })),
      notes: [],
    },
  ];
}

const Z = normal.quantile(0.975);

/** Ratios with Wald intervals, of the coefficients. */
export function modelTable({ model }: Release): ResultTable[] {
  if (model === undefined) return [];
  const ratio = model.kind === 'cox' ? 'Hazard ratio' : 'Odds ratio';
  return [
    {
      id: 'model',
      title: `${ratio}s`,
      columns: [
        text('term', 'Term'),
        { key: 'ratio', label: ratio, format: 'ratio', low: 'low', high: 'high' },
        number('coefficient', 'Coefficient'),
        number('standard_error', 'Standard error'),
        { key: 'p', label: 'Wald p', format: 'p' },
      ],
      rows: model.terms.map((term, j) => {
        const beta = model.beta[j]!;
        const se = Math.sqrt(model.covariance[(j * (j + 3)) / 2]!);
        return {
          term,
          ratio: Math.exp(beta),
          low: Math.exp(beta - Z * se),
          high: Math.exp(beta + Z * se),
          coefficient: beta,
          standard_error: se,
          p: chiSquare.upper((beta / se) ** 2, 1),
        };
      }),
      notes: model.strata === undefined ? [] : [`Within strata of ${model.strata}.`],
    },
  ];
}

type Described = NonNullable<Release['table']>['variables'][number];

/** The patients by group. */
export function describedTable({ table }: Release): ResultTable[] {
  if (table === undefined) return [];
  return [
    {
      id: 'table',
      title: 'The patients',
      columns: [
        text('variable', 'Variable'),
        text('level', 'Level'),
        ...table.groups.map(({ label, n }, g) => text(`group_${g}`, n === null ? label : `${label} (${n})`)),
      ],
      rows: table.variables.flatMap((variable) => rowsOf(variable)),
      notes: ['Numbers are means (standard deviations); what is held back shows as "withheld".'],
    },
  ];
}

function rowsOf({ title, unit, levels, groups }: Described): ResultTable['rows'] {
  const row = (level: string, told: (group: Described['groups'][number]) => string) => ({
    variable: unit === undefined ? title : `${title}, ${unit}`,
    level,
    ...Object.fromEntries(groups.map((group, g) => [`group_${g}`, group === null ? 'withheld' : told(group)])),
  });
  const counted = (at: number) => (group: Described['groups'][number]) => {
    const cell = group !== null && 'levels' in group ? group.levels[at] : undefined;
    return cell === null || cell === undefined ? 'withheld' : String(cell);
  };
  if (levels) return [...levels, 'not known'].map((level, at) => row(level, counted(at)));
  return [
    row('', (group) =>
      group !== null && 'mean' in group
        ? `${printRatio(group.mean)} (${group.sd === null ? 'none' : printRatio(group.sd)})`
        : '',
    ),
  ];
}

/** Genes by their scores, with p values that follow from them. */
export function scoreTable({ scores }: Release): ResultTable[] {
  if (scores === undefined) return [];
  return [
    {
      id: 'scores',
      title: 'Scores of genes',
      columns: [
        text('gene', 'Gene'),
        count('carriers', 'Altered'),
        count('covered', 'Covered'),
        number('u', 'Events less those expected'),
        number('v', 'Variance'),
        { key: 'p', label: 'p', format: 'p' },
      ],
      rows: scores.map(({ gene, carriers, covered, u, v }) => ({
        ...{ gene, carriers, covered, u, v },
        p: v > 0 ? chiSquare.upper((u * u) / v, 1) : null,
      })),
      notes: [],
    },
  ];
}

/** What a prediction model is made of. */
export function predictionTable({ prediction }: Release): ResultTable[] {
  if (prediction === undefined) return [];
  const { model } = prediction;
  return [
    {
      id: 'prediction',
      title: `A model of ${model.outcome.title}`,
      columns: [text('term', 'Term'), number('coefficient', 'Coefficient'), number('mean', 'Mean')],
      rows: model.terms.map(({ label, coefficient, mean }) => ({ term: label, coefficient, mean })),
      notes: model.performance.map(
        ({ measure, value, low, high }) => `${measure}: ${printEstimate(value, { low, high }, 'none', printRatio)}.`,
      ),
    },
  ];
}

const WHY: ReadonlyMap<string, string> = new Map([
  ['k', 'of fewer patients than may be told of'],
  ['not released', 'no release holds it'],
]);

/** What was held back, and why. */
export function withheldTable({ withheld }: Release): ResultTable {
  return {
    id: 'withheld',
    title: 'Withheld',
    columns: [text('what', 'What'), text('why', 'Why')],
    rows: withheld.map(({ what, rule }) => ({ what, why: WHY.get(rule) ?? rule })),
    notes: [],
  };
}
