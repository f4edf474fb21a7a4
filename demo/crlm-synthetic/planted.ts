import type { SiteRow, TableName } from './tables.ts';

/** How a planted fault is found: by a problem that is told, one of its own or one that counts several cells. */
export interface Told {
  readonly rule: string;
  readonly level: 'error' | 'cell' | 'warning';
  /** One problem stands for all cells of the rule in the file. */
  readonly counted?: true;
  /** Where it is told of another file than the fault stands in: of her row in clinical.xlsx. */
  readonly at?: 'clinical';
}

/** A fault that was planted, and how it is found. */
export interface Planted {
  /** In a word or two, the same for all of a kind. */
  readonly fault: string;
  readonly patient?: string;
  readonly table: TableName;
  /** Absent where a row was left out. */
  readonly row?: SiteRow;
  readonly column?: string;
  /** Problems that are told of it; none where it is only read or judged as it is meant. */
  readonly told?: readonly Told[];
  /** The step of eligibility that she leaves at, and why. */
  readonly leaves?: Leaves;
}

export interface Leaves {
  readonly step: number;
  readonly why: 'set apart' | 'no' | 'not recorded';
}

/** A problem of a file's own. */
export function told(rule: string, level: Told['level'], more: Omit<Told, 'rule' | 'level'> = {}): readonly Told[] {
  return [{ rule, level, ...more }];
}
