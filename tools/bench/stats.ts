import { loadavg } from 'node:os';
import { secondsOfR, versionOfR } from './kernels/beside-r.ts';
import { geneLines } from './kernels/genes.ts';
import { type KernelLine, type KernelRow, secondsOf } from './kernels/line.ts';
import { predictionLines } from './kernels/prediction.ts';
import { survivalLines } from './kernels/survival.ts';

function* lines(): Generator<KernelLine> {
  yield* survivalLines();
  yield* geneLines();
  yield* predictionLines();
}

function measured(line: KernelLine, hasR: boolean): KernelRow {
  const { work, runs, goal, stored } = line;
  const seconds = secondsOf(runs, line.run);
  const beside = hasR ? secondsOfR(line) : undefined;
  const r =
    beside !== undefined
      ? { seconds: [beside, beside] as const, source: 'beside' as const }
      : stored && { seconds: stored, source: 'stored' as const };
  return { work, seconds, runs, ...(goal === undefined ? {} : { goal }), ...(r === undefined ? {} : { r }) };
}

/**
 * Measures the kernels at the sizes of the project's table, one after the other; R, where it is on the PATH, right after ours and on the very data.
 * Without R a minute and a gigabyte; with it some minutes. Only lines whose work holds `wanted` are measured.
 */
export function* benchStats(wanted = ''): Generator<KernelRow> {
  const hasR = versionOfR() !== undefined;
  for (const line of lines()) if (line.work.includes(wanted)) yield measured(line, hasR);
}

/** What the rows stand beside, and the machine's load now. */
export function describeStats(): string {
  const version = versionOfR();
  const against = version === undefined ? "R's stored figures (measured elsewhere)" : version;
  return `Kernels beside ${against}; processor time, medians; load ${loadavg()[0]!.toFixed(1)}`;
}

export const STATS_COLUMNS = ['kernel', 'ours', 'R', 'R / ours', 'at least', ''];

/** A row of the table to read. */
export function printKernel({ work, seconds: ours, goal, r }: KernelRow): string[] {
  const seconds = (value: number) =>
    value < 0.1 ? `${(value * 1000).toPrecision(3)} ms` : `${value.toPrecision(3)} s`;
  const ratio = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
  const range = ([low, high]: readonly [number, number], show: (value: number) => string) =>
    low === high ? show(low) : `${show(low)} to ${show(high)}`;
  const ratios = r && ([r.seconds[0] / ours, r.seconds[1] / ours] as const);
  const verdict = () => {
    if (goal === undefined || ratios === undefined) return '';
    return ratios[0] >= goal ? 'reached' : ratios[1] >= goal ? 'at times' : 'not reached';
  };
  return [
    work,
    seconds(ours),
    r === undefined ? '-' : range(r.seconds, seconds) + (r.source === 'stored' ? ' (stored)' : ''),
    ratios === undefined ? '-' : range(ratios, ratio),
    goal === undefined ? '-' : goal.toLocaleString('en'),
    verdict(),
  ];
}
