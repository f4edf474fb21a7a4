import * as z from 'zod';
import type { Codebook, Protocol } from '../documents.ts';
import { baseSteps, groupLabels } from '../methods/counts.ts';
import { columnCount } from '../methods/site-rows.ts';
import type { Asked } from './asked.ts';
import { asksConcordance, isModel, MOST_BINS, MOST_PATIENTS, MOST_STEPS } from './protocol.ts';

/*
 * The form of what crosses open, an analysis and a round: lengths follow from protocol and codebook, so that nothing else finds a place.
 */

/** No honest sum comes near the bound, and what is computed with it stays a number. */
const Num = z.number().min(-1e30).max(1e30);
const Count = z.int().min(0).max(MOST_PATIENTS);
const Shown = Count.nullable();
const listOf = <T extends z.ZodType>(of: T, length: number) => z.array(of).length(length);

function isAscending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1]!);
}

const at = (p: number) => ({ score: listOf(Num, p), information: listOf(Num, (p * (p + 1)) / 2), loglik: Num });
const own = (p: number) =>
  z.strictObject({ beta: listOf(Num, p), information: listOf(Num, (p * (p + 1)) / 2), loglik: Num }).nullable();
const joint = (p: number) => z.strictObject({ intercept: Num, information: listOf(Num, ((p + 1) * (p + 2)) / 2) });

const ConcordanceForm = z.strictObject({
  concordance: z.strictObject({
    n: Count,
    concordant: Num,
    discordant: Num,
    tiedMarker: Num,
    tiedTime: Num,
    tiedBoth: Num,
    balanceSquares: Num,
    balanceByPairs: Num,
    pairSquares: Num,
  }),
});

/** Of one group: deaths and censorings between the edges, as steps of the protocol's grid, and who is at risk after the last. */
const GridForm = z
  .strictObject({
    edges: z.array(z.int().min(1).max(MOST_STEPS)).max(MOST_STEPS).refine(isAscending),
    deaths: z.array(Count),
    censored: z.array(Count),
    atRisk: Count,
  })
  .refine(({ edges, deaths, censored }) => deaths.length === edges.length && censored.length === edges.length);
export type GridForm = z.infer<typeof GridForm>;

/** What Table 1 tells of a number in a group; null where a rule holds it back. */
const NumberForm = z
  .strictObject({
    n: Count,
    missing: Count,
    sum: Num,
    squares: Num,
    histogram: z
      .strictObject({
        edges: z
          .array(Num)
          .max(MOST_BINS + 1)
          .refine(isAscending),
        counts: z.array(Count).max(MOST_BINS),
      })
      .refine(({ edges, counts }) => edges.length === counts.length + 1)
      .optional(),
  })
  .nullable();
export type NumberForm = z.infer<typeof NumberForm>;

/** Of anything else: counts by level, the missing last. */
const LevelsForm = (levels: number) => z.strictObject({ levels: listOf(Shown, levels + 1) }).nullable();
export type LevelsForm = z.infer<ReturnType<typeof LevelsForm>>;

const GeneForm = z.strictObject({ covered: Count, carriers: Count, u: Num, v: Num }).nullable();

/** The form of an open summary of an analysis in a round. */
export function openForm({ analysis, round }: Asked, codebook: Codebook): z.ZodType {
  if (isModel(analysis)) {
    const p = columnCount(codebook, analysis.covariates);
    if (asksConcordance(analysis) && round > analysis.rounds) return ConcordanceForm;
    const intercept = analysis.method === 'logistic/1' ? { joint: joint(p) } : {};
    if (round > 1) return z.strictObject({ beta: listOf(Num, p), ...at(p), ...intercept });
    return z.strictObject({ n: Count, events: Count, own: own(p), zero: z.strictObject(at(p)), ...intercept });
  }
  switch (analysis.method) {
    case 'log-rank/1': {
      const g = groupLabels(codebook, analysis.group).length;
      const numbers = listOf(Num, g);
      return z
        .strictObject({ n: listOf(Count, g), observed: numbers, expected: numbers, variance: listOf(numbers, g) })
        .nullable();
    }
    case 'mantel-haenszel/1':
      return z.strictObject({ cells: listOf(Count, 4) }).nullable();
    case 'kaplan-meier/1':
      return listOf(
        GridForm.nullable(),
        analysis.group === undefined ? 1 : groupLabels(codebook, analysis.group).length,
      );
    case 'table-one/1': {
      const groups = analysis.by === undefined ? 1 : groupLabels(codebook, analysis.by).length;
      const variables = Object.fromEntries(
        analysis.variables.map((name) => {
          const variable = codebook.variables[name]!;
          return [name, 'range' in variable ? NumberForm : LevelsForm(groupLabels(codebook, name).length)];
        }),
      );
      return listOf(z.strictObject({ n: Shown, variables: z.strictObject(variables) }), groups);
    }
    case 'gene-scores/1':
      return listOf(GeneForm, analysis.genes.length);
  }
}

/** How many numbers of an analysis stand behind masks in a round. */
export function maskedCount({ analysis, round, edges = [] }: Asked, codebook: Codebook): number {
  if (analysis.mode === 'open') return 0;
  if (isModel(analysis)) {
    const p = columnCount(codebook, analysis.covariates);
    return asksConcordance(analysis) && round > analysis.rounds ? 9 : 2 + p + (p * (p + 1)) / 2;
  }
  switch (analysis.method) {
    case 'log-rank/1': {
      const g = groupLabels(codebook, analysis.group).length;
      return 2 * g + (g * (g + 1)) / 2;
    }
    case 'mantel-haenszel/1':
      return 8;
    case 'kaplan-meier/1':
      return (analysis.group === undefined ? 1 : groupLabels(codebook, analysis.group).length) * (2 * edges.length + 1);
    case 'gene-scores/1':
      return 3 * analysis.genes.length;
    case 'table-one/1':
      return 0;
  }
}

/** Steps of a curve's grid at most. */
export function gridSteps(analysis: Extract<Protocol['analyses'][number], { method: 'kaplan-meier/1' }>): number {
  return baseSteps(analysis.grid).length;
}
