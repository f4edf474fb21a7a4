import { type NomogramFigure, printShare, type ResultTable } from '../../result/index.ts';
import { nomogram } from '../../stats/index.ts';
import type { Term } from '../models/model-terms.ts';
import { cell } from '../parts/cells.ts';
import type { Covariate } from '../parts/covariate.ts';
import type { Predictor, RiskAt } from './prediction-model.ts';

/** Whether points can be given: each covariate has its own scale only where the effect is a line and nothing depends on another. */
export function hasNomogram(
  terms: readonly Term[],
  covariates: readonly Covariate[],
  { coefficients }: Predictor,
): boolean {
  return (
    terms.length === covariates.length &&
    terms.every(({ knots }) => knots === undefined) &&
    coefficients.some((b) => b !== 0)
  );
}

/** A covariate on its scale: what each value adds, and of levels their names by what they add. */
interface Scale {
  readonly title: string;
  readonly coefficient: number;
  readonly values: Float64Array;
  readonly per: number;
  readonly labels: ReadonlyMap<number, readonly string[]> | undefined;
}

/** Points of each value of each covariate, and the risk of each total: tables, and the same as a picture. */
export function nomogramOf(
  terms: readonly Term[],
  covariates: readonly Covariate[],
  predictor: Predictor,
  risk: RiskAt,
  of: { readonly horizon: number; readonly binary: boolean; readonly title: string },
): { readonly tables: ResultTable[]; readonly figures: NomogramFigure[] } {
  let column = 0;
  const shown = terms.flatMap(({ title, columns, lines }, t): Scale[] => {
    const own = columns.map(({ values }) => ({ values, b: predictor.coefficients[column++]! }));
    if (own.length === 0 || own.every(({ b }) => b === 0)) return [];
    const { values } = covariates[t]!;
    if (values.kind === 'number')
      return [{ title, coefficient: own[0]!.b, values: own[0]!.values, per: values.per, labels: undefined }];
    const effect = Float64Array.from(own[0]!.values, (_, i) =>
      own.reduce((sum, each) => sum + each.b * each.values[i]!, 0),
    );
    const labels = new Map<number, string[]>();
    lines.forEach(({ label, weights }) => {
      const at = weights.length === 0 ? 0 : own[columns.findIndex(({ name }) => name === weights[0]![0])]!.b;
      labels.set(at, [...(labels.get(at) ?? []), label]);
    });
    return [{ title, coefficient: 1, values: effect, per: 1, labels }];
  });
  const { axes, intercept, perPoint } = nomogram(
    { names: shown.map(({ title }) => title), coefficients: shown.map(({ coefficient }) => coefficient) },
    shown.map(({ values }) => values),
  );
  const rows = axes.flatMap(({ name, values, points }, a) =>
    values.map((value, i) => {
      const { labels, per } = shown[a]!;
      const text = labels?.get(value)?.join(', ') ?? String(Number((value * per).toPrecision(6)));
      return { covariate: name, value: text, points: points[i]! };
    }),
  );
  const most = Math.ceil(axes.reduce((sum, { points }) => sum + Math.max(...points), 0) / 10) * 10;
  const totals = Array.from({ length: most / 10 + 1 }, (_, i) => i * 10);
  const linear = Float64Array.from(totals, (points) => predictor.intercept + intercept + points * perPoint);
  const risks = risk(linear, of.horizon);
  const riskLabel = of.binary ? 'Risk' : `Risk by month ${Number(of.horizon.toPrecision(6))}`;
  const tables: ResultTable[] = [
    {
      id: 'nomogram',
      title: 'Nomogram: points',
      columns: [
        { key: 'covariate', label: 'Covariate', format: 'text' },
        { key: 'value', label: 'Value', format: 'text' },
        { key: 'points', label: 'Points', format: 'number' },
      ],
      rows,
      notes: [
        "The covariate whose effect spans most has 0 to 100 points; a patient's total is the sum over the covariates.",
      ],
    },
    {
      id: 'nomogram-risk',
      title: 'Nomogram: risk of each total',
      columns: [
        { key: 'total', label: 'Total points', format: 'count' },
        {
          key: 'risk',
          label: riskLabel,
          format: 'share',
        },
      ],
      rows: totals.map((total, i) => ({ total, risk: cell(risks[i]!), linear_predictor: linear[i]! })),
      notes: [],
    },
  ];
  const named = [...Map.groupBy(rows, ({ covariate }) => covariate)];
  const round = roundRisks(totals, risks);
  const title = `${of.title}: nomogram`;
  return {
    tables,
    figures: [
      {
        kind: 'nomogram',
        id: 'nomogram',
        title,
        alt: `Nomogram of ${named.length} covariates. ${title}. ${named
          .map(([name, marks]) => `${name}: up to ${Math.round(Math.max(...marks.map(({ points }) => points)))} points`)
          .slice(0, 12)
          .join(
            '; ',
          )}. ${riskLabel}: ${round.map((each) => `${printShare(each.risk)} at ${Math.round(each.total)} points`).join(', ')}.`,
        most: 100,
        axes: named.map(([label, marks]) => ({
          label,
          marks: marks.map(({ value, points }) => ({ text: value, points })),
        })),
        mostTotal: most,
        riskLabel,
        risks: round,
      },
    ],
  };
}

const ROUND = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];

/** Round risks within those of the totals, each at its total: between two totals the line is straight. */
function roundRisks(totals: readonly number[], risks: Float64Array): { risk: number; total: number }[] {
  return ROUND.flatMap((risk) => {
    const after = risks.findIndex((each) => each >= risk);
    if (after <= 0) return [];
    const [low, high] = [risks[after - 1]!, risks[after]!];
    const share = (risk - low) / (high - low);
    return [{ risk, total: totals[after - 1]! + share * (totals[after]! - totals[after - 1]!) }];
  });
}
