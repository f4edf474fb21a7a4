import type { ResultTable } from '../../../result/index.ts';
import { type ConcordanceSums, concordance } from '../../../stats/index.ts';
import type { Finished } from '../progress.ts';
import { asksConcordance, type Model } from '../protocol.ts';
import { cell, number, type Part, text } from './part.ts';

/**
 * Of an open logistic model: each site's intercept at the pooled coefficients, covariates at the codebook's centres. Where the sites were last
 * asked each told its own; the last step moves it along its profile.
 */
function interceptsOf(
  { sites, rounds }: Finished,
  model: Model,
  pooled: Float64Array,
): { readonly site: string; readonly intercept: number }[] {
  if (model.method !== 'logistic/1' || model.mode === 'masked') return [];
  const last = rounds[model.rounds - 1]!.open as unknown as {
    readonly beta?: readonly number[];
    readonly joint: { readonly intercept: number; readonly information: readonly number[] };
  }[];
  return sites.map((site, i) => {
    const { beta, joint } = last[i]!;
    const moved = pooled.reduce(
      (sum, value, j) => sum + (value - (beta?.[j] ?? 0)) * joint.information[((j + 1) * (j + 2)) / 2]!,
      0,
    );
    return { site, intercept: joint.intercept - moved / joint.information[0]! };
  });
}

export function interceptTable(finished: Finished, model: Model, pooled: Float64Array): ResultTable[] {
  const rows = interceptsOf(finished, model, pooled);
  if (rows.length === 0) return [];
  return [
    {
      id: `${model.id}-intercepts`,
      title: `${model.id}: intercepts`,
      columns: [text('site', 'Site'), number('intercept', 'Intercept')],
      rows,
      notes: ["Log odds at the codebook's centres."],
    },
  ];
}

export function interceptNumbers(finished: Finished, model: Model, pooled: Float64Array): Part['numbers'] {
  const rows = interceptsOf(finished, model, pooled);
  return rows.length === 0 ? {} : { [`${model.id}.intercepts`]: rows.map(({ intercept }) => intercept) };
}

export function concordanceOf(
  { rounds }: Finished,
  model: Model,
): { readonly numbers: Part['numbers']; readonly table: ResultTable } | undefined {
  const data = asksConcordance(model) ? rounds[model.rounds] : undefined;
  if (!data) return undefined;
  const sums = data.sums
    ? sumsOf(data.sums)
    : (data.open as unknown as { readonly concordance: ConcordanceSums }[])
        .map((each) => each.concordance)
        .reduce(concordance.merge);
  const solved = concordance.solve(sums);
  if (!solved.ok) return undefined;
  const { estimate, standardError, lower, upper } = solved;
  return {
    numbers: {
      [`${model.id}.concordance`]: [
        estimate,
        cell(standardError),
        sums.concordant,
        sums.discordant,
        sums.tiedMarker,
        sums.tiedTime,
        sums.tiedBoth,
      ],
    },
    table: {
      id: `${model.id}-concordance`,
      title: `${model.id}: concordance of pairs within sites`,
      columns: [
        { key: 'concordance', label: 'Concordance', format: 'number', low: 'low', high: 'high' },
        number('standard_error', 'Standard error'),
      ],
      rows: [{ concordance: estimate, low: cell(lower), high: cell(upper), standard_error: cell(standardError) }],
      notes: [],
    },
  };
}

function sumsOf(sums: readonly number[]): ConcordanceSums {
  const [n, concordant, discordant, tiedMarker, tiedTime, tiedBoth, balanceSquares, balanceByPairs, pairSquares] =
    sums as readonly [number, number, number, number, number, number, number, number, number];
  return { n, concordant, discordant, tiedMarker, tiedTime, tiedBoth, balanceSquares, balanceByPairs, pairSquares };
}
