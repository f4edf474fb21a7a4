import type { ResultTable } from '../../result/index.ts';
import { sampleQuantile, sortedSample } from '../../stats/index.ts';
import { columnsOf, columnWords, type Term } from '../models/model-terms.ts';
import { cell } from '../parts/cells.ts';
import type { Predictor, RiskAt } from './prediction-model.ts';
import type { Optimism } from './prediction-optimism.ts';
import type { Stability } from './prediction-stability.ts';

/** Every candidate's column: who carries it, its coefficient, and how stable its selection is. */
export function signatureTable(
  terms: readonly Term[],
  { coefficients }: Predictor,
  stability: Stability | undefined,
  optimism: Optimism | undefined,
): ResultTable {
  const columns = columnsOf(terms);
  const rows = columns.map(({ name, values }, j) => {
    const b = coefficients[j]!;
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    return {
      candidate: columnWords(terms, name),
      in_signature: b === 0 ? 'out' : 'in',
      coefficient: b,
      ratio: b === 0 ? null : cell(Math.exp(b)),
      ratio_why: b === 0 ? 'out' : '',
      per_deviation: b * deviation,
      mean,
      ...(stability === undefined ? {} : { selected: stability.selected[j]!, positive: stability.positive[j]! }),
      ...(optimism === undefined ? {} : { kept: optimism.kept[j]! }),
    };
  });
  const order = (row: (typeof rows)[number]) => Math.abs(row.per_deviation);
  return {
    id: 'signature',
    title: 'The signature: candidates, their coefficients, and how stable their selection is',
    columns: [
      { key: 'candidate', label: 'Candidate', format: 'text' },
      { key: 'in_signature', label: 'In the signature', format: 'text' },
      { key: 'mean', label: 'Mean or share', format: 'number' },
      { key: 'coefficient', label: 'Coefficient', format: 'number' },
      { key: 'ratio', label: 'Ratio, shrunken', format: 'ratio', why: 'ratio_why' },
      { key: 'per_deviation', label: 'Coefficient a standard deviation', format: 'number' },
      ...(stability === undefined
        ? []
        : [
            { key: 'selected', label: `In, of ${stability.halves} random halves`, format: 'share' as const },
            { key: 'positive', label: 'In with a positive coefficient', format: 'share' as const },
          ]),
      ...(optimism === undefined
        ? []
        : [{ key: 'kept', label: `In, of ${optimism.samples} bootstrap samples`, format: 'share' as const }]),
    ],
    rows: rows.sort((a, b) => order(b) - order(a)),
    notes: [
      'Coefficients are shrunken: they have neither intervals nor p values. A candidate that is out is not shown to be without effect, and one that is in not shown to have one: see how often it is chosen when patients change.',
      ...(stability !== undefined && stability.failed > 0
        ? [`${stability.failed} of ${stability.halves} halves could not be fitted and are left out.`]
        : []),
    ],
  };
}

/** What the risk score comes to in the patients, and the risks that go with it: its quartiles are described, not cut at. */
export function riskScoreTable(
  linear: Float64Array,
  risk: RiskAt,
  { centre, horizon, binary }: { readonly centre: number; readonly horizon: number; readonly binary: boolean },
): ResultTable {
  const sorted = sortedSample(linear);
  const at = [0.05, 0.25, 0.5, 0.75, 0.95];
  const values = Float64Array.from(at, (share) => sampleQuantile(sorted, share));
  const risks = Number.isNaN(horizon) && !binary ? undefined : risk(values, horizon);
  return {
    id: 'risk-score',
    title: 'The risk score in these patients',
    columns: [
      { key: 'quantile', label: 'Quantile', format: 'share' },
      { key: 'score', label: 'Risk score', format: 'number' },
      {
        key: 'risk',
        label: binary ? 'Risk' : `Risk by month ${Number(horizon.toPrecision(6))}`,
        format: 'share',
        why: 'risk_why',
      },
    ],
    rows: at.map((quantile, i) => ({
      quantile,
      score: values[i]! - centre,
      risk: cell(risks?.[i] ?? Number.NaN),
      risk_why: risks === undefined ? 'no horizon' : '',
    })),
    notes: [
      `The risk score is the sum of the coefficients times what a patient has, less ${centre.toPrecision(10)}, its mean here. Patients were not cut into groups by it.`,
    ],
  };
}
