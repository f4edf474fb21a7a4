/** What one kernel does on made data, and what it is held against. */
export interface KernelLine {
  /** Its name in `kernels.R`. */
  readonly id: string;
  readonly work: string;
  readonly runs: number;
  readonly run: () => unknown;
  /** R's seconds over ours that the kernel is to reach at least; absent where there is no R to beat. */
  readonly goal?: number;
  /**
   * Seconds of R's fastest way, measured once on another machine of two shared cores (R 4.2.2, survival 3.5-3, glmnet 4.1-6, cmprsk 2.2-11) on data of
   * this shape; a range where it varied.
   */
  readonly stored?: readonly [number, number];
  /** The data for R, by file: numbers as R's `readBin` takes them, little-endian. */
  readonly files?: () => Readonly<Record<string, Float64Array | Int32Array>>;
}

/** A line as measured. */
export interface KernelRow {
  readonly work: string;
  /** Median of the runs, of the processor's time. */
  readonly seconds: number;
  readonly runs: number;
  readonly goal?: number;
  readonly r?: { readonly seconds: readonly [number, number]; readonly source: 'beside' | 'stored' };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/**
 * Median processor seconds of a run once it is compiled, those of Node's own helpers included: what else the machine does then hardly counts, and R is
 * measured alike.
 */
export function secondsOf(runs: number, run: () => unknown): number {
  run();
  return median(
    Array.from({ length: runs }, () => {
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    }),
  );
}

/** Columns one after the other, as R keeps a matrix. */
export function matrixOf(columns: readonly Float64Array[]): Float64Array {
  const n = columns[0]?.length ?? 0;
  const matrix = new Float64Array(n * columns.length);
  columns.forEach((column, j) => {
    matrix.set(column, j * n);
  });
  return matrix;
}
