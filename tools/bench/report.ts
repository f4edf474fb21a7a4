import { loadavg } from 'node:os';
import { synthesise } from '../assembly.ts';
import { Progress } from '../local/progress.ts';
import { versionOfR } from './kernels/beside-r.ts';
import { type RItem, reportInR } from './report/beside-r.ts';
import { cohortOfSize, type Size } from './report/cohort.ts';
import { reportOverStack, type StackReport } from './report/over-stack.ts';
import { type StagedReport, stagedReport } from './report/stages.ts';

/** The report of one size of cohort: in this process by stages, beside R's, and over a stack. */
export interface ReportBench {
  readonly size: Size;
  readonly staged: Pick<StagedReport, 'stages' | 'refused'>;
  /** What items of the plan cost R; undefined without R. */
  readonly r: ReadonlyMap<string, RItem> | undefined;
  /** Undefined of a size that is measured in this process alone. */
  readonly stack: StackReport | undefined;
}

/** A study's size, and an exome of a large one, whose analyses take longer than a function may. */
const SIZES = [
  { size: { patients: 286, genes: 500 }, overStack: true },
  { size: { patients: 2000, genes: 20_000 }, overStack: false },
] as const;

/** Measures the report of each size whose name ("286 x 500") holds `wanted`. R, where it is on the PATH, does the same right after. */
export async function* benchReport(wanted = ''): AsyncGenerator<ReportBench> {
  const progress = new Progress();
  for (const { size, overStack } of SIZES) {
    if (!sizeName(size).includes(wanted)) continue;
    const told = (says: string): void => progress.show(`${sizeName(size)}: ${says}`);
    told('drawing the cohort');
    const uploads = await cohortOfSize(size);
    const staged = await stagedReport(uploads, told);
    told('the same in R');
    const r = versionOfR() === undefined ? undefined : await reportInR(staged.frame);
    const stack = overStack ? await reportOverStack(await synthesise(), uploads, told) : undefined;
    progress.done(`${sizeName(size)}: measured`);
    yield { size, staged, r, stack };
  }
}

function sizeName({ patients, genes }: Size): string {
  return `${patients} x ${genes}`;
}

/** Titles and tables to read. */
export function printReport({ size, staged, r, stack }: ReportBench): { title: string; rows: string[][] }[] {
  const { patients, genes } = size;
  const load = loadavg()[0]!.toFixed(1);
  const name = `${patients.toLocaleString('en')} patients x ${genes.toLocaleString('en')} genes`;
  return [
    {
      title: `The whole report, ${name}, in this process, beside ${r === undefined ? 'nothing: there is no R' : versionOfR()}; load ${load}`,
      rows: stageRows(staged, r),
    },
    ...(stack === undefined
      ? []
      : [{ title: `The same over the local stack, upload to HTML`, rows: stackRows(stack) }]),
  ];
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function stageRows({ stages, refused }: ReportBench['staged'], r: ReportBench['r']): string[][] {
  const all = sum(stages.map(({ cpu }) => cpu));
  const row = (says: string, cpu: number, wall: number, beside: number | undefined): string[] => [
    says,
    seconds(cpu),
    `${((100 * cpu) / all).toFixed(1)} %`,
    seconds(wall),
    beside === undefined ? '-' : seconds(beside),
    beside === undefined ? '-' : (beside / cpu).toFixed(1),
  ];
  const both = stages.filter(({ name }) => r?.has(name));
  const total = (of: typeof stages, pick: 'cpu' | 'wall'): number => sum(of.map((stage) => stage[pick]));
  return [
    ['stage', 'processor', 'share', 'wall', 'R, processor', 'R / ours'],
    ...stages.map(({ name, cpu, wall }) => row(name, cpu, wall, r?.get(name)?.seconds)),
    row(
      'what both do',
      total(both, 'cpu'),
      total(both, 'wall'),
      r && sum(both.map(({ name }) => r.get(name)!.seconds)),
    ),
    row('all', all, total(stages, 'wall'), undefined),
    ...refused.map((part) => [`refused: ${part}`]),
    ...[...(r ?? [])]
      .filter(([, { failed }]) => failed > 0)
      .map(([item, { failed }]) => [`without an answer in R: ${failed} of ${item}`]),
  ];
}

function stackRows({ put, settled, made, rendered, html }: StackReport): string[][] {
  const all = put + settled + made + rendered;
  const row = (says: string, wall: number): string[] => [says, seconds(wall), `${((100 * wall) / all).toFixed(1)} %`];
  return [
    ['stage', 'wall', 'share'],
    row('putting the files', put),
    row('reading and publishing', settled),
    row('making the report', made),
    row(`as HTML (${(html / 1e6).toFixed(1)} MB)`, rendered),
    row('all', all),
  ];
}
