import { RESERVED } from '../definition/schema.ts';
import { joinedTables } from './alike.ts';
import { type ColumnGuess, guessColumn } from './column-type.ts';
import { areCopies } from './copies.ts';
import { Codebook } from './dictionary.ts';
import { draftAlterations, draftFilters } from './draft-alterations.ts';
import { proposedChecks } from './draft-checks.ts';
import { draftEndpoints } from './draft-endpoints.ts';
import type { Proposal, Seen, SeenTable } from './inputs.ts';
import { instrumentsOf, isRepeating, type Part } from './instruments.ts';
import { BARCODE, type Keys, keysOf, SPECIMEN_TYPES } from './keys.ts';
import { tellRoles } from './likely-roles.ts';
import { Notes } from './notes.ts';
import { inPlainLetters } from './plain-letters.ts';
import { askOfRare } from './rare-codes.ts';
import type { DraftColumn, DraftTable, Entry } from './roles.ts';
import { Study } from './study.ts';
import { withoutLikelyTotals, withoutTotals } from './totals.ts';

/** Codes that mean missing wherever they stand; what is rarer is said at its column. */
const EVERYWHERE = /^(\[.*\]|na|n\/a|nan|null|unk|unknown|\.)$/i;

/** Columns that every timeline of cBioPortal has. */
const TIMELINE = ['PATIENT_ID', 'START_DATE', 'EVENT_TYPE'];

/** Patients who stand in a table twice by mistake are few. */
const SOME_TWICE = 0.1;

/**
 * A complete draft of a definition from what is in a bucket, with the evidence; what can't be told stands at the cautious choice and among
 * the questions. Throws a RangeError where there is nothing to draft from: the caller asks before.
 */
export function propose(seen: Seen): Proposal {
  return new Draft(seen).proposal();
}

class Draft {
  readonly #seen: Seen;
  readonly #fields: Codebook;
  readonly #study: Study;
  readonly #notes = new Notes();
  readonly #names = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #tables: DraftTable[] = [];
  /** Which specimens stand for their patient. */
  #counts: string | undefined;

  constructor(seen: Seen) {
    this.#seen = seen;
    this.#study = new Study(seen);
    this.#fields = new Codebook(seen.dictionary);
  }

  proposal(): Proposal {
    for (const table of joinedTables(this.#seen)) for (const part of instrumentsOf(table)) this.#table(part);
    tellRoles(this.#tables, this.#notes);
    const endpoints = draftEndpoints(this.#tables, this.#notes);
    const alterations = draftAlterations(this.#seen, this.#tables, this.#notes);
    const checks = proposedChecks(
      this.#tables,
      Object.values(endpoints).flatMap(({ pair }) => pair ?? []),
    );
    for (const [i, { check, says }] of checks.entries()) this.#notes.told(`/checks/${i}`, says, check.id);
    this.#askGroups();
    for (const { file, says } of this.#seen.alone)
      this.#notes.told('/tables', `needs no entry: it is ${says}`, undefined, file);
    for (const { file, says } of this.#seen.unread) this.#notes.told('/tables', `left out: ${says}`, undefined, file);
    const hasSpecimens = this.#tables.some(({ table }) => table['rows'] === 'specimen');
    const definition: Entry = {
      title: `${this.#seen.cohort} (draft)`,
      missing: ['', ...[...this.#missing].sort()],
      tables: this.#tables.map(({ table }) => table),
      ...(alterations.length > 0 && { alterations }),
      ...(hasSpecimens && this.#counts !== undefined && { specimens: { counts: this.#counts } }),
      ...(alterations.length > 0 && {
        qualifying: {
          filters: draftFilters(this.#seen, this.#notes),
          minVaf: 0,
          classes: 'protein-changing-or-splice',
        },
      }),
      ...(checks.length > 0 && { checks: checks.map(({ check }) => check) }),
      ...(Object.keys(endpoints).length > 0 && {
        endpoints: Object.fromEntries(Object.entries(endpoints).map(([name, { definition: of }]) => [name, of])),
      }),
    };
    askOfRare(this.#tables, definition, this.#notes);
    this.#notes.ask('/title', 'What is the cohort called in results?', [], definition['title']);
    const { evidence, questions } = this.#notes;
    return { definition, evidence, questions };
  }

  #table({ seen: whole, only, event }: Part): void {
    const { file, sheet, header } = whole;
    const unlike = this.#study.unlike(file);
    if (unlike !== undefined) {
      this.#notes.told('/tables', `left out: ${unlike}`, undefined, file);
      return;
    }
    const place = `/tables/${this.#tables.length}`;
    const keys = keysOf(withoutLikelyTotals(whole), this.#seen.alterations);
    const seen = withoutTotals(whole, keys);
    if (keys.patient === undefined) {
      this.#notes.told('/tables', 'left out: no column says whose a row is', undefined, file);
      const where = {
        match: file,
        ...(sheet !== undefined && { sheet }),
        ...(header !== undefined && { header }),
        rows: 'patient',
      };
      const isTable = seen.rows.length > 0 && seen.columns.length > 1; // a text of some lines is no table
      if (isTable)
        this.#notes.ask(
          '/tables/-',
          `Which column of ${file} holds the patient's identifier?`,
          seen.columns.slice(0, 100).flatMap((patient) => (patient === '' ? [] : [{ ...where, patient, columns: {} }])),
        );
      return;
    }
    this.#notes.told(`${place}/patient`, keys.says, keys.patient, file);
    if (keys.candidates.length > 0)
      this.#notes.ask(
        `${place}/patient`,
        `Which column of ${file} holds the patient?`,
        [keys.patient, ...keys.candidates],
        keys.patient,
      );
    if (header !== undefined)
      this.#notes.told(
        `${place}/header`,
        typeof header === 'number'
          ? `the names of the columns stand in line ${header}, below a title`
          : `lines ${header.join(' and ')} name the columns: groups of them stand above their names`,
        undefined,
        file,
      );
    const totals = whole.rows.length - seen.rows.length;
    if (totals > 0) this.#notes.told(place, `rows of totals, which are no patients: ${totals}`, keys.patient, file);
    const identifying = new Set(seen.identifying.map(({ column }) => column));
    const guesses = seen.columns.flatMap((column, at): readonly [string, ColumnGuess][] =>
      column === '' || column === keys.patient || identifying.has(column) || isRepeating(column)
        ? []
        : [
            [
              column,
              guessColumn(
                column,
                seen.rows.map((row) => row[at] ?? ''),
                this.#fields.of(column),
              ),
            ],
          ],
    );
    const rows = this.#rowsOf(seen, keys, guesses, event);
    const panel = rows === 'specimen' ? this.#panelOf(guesses) : undefined;
    if (panel !== undefined)
      this.#notes.told(`${place}/panel`, 'it names gene panels that lie in the bucket', panel, file);
    const entry: Entry & { columns: Record<string, Entry> } = {
      match: file,
      ...(sheet !== undefined && { sheet }),
      ...(header !== undefined && { header }),
      ...(only && { only }),
      rows,
      ...(rows === 'event' && { name: this.#unusedName(event ?? file.replace(/^.*\//, '').replace(/\..*$/, '')) }),
      patient: keys.patient,
      ...(rows === 'specimen' && { specimen: keys.specimen }),
      ...(panel !== undefined && { panel }),
      columns: {},
    };
    const drafted: DraftColumn[] = [];
    const ignore = seen.identifying.filter(({ column }) => column !== keys.patient && column !== keys.specimen);
    const listed = ignore.map(({ column }) => column);
    for (const { column, holds, certain } of ignore) {
      const says = certain === false ? `it is called as if it held ${holds}` : `it holds ${holds}`;
      this.#notes.told(`${place}/ignore`, `${says}: not to be read`, column, file);
      if (certain === false)
        this.#notes.ask(
          `${place}/ignore`,
          `Does ${column} of ${file} hold ${holds}? It is not read: take it out of the list if it does not.`,
          [listed, listed.filter((other) => other !== column)],
          listed,
        );
    }
    for (const [column, guess] of guesses) {
      if (column === panel) continue;
      if (column === keys.specimen) {
        if (rows === 'specimen') this.#specimens(entry, column, guess, place, file);
        continue;
      }
      if (!guess.definition || this.#fields.of(column)?.hidden) {
        if (this.#fields.of(column)?.hidden) listed.push(column);
        this.#notes.told(
          `${place}/columns`,
          `left out: ${this.#fields.of(column)?.hidden ? 'the dictionary marks it' : guess.says}`,
          column,
          file,
        );
        continue;
      }
      drafted.push(this.#column(entry, column, guess, { place, file, rows }));
    }
    if (listed.length > 0) entry['ignore'] = listed;
    const date = rows === 'event' ? drafted.find(({ dated }) => dated)?.name : undefined;
    if (date !== undefined) entry['date'] = date;
    this.#tables.push({ table: entry, columns: drafted });
  }

  /** The column that names what a specimen was sequenced with: each of its values is a panel that lies in the bucket, or the whole. */
  #panelOf(guesses: readonly (readonly [string, ColumnGuess])[]): string | undefined {
    const panels = new Set(this.#seen.panels);
    return guesses.find(
      ([, { values }]) =>
        values.some((value) => panels.has(value)) &&
        values.every((value) => panels.has(value) || value === 'exome' || value === 'genome'),
    )?.[0];
  }

  #rowsOf(
    seen: SeenTable,
    keys: Keys,
    guesses: readonly (readonly [string, ColumnGuess])[],
    event: string | undefined,
  ): string {
    const at = seen.columns.indexOf(keys.patient!);
    const patients = seen.rows.map((row) => (row[at] ?? '').trim());
    const repeats = 1 - new Set(patients).size / patients.length;
    const dated = guesses.flatMap(([column, { dated: is }]) => (is ? [seen.columns.indexOf(column)] : []));
    const repeated = repeats > SOME_TWICE || (repeats > 0 && dated.length > 0 && !areCopies(seen.rows, at, dated));
    const place = `/tables/${this.#tables.length}/rows`;
    const timeline = TIMELINE.every((name) => seen.columns.includes(name));
    if (keys.specimen !== undefined && event === undefined) {
      this.#notes.told(place, 'it has a column of specimens', keys.specimen, seen.file);
      return 'specimen';
    }
    const rows = event !== undefined || repeated || timeline ? 'event' : 'patient';
    this.#notes.told(
      place,
      timeline
        ? 'it is a timeline of cBioPortal'
        : repeated
          ? 'patients stand in several rows'
          : 'each patient stands in one row',
      keys.patient,
      seen.file,
    );
    return rows;
  }

  #column(
    entry: { columns: Record<string, Entry> },
    column: string,
    guess: ColumnGuess,
    { place, file, rows }: { readonly place: string; readonly file: string; readonly rows: string },
  ): DraftColumn {
    const name = this.#unusedName(this.#fields.of(column)?.name ?? column);
    const rare = guess.missing.filter((code) => !EVERYWHERE.test(code));
    for (const code of guess.missing) if (EVERYWHERE.test(code)) this.#missing.add(code);
    const definition: Entry = {
      ...guess.definition,
      ...(name !== column && { from: column }),
      ...(rare.length > 0 && { missing: rare }),
    };
    entry.columns[name] = definition;
    const here = `${place}/columns/${name}`;
    this.#notes.told(here, guess.says, column, file);
    if (guess.missing.length > 0)
      this.#notes.told(`${here}/missing`, `missing codes: ${guess.missing.join(', ')}`, column, file);
    const primary = Array.isArray(guess.definition!['codes']) && guess.values.find((value) => /^primary/i.test(value));
    if (rows === 'specimen' && primary && /type|site|tissue/i.test(column))
      this.#count(`${name} == ${JSON.stringify(primary)}`, column, file);
    if (guess.asks)
      this.#notes.ask(`${here}/${guess.asks.key}`, guess.asks.asks, guess.asks.choices, guess.asks.chosen);
    const { numeric, dated, values, rare: seldom } = guess;
    const { label, type, codes } = guess.definition!;
    const meanings = type === 'category' && !Array.isArray(codes) ? Object.values(codes ?? {}).map(String) : undefined;
    const called = { ...(typeof label === 'string' && { label }), ...(meanings && { meanings }) };
    return { name, from: column, numeric, dated, values, ...called, rare: seldom };
  }

  /** A barcode says in its fourth part what kind of specimen it is. */
  #specimens(
    entry: { columns: Record<string, Entry> },
    column: string,
    { values }: ColumnGuess,
    place: string,
    file: string,
  ): void {
    const types = [...new Set(values.flatMap((value) => BARCODE.exec(value)?.[1] ?? []))].sort();
    if (types.length === 0 || !values.every((value) => BARCODE.test(value))) return;
    const name = this.#unusedName('specimen_type');
    const codes = Object.fromEntries(types.map((type) => [type, SPECIMEN_TYPES[type] ?? type]));
    entry.columns[name] = { of: 'specimen', from: column, part: [13, 2], type: 'category', codes };
    this.#notes.told(`${place}/columns/${name}`, "the fourth part of a barcode is the specimen's type", column, file);
    if (types.includes('01')) this.#count(`${name} == "primary"`, column, file);
  }

  #count(cel: string, column: string, file: string): void {
    if (this.#counts !== undefined) return;
    this.#counts = cel;
    this.#notes.told('/specimens/counts', 'a primary tumour stands for its patient', column, file);
  }

  #unusedName(column: string): string {
    const plain = inPlainLetters(column.trim())
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 56);
    const base = /^[A-Za-z]/.test(plain) ? plain : `x_${plain}`.slice(0, 60);
    let name = base;
    for (let i = 2; this.#names.has(name) || RESERVED.has(name); i += 1) name = `${base}_${i}`;
    this.#names.add(name);
    return name;
  }

  #askGroups(): void {
    const candidates = this.#tables.flatMap(({ table, columns }) =>
      table['rows'] === 'event'
        ? []
        : columns.flatMap(({ name }) =>
            ['category', 'boolean'].includes(String(table.columns[name]!['type'])) ? [name] : [],
          ),
    );
    this.#notes.ask(
      '/groups',
      'Which groups are to be compared?',
      candidates.slice(0, 200).map((name) => ({ [name]: { by: name } })),
    );
  }
}
