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

/** A verdict of which it isn't known yet whether the protocol lifts its rule. */
export type Bare = Omit<Verdict, 'waived'>;
