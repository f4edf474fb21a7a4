import { SignetError } from '../../base/index.ts';
import { type Dictionary, dictionaryOf, type Variable } from '../definition/dictionary.ts';
import { type Apart, type Eligibility, eligibilityOf } from '../definition/eligibility.ts';
import { type Endpoint, type Entry, endpointOf, entryOf } from '../definition/endpoint.ts';
import { type Group, groupOf } from '../definition/group.ts';
import { MEASURE_NAMES } from '../definition/measure-names.ts';
import type { Definition } from '../definition/schema.ts';
import { type Underlying, under } from '../definition/sensitivity.ts';
import { compile, type Variables } from '../expressions/compile.ts';
import { type Expression, ExpressionError } from '../expressions/expression.ts';
import { cutVector, LazyRows } from '../expressions/rows.ts';
import { GeneIndex, type GeneMatrix, type Panel } from '../genes/genes.ts';
import type { Column, FrameTables } from '../values/frame.ts';
import { didYouMean } from '../values/near.ts';
import { type BooleanVector, type Bound, columnOf, type TextVector, type Vector, vectorOf } from '../values/vector.ts';
import type { CohortFrame, Sensitivity, Subgroup } from './cohort-frame.ts';
import { storedLists } from './events.ts';
import { columnsOf, SET_ASIDE, vectorOfColumn } from './frame-columns.ts';

/** What a frame is opened from. */
export interface FrameContents {
  readonly definition: Definition;
  readonly tables: FrameTables;
  readonly panels: Readonly<Record<string, Panel>>;
  /** Patients whom validation set apart; absent where that isn't known. */
  readonly apart?: readonly Apart[];
  /** Of the frame. */
  readonly digest: string;
  readonly revision: string;
  /** Of the cohort. */
  readonly name: string;
}

/** What a frame under a sensitivity is made of beside its contents. */
interface Seen extends Underlying {
  readonly base: OpenCohort;
  readonly sensitivity: Sensitivity;
}

class OpenCohort implements CohortFrame {
  readonly name: string;
  readonly title: string;
  readonly digest: string;
  readonly revision: string;
  readonly definition: Definition;
  readonly sensitivity?: Sensitivity;
  readonly rows: number;
  readonly #dictionary: Dictionary;
  readonly #tables: FrameTables;
  readonly #genes: GeneIndex;
  readonly #values: LazyRows;
  readonly #scope: Variables;
  readonly #contents: FrameContents;
  readonly #base: OpenCohort;
  readonly #under = new Map<string, CohortFrame>();
  #matrix: GeneMatrix | undefined;
  #eligibility: Eligibility | undefined;

  constructor(contents: FrameContents, seen?: Seen) {
    const { tables, panels, digest, revision, name } = contents;
    const definition = seen?.definition ?? contents.definition;
    this.name = name;
    this.title = definition.title;
    this.digest = digest;
    this.revision = revision;
    this.definition = definition;
    if (seen) this.sensitivity = seen.sensitivity;
    this.rows = tables.patients.rows;
    this.#contents = contents;
    this.#base = seen?.base ?? this;
    this.#tables = tables;
    this.#dictionary = seen?.dictionary ?? dictionaryOf(definition);
    this.#genes = seen ? seen.base.#genes : new GeneIndex(tables, panels);
    this.#values = this.#lazy(seen?.rederived ?? new Set());
    this.#scope = { ...this.#dictionary.scope, checkGene: (gene, range) => this.#checkGene(gene, range) };
  }

  variables(): readonly Variable[] {
    return [...this.#dictionary.variables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  variable(name: string, pointer: string): Column {
    const variable = this.#dictionary.variables.get(name);
    if (!variable) throw unknown('variable', name, this.#dictionary.variables.keys(), pointer);
    return columnsOf(variable, this.#values.vector(name))[0]![1];
  }

  bounds(name: string): Bound | undefined {
    if (!this.#dictionary.variables.has(name)) return undefined;
    const vector = this.#values.vector(name);
    return vector.kind === 'number' ? vector.bound : undefined;
  }

  sequenced(cel: string, pointer: string): boolean {
    const measured: readonly string[] = MEASURE_NAMES;
    return this.#dictionary
      .basis(this.#compiled(cel, pointer))
      .some((name) => name.startsWith('altered(') || measured.includes(name));
  }

  evaluate(cel: string, pointer: string): Column {
    const { type, run } = this.#compiled(cel, pointer);
    return columnOf(run(this.#values), type.unit);
  }

  under(name: string, pointer = '/sensitivity'): CohortFrame {
    if (this.#base !== this) return this.#base.under(name, pointer);
    const known = this.#under.get(name);
    if (known) return known;
    const { sensitivities = {} } = this.definition.plan ?? {};
    if (!Object.hasOwn(sensitivities, name))
      throw unknown('sensitivity', name, Object.keys(sensitivities), pointer, "Name one of the definition's plan.");
    const sensitivity = sensitivities[name]!;
    const { says, impute } = sensitivity;
    const frame = new OpenCohort(this.#contents, {
      ...under(this.definition, name, sensitivity),
      base: this,
      sensitivity: { name, says, ...(impute !== undefined && { impute }) },
    });
    this.#under.set(name, frame);
    return frame;
  }

  eligibility(): Eligibility {
    this.#eligibility ??= eligibilityOf(this.definition.criteria ?? [], {
      rows: this.#base.#values,
      dictionary: this.#base.#dictionary,
      apart: this.#contents.apart,
    });
    return this.#eligibility;
  }

  where(cel: string | undefined, pointer: string): Subgroup {
    const { eligible } = this.eligibility();
    if (cel === undefined) return { rows: eligible, no: 0, missing: 0 };
    const expression = this.#compiled(cel, pointer);
    if (expression.type.kind !== 'boolean')
      throw invalid(
        cel,
        pointer,
        new ExpressionError(
          `this is a ${expression.type.kind}, where a condition is needed`,
          { start: 0, end: cel.length },
          'Compare it with something.',
        ),
      );
    const { values } = expression.run(this.#values) as BooleanVector;
    const rows = eligible.filter((row) => values[row] === 1);
    const no = eligible.filter((row) => values[row] === 0).length;
    return { rows, no, missing: eligible.length - rows.length - no };
  }

  endpoint(name: string, pointer: string): Endpoint {
    const { endpoints, cut, labels = {} } = this.definition;
    if (!Object.hasOwn(endpoints, name)) throw unknown('endpoint', name, Object.keys(endpoints), pointer);
    const setAside = this.#setAside();
    const context = { dictionary: this.#dictionary, rows: this.#values, cut, setAside };
    const worked = endpointOf(name, endpoints[name]!, context);
    return Object.hasOwn(labels, worked.origin) ? { ...worked, origin: labels[worked.origin]! } : worked;
  }

  entry(name: string, cel: string, pointer: string): Entry {
    const { endpoints } = this.definition;
    if (!Object.hasOwn(endpoints, name)) throw unknown('endpoint', name, Object.keys(endpoints), pointer);
    try {
      return entryOf(cel, endpoints[name]!, { dictionary: this.#dictionary, rows: this.#values, scope: this.#scope });
    } catch (error) {
      throw error instanceof ExpressionError ? invalid(cel, pointer, error) : error;
    }
  }

  group(name: string, pointer: string): Group {
    const { groups } = this.definition;
    const variable = this.#dictionary.variables.get(name);
    const group = Object.hasOwn(groups, name) ? groups[name]! : variable && { by: name };
    if (!group) throw unknown('group', name, [...Object.keys(groups), ...this.#dictionary.variables.keys()], pointer);
    return groupOf(name, group, this.#compiled(group.by, pointer), {
      dictionary: this.#dictionary,
      rows: this.#values,
      pointer,
    });
  }

  genes(): GeneMatrix {
    this.#matrix ??= this.#genes.matrix();
    return this.#matrix;
  }

  #compiled(cel: string, pointer: string): Expression {
    try {
      return compile(cel, this.#scope);
    } catch (error) {
      throw error instanceof ExpressionError ? invalid(cel, pointer, error) : error;
    }
  }

  /**
   * Where a panel sequences everything, a gene that nobody has altered could be told wild type in all; but a misspelt one could too. So a
   * gene has to be named by an alteration or by a panel's list. Where nothing is in force any symbol is missing in all.
   */
  #checkGene(gene: string, range: { readonly start: number; readonly end: number }): void {
    if (this.#genes.silent || this.#genes.has(gene)) return;
    throw new ExpressionError(
      `no alteration of the cohort and no list of a panel names the gene ${gene}`,
      range,
      didYouMean(
        gene,
        this.#genes.symbols,
        'Correct the symbol. Of a gene that nobody has altered there is nothing to compare.',
      ),
      'unknown-gene',
    );
  }

  /** What the frame's tables hold, except what has to be derived anew. */
  #lazy(rederived: ReadonlySet<string>): LazyRows {
    const { columns } = this.#tables.patients;
    const { variables, derived } = this.#dictionary;
    const sources = new Map<string, () => Vector>();
    for (const [name, variable] of variables)
      if (!rederived.has(name)) sources.set(name, () => vectorOfColumn(variable, columns, this.rows));
    sources.set('cut', () => cutVector(this.definition.cut, this.rows));
    const patient = columns.get('patient');
    const keys = patient?.type === 'text' ? patient.values : [];
    return new LazyRows(
      this.rows,
      sources,
      new Map([...derived].filter(([name]) => rederived.has(name))),
      (gene, condition) => this.#genes.altered(gene, condition),
      storedLists(this.#tables.lists ?? new Map(), keys, this.#dictionary, rederived),
    );
  }

  #setAside(): (row: number) => ReadonlySet<string> {
    const column = this.#tables.patients.columns.get(SET_ASIDE);
    if (!column) return () => new Set();
    const { codes, levels } = vectorOf(column) as TextVector;
    const sets = levels.map((level) => new Set(level.split(' ')));
    const none: ReadonlySet<string> = new Set();
    return (row) => sets[codes[row]!] ?? none;
  }
}

function unknown(
  what: 'variable' | 'endpoint' | 'group' | 'sensitivity',
  name: string,
  names: Iterable<string>,
  pointer: string,
  otherwise = 'Name one of the definition.',
): SignetError {
  return new SignetError(`unknown-${what}`, `There is no ${what} ${name}`, {
    place: { pointer, value: name },
    remedy: didYouMean(name, names, otherwise),
  });
}

function invalid(cel: string, pointer: string, { code, message, start, end, remedy }: ExpressionError): SignetError {
  const part = cel.slice(start, end).slice(0, 200);
  return new SignetError(
    code,
    `In the expression, characters ${start + 1} to ${Math.max(start + 1, end)}: ${message}`,
    {
      place: { pointer, ...(part !== '' && { value: part }) },
      remedy,
    },
  );
}

/** Opens a frame for analyses. */
export function openCohort(contents: FrameContents): CohortFrame {
  return new OpenCohort(contents);
}
