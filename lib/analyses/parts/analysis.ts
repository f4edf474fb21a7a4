import type * as z from 'zod';
import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings } from '../../result/index.ts';

/** How an analysis tells how far it is, and learns that nobody waits for it any more. */
export interface Progress {
  /** `fraction` is of the whole analysis, 0 to 1. */
  stage(name: string, fraction: number): void;
  /** Throws SignetError `stopped` when asked to stop. */
  stopped(): void;
}

/** A question that can be asked of a cohort. Its file exports one such value, and the registry lists it. */
export interface Analysis<R> {
  readonly name: string;
  /** What it answers, in a sentence. */
  readonly says: string;
  /** All that it may cite; a result cites what it used. */
  readonly citations: readonly string[];
  /** Reads a request and fills in its defaults. */
  readonly request: z.ZodType<R>;
  /** Throws SignetError where the question itself can't be answered; what the data can't answer is a warning in the findings. */
  run(frame: CohortFrame, request: R, progress: Progress): Findings | Promise<Findings>;
}
