import type { Variable } from '../definition/dictionary.ts';
import type { Eligibility } from '../definition/eligibility.ts';
import type { Endpoint, Entry } from '../definition/endpoint.ts';
import type { Group } from '../definition/group.ts';
import type { Definition } from '../definition/schema.ts';
import type { GeneMatrix } from '../genes/genes.ts';
import type { Column } from '../values/frame.ts';
import type { Bound } from '../values/vector.ts';

/** A sensitivity of the plan, as results tell it. */
export interface Sensitivity {
  readonly name: string;
  readonly says: string;
  /** How many times what is missing is to be imputed, where that is what it asks. */
  readonly impute?: number;
}

/** Who of the eligible a condition leaves: the rows for which it is true, and how many for whom it is false, or missing. */
export interface Subgroup {
  readonly rows: Int32Array;
  readonly no: number;
  readonly missing: number;
}

/**
 * A cohort as analyses read it: one row a patient. `pointer` is the part of a request that names what is asked for, for errors, which say
 * the characters of an expression too.
 */
export interface CohortFrame {
  readonly name: string;
  readonly title: string;
  readonly digest: string;
  readonly revision: string;
  /** As the sensitivity has it, where the frame is under one. */
  readonly definition: Definition;
  /** The sensitivity of the plan that the frame is seen under. */
  readonly sensitivity?: Sensitivity;
  readonly rows: number;
  /**
   * The same frame under a sensitivity of the plan: its steps of eligibility, derivations and endpoints take the place of the plan's own. What
   * is derived anew never changes who is eligible: criteria, the sensitivity's too, are judged with the plan's own derivations. Of a frame that is
   * under one already, the other takes its place. Throws `unknown-sensitivity`.
   */
  under(sensitivity: string, pointer?: string): CohortFrame;
  /** Every variable, by name. */
  variables(): readonly Variable[];
  /** A variable's values. Throws `unknown-variable`. */
  variable(name: string, pointer: string): Column;
  /** Of a number, where it is known only by its limits; undefined where none is, or the name is no variable's. */
  bounds(name: string): Bound | undefined;
  /** Whether an expression rests on what specimens were sequenced for: genes, and what is measured of them. Throws what `evaluate` throws. */
  sequenced(cel: string, pointer: string): boolean;
  /** An expression's values. Throws `invalid-expression`, `unknown-gene`. */
  evaluate(cel: string, pointer: string): Column;
  /**
   * Who is analysed: the patients of whom the definition's criteria are true, everybody without criteria. What else a frame tells is of every
   * row, eligible or not.
   */
  eligibility(): Eligibility;
  /** The eligible for whom a condition holds; all of them without one. Throws what `evaluate` throws. */
  where(cel: string | undefined, pointer: string): Subgroup;
  /** An endpoint of the definition. Throws `unknown-endpoint`. */
  endpoint(name: string, pointer: string): Endpoint;
  /**
   * When patients come under observation for an endpoint: a duration, or of an endpoint by dates a date. Throws `unknown-endpoint`, and what
   * `evaluate` throws.
   */
  entry(name: string, cel: string, pointer: string): Entry;
  /**
   * A group of the definition, or those that a boolean, a category or a whole number makes. Throws `unknown-group`, `not-a-group`,
   * `unknown-gene`.
   */
  group(name: string, pointer: string): Group;
  /** Genes as bit sets of patients: the qualifying alterations of the specimen that counts. */
  genes(): GeneMatrix;
}
