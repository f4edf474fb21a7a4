import { type ConcordanceSums, concordance, type LogRankTables, logRank } from '../../stats/index.ts';
import type { Codebook, Grid, StudyAnalysis } from '../documents.ts';
import { columnsOf, endpointOf, type SiteRows, variableOf } from './site-rows.ts';

type Of<M extends StudyAnalysis['method']> = Extract<StudyAnalysis, { readonly method: M }>;

/** Groups of a variable of the codebook: its levels, or no and yes. */
export function groupLabels(codebook: Codebook, name: string): readonly string[] {
  const variable = codebook.variables[name];
  if (variable?.type === 'category') return variable.levels;
  if (variable?.type === 'boolean') return ['0', '1'];
  const [low, high] = variable?.range ?? [0, 0];
  const count = Math.max(0, Math.floor(high) - Math.ceil(low) + 1);
  // no protocol may have so many groups: it is enough to see that they are too many
  return Array.from({ length: Math.min(count, 1000) }, (_, i) => String(Math.ceil(low) + i));
}

/** By patient the place of her group among the labels. */
export function groupCodes(rows: SiteRows, codebook: Codebook, name: string): Int32Array {
  const variable = codebook.variables[name];
  const least = variable?.type === 'integer' || variable?.type === 'number' ? Math.ceil(variable.range[0]) : 0;
  return Int32Array.from(variableOf(rows, name), (value) => value - least);
}

/** A site's log-rank test: observed and expected by group, and the variance of their differences. */
export interface LogRankAnswer {
  readonly n: readonly number[];
  readonly observed: readonly number[];
  readonly expected: readonly number[];
  readonly variance: readonly (readonly number[])[];
}

export function answerLogRank(asked: Of<'log-rank/1'>, rows: SiteRows, codebook: Codebook): LogRankAnswer {
  const { time, cause } = endpointOf(rows, asked.endpoint);
  const groups = groupLabels(codebook, asked.group).length;
  const tables: LogRankTables = logRank.accumulate(
    { time, event: cause.map((code) => (code === 1 ? 1 : 0)) },
    groupCodes(rows, codebook, asked.group),
    groups,
  );
  const { n, observed, expected, variance } = logRank.solve(tables);
  return { n, observed, expected, variance };
}

/** A site's 2 x 2 table: exposed with and without the outcome, then unexposed. */
export function answerMantelHaenszel(
  asked: Of<'mantel-haenszel/1'>,
  rows: SiteRows,
): readonly [number, number, number, number] {
  const [exposure, outcome] = [variableOf(rows, asked.exposure), variableOf(rows, asked.outcome)];
  const cells: [number, number, number, number] = [0, 0, 0, 0];
  for (let i = 0; i < rows.n; i++) {
    const [x, y] = [exposure[i], outcome[i]];
    if ((x === 0 || x === 1) && (y === 0 || y === 1)) cells[(1 - x) * 2 + (1 - y)]! += 1;
  }
  return cells;
}

/** Deaths and censorings in each step of a grid, by group; a time on an edge belongs to the step that it ends. */
export interface GridCounts {
  readonly deaths: readonly number[];
  readonly censored: readonly number[];
  /** Who is under observation beyond the last step. */
  readonly beyond: number;
}

/** A site's own: it alone knows what happened beyond. */
export interface SiteGridCounts extends GridCounts {
  /** Of who is beyond, how many had the event in the end. */
  readonly died: number;
}

/** The steps of a protocol's own grid, by their ends: 1, 2, … */
export function baseSteps({ width, last }: Grid): number[] {
  return Array.from({ length: Math.ceil(last / width - 1e-9) }, (_, i) => i + 1);
}

/** The step of a grid, from 1, in which a time lies. */
export function stepOf(time: number, width: number): number {
  return Math.max(1, Math.ceil(time / width - 1e-12));
}

/** `edges` are the steps of the protocol's grid at which counted bins end. */
export function answerKaplanMeier(
  asked: Of<'kaplan-meier/1'>,
  rows: SiteRows,
  codebook: Codebook,
  edges: readonly number[] = baseSteps(asked.grid),
): SiteGridCounts[] {
  const { time, cause } = endpointOf(rows, asked.endpoint);
  const codes = asked.group === undefined ? new Int32Array(rows.n) : groupCodes(rows, codebook, asked.group);
  const groups = asked.group === undefined ? 1 : groupLabels(codebook, asked.group).length;
  return Array.from({ length: groups }, (_, g) => {
    const deaths = new Array<number>(edges.length).fill(0);
    const censored = new Array<number>(edges.length).fill(0);
    let beyond = 0;
    let died = 0;
    for (let i = 0; i < rows.n; i++) {
      if (codes[i] !== g) continue;
      const step = stepOf(time[i]!, asked.grid.width);
      const bin = edges.findIndex((edge) => step <= edge);
      if (bin >= 0) (cause[i] === 1 ? deaths : censored)[bin]! += 1;
      else {
        beyond += 1;
        if (cause[i] === 1) died += 1;
      }
    }
    return { deaths, censored, beyond, died };
  });
}

/** A site's pairs at the final coefficients of a model: five counts and three sums over patients. */
export function answerConcordance(
  asked: Of<'cox/1'>,
  rows: SiteRows,
  codebook: Codebook,
  beta: ArrayLike<number>,
): ConcordanceSums {
  const { time, cause } = endpointOf(rows, asked.endpoint);
  const { values } = columnsOf(rows, codebook, asked.covariates);
  const marker = Float64Array.from({ length: rows.n }, (_, i) =>
    values.reduce((sum, column, j) => sum + column[i]! * beta[j]!, 0),
  );
  return concordance.accumulate({ time, event: cause.map((code) => (code === 1 ? 1 : 0)) }, marker);
}

/** Count, sum and squares about the codebook's centre of a number; counts by level of anything else. */
export type Described =
  | { readonly n: number; readonly sum: number; readonly squares: number }
  | { readonly levels: readonly number[] };

export function answerTableOne(
  asked: Of<'table-one/1'>,
  rows: SiteRows,
  codebook: Codebook,
): Record<string, Described>[] {
  const groups = asked.by === undefined ? 1 : groupLabels(codebook, asked.by).length;
  const codes = asked.by === undefined ? new Int32Array(rows.n) : groupCodes(rows, codebook, asked.by);
  return Array.from({ length: groups }, (_, g) => {
    const own = [...codes.keys()].filter((i) => codes[i] === g);
    return Object.fromEntries(asked.variables.map((name) => [name, describedBy(rows, codebook, name, own)]));
  });
}

function describedBy(rows: SiteRows, codebook: Codebook, name: string, own: readonly number[]): Described {
  const variable = codebook.variables[name]!;
  const values = variableOf(rows, name);
  if (variable.type === 'boolean' || variable.type === 'category') {
    const levels = new Array<number>(groupLabels(codebook, name).length).fill(0);
    for (const i of own) levels[values[i]!]! += 1;
    return { levels };
  }
  let sum = 0;
  let squares = 0;
  for (const i of own) {
    const from = values[i]! - variable.centre;
    sum += from;
    squares += from * from;
  }
  return { n: own.length, sum, squares };
}
