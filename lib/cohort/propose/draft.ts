import { RESERVED } from '../schema.ts';
import { type ColumnGuess, guessColumn, unitIn } from './column-type.ts';
import { type DictionaryField, redcapFields } from './dictionary.ts';
import { proposedChecks } from './draft-checks.ts';
import type { Evidence, Proposal, Question, Seen, SeenAlterations, SeenTable } from './inputs.ts';
import { BARCODE, type Keys, keysOf, SPECIMEN_TYPES } from './keys.ts';
import { type DraftColumn, type DraftTable, type Entry, type Survival, survivalOf } from './roles.ts';

/** Codes that mean missing wherever they stand; what is rarer is said at its column. */
const EVERYWHERE = /^(\[.*\]|na|n\/a|nan|null|unk|unknown|\.)$/i;

const DAYS_FROM = 200;

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
  readonly #fields: ReadonlyMap<string, DictionaryField>;
  readonly #evidence: Evidence[] = [];
  readonly #questions: Question[] = [];
  readonly #names = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #tables: DraftTable[] = [];
  /** Which specimens stand for their patient. */
  #counts: string | undefined;

  constructor(seen: Seen) {
    this.#seen = seen;
    this.#fields = redcapFields(seen.dictionary);
  }

  proposal(): Proposal {
    for (const table of this.#seen.tables) for (const part of instrumentsOf(table)) this.#table(part);
    const endpoints = this.#endpoints();
    const alterations = this.#alterations();
    const checks = proposedChecks(
      this.#tables,
      Object.values(endpoints).map(({ pair }) => pair),
    );
    for (const [i, { check, says }] of checks.entries()) this.#told(`/checks/${i}`, says, check.id);
    this.#askGroups();
    for (const { file, says } of this.#seen.alone)
      this.#evidence.push({ place: '/tables', file, says: `needs no entry: it is ${says}` });
    for (const { file, says } of this.#seen.unread)
      this.#evidence.push({ place: '/tables', file, says: `left out: ${says}` });
    const hasSpecimens = this.#tables.some(({ table }) => table['rows'] === 'specimen');
    const definition: Entry = {
      title: `${this.#seen.cohort} (draft)`,
      missing: ['', ...[...this.#missing].sort()],
      tables: this.#tables.map(({ table }) => table),
      ...(alterations.length > 0 && { alterations }),
      ...(hasSpecimens && this.#counts !== undefined && { specimens: { counts: this.#counts } }),
      ...(alterations.length > 0 && {
        qualifying: { filters: this.#filters(), minVaf: 0, classes: 'protein-changing-or-splice' },
      }),
      ...(checks.length > 0 && { checks: checks.map(({ check }) => check) }),
      ...(Object.keys(endpoints).length > 0 && {
        endpoints: Object.fromEntries(
          Object.entries(endpoints).map(([name, { pair, origin }]) => [
            name,
            { origin, time: pair.time, event: pair.event },
          ]),
        ),
      }),
    };
    this.#ask('/title', 'What is the cohort called in results?', [], definition['title']);
    return { definition, evidence: this.#evidence, questions: this.#questions };
  }

  #told(place: string, says: string, column?: string, file?: string): void {
    this.#evidence.push({ place, ...(file !== undefined && { file }), ...(column !== undefined && { column }), says });
  }

  #ask(place: string, asks: string, choices: readonly unknown[], chosen?: unknown): void {
    this.#questions.push({ place, asks, choices, ...(chosen !== undefined && { chosen }) });
  }

  #table({ seen, only, event }: Part): void {
    const { file, sheet, header } = seen;
    const place = `/tables/${this.#tables.length}`;
    const keys = keysOf(seen, this.#seen.alterations);
    if (keys.patient === undefined) {
      this.#evidence.push({ place: '/tables', file, says: 'left out: no column says whose a row is' });
      this.#ask('/tables', `Which column of ${file} holds the patient's identifier?`, seen.columns.slice(0, 100));
      return;
    }
    this.#told(`${place}/patient`, keys.says, keys.patient, file);
    if (keys.candidates.length > 0)
      this.#ask(
        `${place}/patient`,
        `Which column of ${file} holds the patient?`,
        [keys.patient, ...keys.candidates],
        keys.patient,
      );
    if (header !== undefined)
      this.#told(`${place}/header`, `the names of the columns stand in line ${header}, below a title`, undefined, file);
    const identifying = new Set(seen.identifying.map(({ column }) => column));
    const guesses = seen.columns.flatMap((column, at): readonly [string, ColumnGuess][] =>
      column === '' || column === keys.patient || identifying.has(column) || column.startsWith('redcap_repeat_')
        ? []
        : [
            [
              column,
              guessColumn(
                column,
                seen.rows.map((row) => row[at] ?? ''),
                this.#fields.get(column),
              ),
            ],
          ],
    );
    const rows = this.#rowsOf(seen, keys, guesses, event);
    const entry: Entry & { columns: Record<string, Entry> } = {
      match: file,
      ...(sheet !== undefined && { sheet }),
      ...(header !== undefined && { header }),
      ...(only && { only }),
      rows,
      ...(rows === 'event' && { name: this.#unusedName(event ?? file.replace(/^.*\//, '').replace(/\..*$/, '')) }),
      patient: keys.patient,
      ...(rows === 'specimen' && { specimen: keys.specimen }),
      columns: {},
    };
    const drafted: DraftColumn[] = [];
    const ignore = seen.identifying.filter(({ column }) => column !== keys.patient && column !== keys.specimen);
    for (const { column, holds } of ignore)
      this.#told(`${place}/ignore`, `it holds ${holds}: not to be read`, column, file);
    const listed = ignore.map(({ column }) => column);
    for (const [column, guess] of guesses) {
      if (column === keys.specimen) {
        if (rows === 'specimen') this.#specimens(entry, column, guess, place, file);
        continue;
      }
      if (!guess.definition || this.#fields.get(column)?.hidden) {
        if (this.#fields.get(column)?.hidden) listed.push(column);
        this.#told(
          `${place}/columns`,
          `left out: ${this.#fields.get(column)?.hidden ? 'the dictionary marks it' : guess.says}`,
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

  #rowsOf(
    seen: SeenTable,
    keys: Keys,
    guesses: readonly (readonly [string, ColumnGuess])[],
    event: string | undefined,
  ): string {
    const at = seen.columns.indexOf(keys.patient!);
    const patients = seen.rows.map((row) => (row[at] ?? '').trim());
    const repeats = 1 - new Set(patients).size / patients.length;
    const dated = guesses.some(([, { dated: is }]) => is);
    const repeated = repeats > (dated ? 0 : SOME_TWICE);
    const place = `/tables/${this.#tables.length}/rows`;
    if (keys.specimen !== undefined && event === undefined) {
      this.#told(place, 'it has a column of specimens', keys.specimen, seen.file);
      return 'specimen';
    }
    const rows = event !== undefined || repeated ? 'event' : 'patient';
    this.#told(
      place,
      repeated ? 'patients stand in several rows' : 'each patient stands in one row',
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
    const name = this.#unusedName(column);
    const rare = guess.missing.filter((code) => !EVERYWHERE.test(code));
    for (const code of guess.missing) if (EVERYWHERE.test(code)) this.#missing.add(code);
    const definition: Entry = {
      ...guess.definition,
      ...(name !== column && { from: column }),
      ...(rare.length > 0 && { missing: rare }),
    };
    entry.columns[name] = definition;
    const here = `${place}/columns/${name}`;
    this.#told(here, guess.says, column, file);
    if (guess.missing.length > 0)
      this.#told(`${here}/missing`, `missing codes: ${guess.missing.join(', ')}`, column, file);
    const primary = Array.isArray(guess.definition!['codes']) && guess.values.find((value) => /^primary/i.test(value));
    if (rows === 'specimen' && primary && /type|site|tissue/i.test(column))
      this.#count(`${name} == ${JSON.stringify(primary)}`, column, file);
    if (guess.asks) this.#ask(`${here}/${guess.asks.key}`, guess.asks.asks, guess.asks.choices, guess.asks.chosen);
    return { name, from: column, numeric: guess.numeric, dated: guess.dated, values: guess.values };
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
    this.#told(`${place}/columns/${name}`, "the fourth part of a barcode is the specimen's type", column, file);
    if (types.includes('01')) this.#count(`${name} == "primary"`, column, file);
  }

  #count(cel: string, column: string, file: string): void {
    if (this.#counts !== undefined) return;
    this.#counts = cel;
    this.#told('/specimens/counts', 'a primary tumour stands for its patient', column, file);
  }

  #unusedName(column: string): string {
    const plain = column
      .trim()
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 56);
    const base = /^[A-Za-z]/.test(plain) ? plain : `x_${plain}`.slice(0, 60);
    let name = base;
    for (let i = 2; this.#names.has(name) || RESERVED.has(name); i += 1) name = `${base}_${i}`;
    this.#names.add(name);
    return name;
  }

  #endpoints(): Record<string, { readonly pair: Survival; readonly origin: string }> {
    const endpoints: Record<string, { readonly pair: Survival; readonly origin: string }> = {};
    this.#tables.forEach(({ table, columns }, t) => {
      if (table['rows'] === 'event') return;
      for (const pair of survivalOf(columns)) {
        const name = Object.hasOwn(endpoints, pair.kind) ? `${pair.kind}_${pair.time}`.slice(0, 60) : pair.kind;
        this.#duration(
          table.columns[pair.time]!,
          columns.find(({ name: of }) => of === pair.time)!,
          `/tables/${t}/columns/${pair.time}`,
        );
        this.#event(
          table.columns[pair.event]!,
          columns.find(({ name: of }) => of === pair.event)!,
          `/tables/${t}/columns/${pair.event}`,
        );
        endpoints[name] = { pair, origin: 'not said' };
        this.#told(`/endpoints/${name}`, pair.says, undefined, String(table['match']));
        this.#ask(
          `/endpoints/${name}/origin`,
          `From when on is ${pair.time} counted?`,
          ['diagnosis', 'operation', 'start of treatment'],
          'not said',
        );
      }
    });
    return endpoints;
  }

  #duration(definition: Entry, { from, values }: DraftColumn, place: string): void {
    const said = unitIn(from);
    const largest = Math.max(...values.map(Number).filter(Number.isFinite));
    const unit =
      said !== undefined && ['days', 'weeks', 'months', 'years'].includes(said)
        ? said
        : largest > DAYS_FROM
          ? 'days'
          : 'months';
    definition['type'] = 'duration';
    definition['unit'] = unit;
    delete definition['range'];
    if (unit === said) this.#told(`${place}/unit`, `its name says ${unit}`, from);
    else
      this.#ask(
        `${place}/unit`,
        `In what unit is ${from}? Its largest value is ${largest}.`,
        ['days', 'weeks', 'months', 'years'],
        unit,
      );
  }

  #event(definition: Entry, { values }: DraftColumn, place: string): void {
    const happened = (value: string): boolean => /^1|^(yes|dead|deceased)$/i.test(value);
    definition['type'] = 'boolean';
    definition['codes'] = Object.fromEntries([...values].sort().map((value) => [value, happened(value)]));
    delete definition['unit'];
    this.#ask(`${place}/codes`, 'Which code says that the event happened?', [...values].sort(), values.find(happened));
  }

  #alterations(): Entry[] {
    return this.#files().map((found, i) => {
      const { match, kind, builds, specimenColumn } = found;
      const place = `/alterations/${i}`;
      const build = builds.length === 1 ? buildIn(builds[0]!) : undefined;
      if (build) this.#told(`${place}/build`, `the file says ${builds[0]}`, undefined, match);
      else this.#ask(`${place}/build`, `Which genome do the positions of ${match} refer to?`, ['GRCh37', 'GRCh38']);
      const listed = this.#tables.some(({ table }) => table['rows'] === 'specimen');
      const covers = kind === 'maf' ? 'present' : 'file';
      this.#ask(
        `${place}/covers`,
        `Which specimens does ${match} cover: those that occur in it, or every one that a table lists?`,
        listed ? ['present', 'listed', 'file'] : ['present', 'file'],
        covers,
      );
      // Said of no panel, genes are missing where nothing was found: never wild type by a guess.
      const panel = this.#seen.panels.length === 1 ? this.#seen.panels[0] : 'not said';
      this.#ask(`${place}/panel`, 'What was sequenced?', ['exome', 'genome', ...this.#seen.panels], panel);
      return {
        match,
        ...(specimenColumn !== undefined && { specimen: specimenColumn }),
        ...(build && { build }),
        panel,
        covers,
      };
    });
  }

  /** Files of alterations; VCFs of one folder are one entry, whose names hold the specimen where a table has it. */
  #files(): readonly (Omit<SeenAlterations, 'file'> & { readonly match: string })[] {
    const plain = this.#seen.alterations.flatMap(({ file, ...found }) =>
      found.kind === 'vcf' ? [] : [{ ...found, match: file }],
    );
    const known = new Set(this.#seen.tables.flatMap(({ rows }) => rows.flat()));
    const folders = new Map<
      string,
      { readonly stems: string[]; readonly files: string[]; readonly found: SeenAlterations }
    >();
    for (const found of this.#seen.alterations) {
      if (found.kind !== 'vcf') continue;
      const [, folder = '', stem = '', ending = ''] =
        /^((?:.*\/)?)([^/]*?)((?:\.g)?(?:\.vcf)?(?:\.b?gz)?)$/i.exec(found.file) ?? [];
      const pattern = `${folder}{specimen}${ending}`;
      const entry = folders.get(pattern) ?? { stems: [], files: [], found };
      entry.stems.push(stem);
      entry.files.push(found.file);
      folders.set(pattern, entry);
    }
    return [
      ...plain,
      ...[...folders].map(
        ([
          pattern,
          {
            stems,
            files,
            found: { file: _, ...found },
          },
        ]) => {
          const named = stems.filter((stem) => known.has(stem)).length * 2 > stems.length;
          return {
            ...found,
            match: named ? pattern : files.length === 1 ? files[0]! : pattern.replace('{specimen}', '*'),
          };
        },
      ),
    ];
  }

  /** Only what passed, where the files say so of anything. */
  #filters(): unknown {
    const filters = [...new Set(this.#seen.alterations.flatMap(({ filters: of }: SeenAlterations) => of))].sort();
    const chosen = filters.includes('PASS') ? ['PASS'] : 'any';
    this.#ask(
      '/qualifying/filters',
      'Which variants count, by the filter of their caller?',
      ['any', ['PASS'], filters.slice(0, 50)],
      chosen,
    );
    return chosen;
  }

  #askGroups(): void {
    const candidates = this.#tables.flatMap(({ table, columns }) =>
      table['rows'] === 'event'
        ? []
        : columns.flatMap(({ name }) =>
            ['category', 'boolean'].includes(String(table.columns[name]!['type'])) ? [name] : [],
          ),
    );
    this.#ask('/groups', 'Which groups are to be compared?', candidates.slice(0, 200));
  }
}

function buildIn(text: string): string | undefined {
  if (/38/.test(text)) return 'GRCh38';
  return /37|19/.test(text) ? 'GRCh37' : undefined;
}

/** A table, or the rows of one instrument of it. */
interface Part {
  readonly seen: SeenTable;
  readonly only?: Readonly<Record<string, readonly string[]>>;
  /** Name of a repeating instrument. */
  readonly event?: string;
}

const INSTRUMENT = 'redcap_repeat_instrument';

/** REDCap writes repeating instruments into the rows of one table: each is a table of its own. */
function instrumentsOf(seen: SeenTable): Part[] {
  const at = seen.columns.indexOf(INSTRUMENT);
  if (at < 0) return [{ seen }];
  const names = [...new Set(seen.rows.map((row) => (row[at] ?? '').trim()))].sort();
  return names.map((name): Part => {
    const rows = seen.rows.filter((row) => (row[at] ?? '').trim() === name);
    // An instrument's rows hold only its own fields.
    const used = seen.columns.map((column, i) => (rows.some((row) => (row[i] ?? '').trim() !== '') ? column : ''));
    const of: SeenTable = {
      ...seen,
      rows,
      columns: used,
      identifying: seen.identifying.filter(({ column }) => used.includes(column)),
    };
    return { seen: of, only: { [INSTRUMENT]: [name] }, ...(name !== '' && { event: name }) };
  });
}
