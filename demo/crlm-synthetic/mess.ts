import { dayNumber, isoDate, SignetError } from '../../lib/base/index.ts';
import { crs } from './patients.ts';
import type { Person } from './people.ts';
import { type Planted, type Told, told } from './planted.ts';
import { stream } from './streams.ts';
import type { SiteRow, TableName } from './tables.ts';

/** Codes by which a site says that it does not know, in turn. */
const UNKNOWN = ['', 'NA', 'unknown'] as const;

/** Plants faults among people, each fault in others than those that have one of its kind. */
export class Mess {
  readonly planted: Planted[] = [];
  readonly #seed: number;
  readonly #people: readonly Person[];
  /** By column those whose cell was changed already. */
  readonly #taken = new Map<string, Set<number>>();

  constructor(seed: number, people: readonly Person[]) {
    this.#seed = seed;
    this.#people = people;
  }

  /**
   * So many of those who may, in an order that the fault's name decides, none of whom was taken for one of the columns. Throws SignetError
   * `too-few-patients` where there are fewer.
   */
  pick(fault: string, count: number, columns: readonly string[], may: (person: Person) => boolean): readonly Person[] {
    const found = this.#people
      .filter((person) => !columns.some((column) => this.#has(column, person)) && may(person))
      .map((person) => ({ person, at: stream(this.#seed, person.patient.index, fault).uniform() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, count)
      .map(({ person }) => person);
    return this.take(fault, count, columns, found);
  }

  /** Takes these for a fault. Throws as {@link pick}. */
  take(fault: string, count: number, columns: readonly string[], people: readonly Person[]): readonly Person[] {
    if (people.length < count)
      throw new SignetError(
        'too-few-patients',
        `of ${count} patients with the fault "${fault}" there are ${people.length}`,
        {
          remedy: 'Ask for more patients, or for --clean.',
        },
      );
    for (const { patient } of people)
      for (const column of columns) this.#taken.set(column, (this.#taken.get(column) ?? new Set()).add(patient.index));
    return people;
  }

  untouched({ patient }: Person): boolean {
    return ![...this.#taken.values()].some((taken) => taken.has(patient.index));
  }

  available(column: string): readonly Person[] {
    return this.#people.filter((person) => !this.#has(column, person));
  }

  note(
    fault: string,
    person: Person,
    table: TableName,
    row: SiteRow,
    column: string,
    rules: readonly Told[] = [],
  ): void {
    this.planted.push({ fault, patient: person.patient.id, table, row, column, told: rules });
  }

  #has(column: string, { patient }: Person): boolean {
    return this.#taken.get(column)?.has(patient.index) ?? false;
  }
}

/** Sets the cell of a clinical row and notes it. */
function set(
  mess: Mess,
  fault: string,
  person: Person,
  column: string,
  value: string,
  rules: readonly Told[] = [],
): void {
  const row = person.rows.clinical[0]!;
  row[column] = value;
  mess.note(fault, person, 'clinical', row, column, rules);
}

function cell({ rows }: Person, column: string): string {
  return rows.clinical[0]![column]!;
}

/** The faults of clinical.xlsx, treatment.csv and response.csv among the eligible: none makes her another's, or leaves it open. */
export function plantClinical(mess: Mess): void {
  missing(mess);
  markers(mess);
  dates(mess);
  disagreements(mess);
  duplicates(mess);
}

function missing(mess: Mess): void {
  const blank = (column: string, count: number, columns: readonly string[], may: (person: Person) => boolean): void => {
    const found = mess.pick(`${column} missing`, count, columns, may);
    for (const [i, person] of found.entries())
      set(mess, `${column} missing`, person, column, UNKNOWN[i % UNKNOWN.length]!);
  };
  const scored = ['cea', 'mets_max_cm'];
  blank('cea', 14, scored, ({ patient }) => crs(patient, 'cea') >= 3);
  blank('mets_max_cm', 6, scored, ({ patient }) => crs(patient, 'cm') >= 3);
  const large = ({ patient }: Person): boolean => patient.cm > 2.5 && crs(patient, 'cm') >= 3;
  for (const person of mess.pick('size in mm', 5, scored, large))
    set(
      mess,
      'size in mm',
      person,
      'mets_max_cm',
      String(Math.round(person.patient.cm * 10)),
      told('out-of-range', 'cell'),
    );
  blank('differentiation', 23, ['differentiation'], () => true);
  blank('ca199', 43, ['ca199'], () => true);
  blank('ecog', 9, ['ecog'], () => true);
}

/** Tumour markers beyond what the laboratory measures, and with a decimal comma. */
function markers(mess: Mess): void {
  const byCea = [...mess.available('cea')].sort((a, b) => b.patient.cea - a.patient.cea);
  for (const person of mess.take('cea above its limit', 3, ['cea'], byCea.slice(0, 3)))
    set(mess, 'cea above its limit', person, 'cea', '>1000');
  for (const person of mess.take('cea below its limit', 2, ['cea'], byCea.slice(-2)))
    set(mess, 'cea below its limit', person, 'cea', '<0.5');
  for (const person of mess.pick('decimal comma', 6, ['cea'], (each) => cell(each, 'cea').includes('.')))
    set(
      mess,
      'decimal comma',
      person,
      'cea',
      cell(person, 'cea').replace('.', ','),
      told('decimal-comma', 'warning', { counted: true }),
    );
}

function dates(mess: Mess): void {
  const column = 'last_contact_date';
  const parts = (person: Person): [string, string, string] =>
    cell(person, column).split('-') as [string, string, string];
  const unequal = (person: Person): boolean => Number(parts(person)[2]) <= 12 && parts(person)[1] !== parts(person)[2];
  const written = (fault: string, person: Person, rules: readonly Told[] = []): void => {
    const [year, month, date] = parts(person);
    set(mess, fault, person, column, `${date}/${month}/${year}`, rules);
  };
  const order = told('day-order', 'warning', { counted: true });
  for (const person of mess.pick('dd/mm/yyyy, ambiguous', 11, [column], unequal))
    written('dd/mm/yyyy, ambiguous', person, order);
  for (const person of mess.pick('dd/mm/yyyy', 20, [column], (each) => Number(parts(each)[2]) > 12))
    written('dd/mm/yyyy', person);
  for (const person of mess.pick('yyyy.mm.dd', 12, [column], () => true))
    set(mess, 'yyyy.mm.dd', person, column, parts(person).join('.'));
  const progressed = (person: Person): boolean => cell(person, 'progression_date') !== '';
  for (const person of mess.pick('yyyy-mm', 4, ['progression_date'], progressed))
    set(
      mess,
      'yyyy-mm',
      person,
      'progression_date',
      cell(person, 'progression_date').slice(0, 7),
      told('partial-date', 'cell'),
    );
  for (const person of mess.pick('progression after last contact', 1, ['progression_date', column], progressed)) {
    const [year, month, date] = parts(person).map(Number) as [number, number, number];
    const after = isoDate(dayNumber(year, month, date)! + 15);
    set(mess, 'progression after last contact', person, 'progression_date', after, told('progression-order', 'cell'));
  }
}

function disagreements(mess: Mess): void {
  const state = ['vital_status', 'death_date', 'site_group'];
  const longSeen = ({ patient: { died, t0, end } }: Person): boolean => died && end - t0 > 230;
  for (const person of mess.pick('dead without date', 1, state, longSeen))
    set(mess, 'dead without date', person, 'death_date', '', told('dead-no-date', 'warning'));
  for (const person of mess.pick('alive with death date', 2, state, longSeen))
    set(mess, 'alive with death date', person, 'vital_status', 'alive', told('alive-with-date', 'warning'));
  for (const person of mess.pick('label disagrees', 2, state, longSeen))
    set(
      mess,
      'label disagrees',
      person,
      'site_group',
      cell(person, 'site_group') === 'SCTG' ? 'FCTG' : 'SCTG',
      told('label', 'warning'),
    );
  const ras = ({ patient: { kras, nras } }: Person): boolean => kras || nras;
  for (const person of mess.pick('anti-EGFR with RAS mutation', 2, ['target'], ras)) {
    const [row] = person.rows.treatment;
    row!['target'] = 'anti-EGFR';
    mess.note(
      'anti-EGFR with RAS mutation',
      person,
      'treatment',
      row!,
      'target',
      told('anti-egfr-ras', 'warning', { at: 'clinical' }),
    );
  }
  const looks = ({ rows, events }: Person): SiteRow[] =>
    rows.response.filter(({ assessed_date: date }) => date! <= isoDate(events.course.first.end));
  const apart = (person: Person): boolean => {
    const [first, , third] = looks(person).map(({ assessed_date: date }) => Date.parse(date!) / 86_400_000);
    return first !== undefined && third !== undefined && third - first > 56;
  };
  for (const person of mess.pick('imaging gap', 7, ['assessed_date'], apart)) {
    const [, left, after] = looks(person);
    person.rows.response.splice(person.rows.response.indexOf(left!), 1);
    mess.note('imaging gap', person, 'response', after!, 'assessed_date', told('imaging-gap', 'warning'));
  }
}

/** Rows that stand twice, of people whose row has no other fault. */
function duplicates(mess: Mess): void {
  for (const person of mess.pick('identical duplicate row', 4, ['patient_id'], (each) => mess.untouched(each))) {
    const row = { ...person.rows.clinical[0]! };
    person.rows.clinical.push(row);
    mess.note('identical duplicate row', person, 'clinical', row, 'patient_id', told('duplicate-patient', 'warning'));
  }
}
