import type { Problem } from '../values/problem.ts';

/** A rule that data and definitions are held against. */
export interface Rule {
  readonly id: string;
  /**
   * `file`: the source is refused; `error`: the row is set apart; `cell`: the cell is set aside and counts as missing; `warning`: kept and
   * flagged.
   */
  readonly level: Problem['level'];
  /** What is wrong where it is told. */
  readonly says: string;
  readonly remedy: string;
}
