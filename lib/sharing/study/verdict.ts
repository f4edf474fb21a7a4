import type { RefusalCode } from '../documents.ts';
import type { Waivable } from './protocol.ts';

/** What a rule says of a study at this site: shown to the steward before she approves. */
export interface Verdict {
  readonly rule: Waivable | 'thresholds' | 'lock' | 'erasure';
  /** The analysis it is about; absent: the study. */
  readonly analysis?: string;
  readonly holds: boolean;
  /** Whether the protocol lifts the rule, so that it stops nothing. */
  readonly waived: boolean;
  readonly says: string;
}

/** The code under which a rule refuses. */
export function codeOf({ rule }: Pick<Verdict, 'rule'>): RefusalCode {
  if (rule === 'lock') return 'atoms';
  return rule === 'k' ? 'levels' : rule;
}

/** Whether verdicts close what was asked to whoever asked it: differences would single a few out. */
export function closes(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ rule, holds, waived }) => rule === 'atoms' && !holds && !waived);
}

/** What a steward does about a rule that stands in the way; `otherwise` where it is no lock. */
export function remedyOf({ rule }: Pick<Verdict, 'rule'>, isClosing: boolean, otherwise: string): string {
  if (rule === 'lock') return 'GET /locks names what is closed and to whom; DELETE /locks/{id} opens it again.';
  if (rule === 'erasure')
    return 'Ask the partner to destroy what it holds; once it told you so, DELETE /locks/{id} records that (GET /locks).';
  if (!isClosing) return otherwise;
  return `${otherwise} What was asked is closed to the partner from now on: GET /locks, DELETE /locks/{id}.`;
}

/** A verdict of which it isn't known yet whether the protocol lifts its rule. */
export type Bare = Omit<Verdict, 'waived'>;
