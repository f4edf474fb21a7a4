import { type Look, type Looks, looksOf, MOST_CHARACTERS } from './identifier-looks.ts';
import { type CellTells, toldBy } from './identifier-remarks.ts';

/** Kinds of what tells who somebody is. */
const KINDS = {
  email: 'e-mail addresses',
  name: 'names of persons',
  record: 'numbers by which a hospital or an authority knows a person',
  birth: 'full dates of birth',
  contact: 'telephone numbers or addresses',
  text: 'free text',
  remark: 'a remark that tells who a person is and when she was born',
} as const;

type Kind = keyof typeof KINDS;
type Hint = Exclude<Kind, 'remark'>;

/** A column of direct identifiers, or one that is only called like one. No value stands in it. */
export interface IdentifierFinding {
  readonly column: string;
  /** In words. */
  readonly holds: string;
  /** Its values are such; else its name alone sounds like it. */
  readonly certain: boolean;
  /** Where a single cell tells, its line. */
  readonly line?: number;
}

/** What a definition says of a column, as far as its values are explained by it. */
export interface ExplainedColumn {
  /** Values that are codes, or mean missing. */
  readonly codes: ReadonlySet<string>;
  /** Its cells are read as numbers. */
  readonly numeric: boolean;
}

/** Values of a column that are kept to see what they have in common; what a cell tells by itself is looked for in all. */
const MOST_VALUES = 5_000;
/** The same over all columns: a table of a thousand columns is held to fewer of each. */
const MOST_VALUES_OF_ALL = 1_000_000;
const LEAST_VALUES = 500;

const HINTS: Readonly<Record<Hint, RegExp>> = {
  email: /e[-_ ]?mail/i,
  name: /^(name|patient|full[-_ ]?name)$|(^|[^a-z])(sur|fore|first|last|family|given|maiden|middle|full|patients?|pat|vor|nach|familien|[fl])['s]*[-_ ]?name|^(apellidos?|nombre|pr[eé]nom)$|^(initials)$/i,
  record:
    /(^|[^a-z])(mrn|ssn|nhs|medical[-_ ]?record|hospital[-_ ]?(no|num|number|id)|chart[-_ ]?(no|num|number)|case[-_ ]?(no|number)|social[-_ ]?security|insurance|passport|fall[-_ ]?nummer|patient[-_ ]?(no|nr|num|number))([^a-z]|$)/i,
  birth: /birth|born|(^|[^a-z])dob([^a-z]|$)|geburt|(^|[^a-z])geb([^a-z]|$)|naissance|nacimiento/i,
  contact:
    /(^|[^a-z])(tel|tele(ph|f)on\w*|phone|mobile|handy(nummer)?|(home|postal|street|mailing)?[-_ ]?address|adress\w*|anschrift|street|stra(ss|ß)e)([^a-z]|$)/i,
  text: /(^|[^a-z])(notes?|comments?|remarks?|free[-_ ]?text|narrative|anamnes\w*|bemerkung\w*|report[-_ ]?text)([^a-z]|$)/i,
};

const MANY_NAMES = 12;

/** Numbers that tell nobody apart: short, or with a fraction. */
const PLAIN = /^[+-]?(?:\d{1,3}|\d*[.,]\d+)(?:e[+-]?\d+)?$/i;
const NUMBER = /^[+-]?\d*[.,]?\d+(?:e[+-]?\d+)?$/i;

/** Years between a birth and what is told of a patient; where nothing in the file is dated, who was born before. */
const LEAST_AGE = 16;
const BORN_BEFORE_YEAR = 1985;

/** What all columns of a table share. */
interface Table {
  readonly most: number;
  /** Looks, each once: most values look alike. */
  readonly looks: Map<string, Looks>;
  readonly rows: 'patient' | 'variant';
}

/** What was seen of a column. */
class ColumnScreen {
  readonly name: string;
  readonly #table: Table;
  readonly #explained: ExplainedColumn | undefined;
  readonly #plain: RegExp | undefined;
  /** Distinct values: most stand in a column many times. */
  readonly #known = new Map<string, Looks>();
  readonly #counts: Record<Look, number> = {
    person: 0,
    word: 0,
    longer: 0,
    long: 0,
    digits: 0,
    numbered: 0,
    round: 0,
    coded: 0,
    'short date': 0,
    contact: 0,
  };
  readonly #lengths = new Set<number>();
  /** A digest of the last value of each person. */
  readonly #lastOf: number[] = [];
  #persons = 0;
  readonly years: number[] = [];
  #told: { readonly kind: Kind; readonly line?: number } | undefined;
  /** The earliest date beside which a person is named. */
  #named: { readonly year: number; readonly line?: number } | undefined;
  #rows = 0;
  #plainValues = 0;
  values = 0;

  constructor(name: string, explained: ExplainedColumn | undefined, table: Table) {
    this.name = name;
    this.#explained = explained;
    this.#table = table;
    this.#plain = explained?.numeric ? NUMBER : HINTS.record.test(name) ? undefined : PLAIN;
  }

  /** `person`: whose row it is, by a number from 0 on; a value that is hers again says nothing new of the column. */
  add(cell: string, person: number | undefined, line: number | undefined): void {
    this.#rows += 1;
    if (this.#told === undefined && cell !== '' && !this.#known.has(cell)) this.#tells(toldBy(cell), line);
    if (this.values >= this.#table.most) return;
    const text = cell.trim();
    if (text === '' || this.#explained?.codes.has(text)) return;
    // A copy: a slice would keep all of a long cell in memory.
    const short = text.length <= MOST_CHARACTERS ? text : Buffer.from(text.slice(0, MOST_CHARACTERS)).toString();
    if (person !== undefined && this.#isHersAgain(short, person)) {
      this.#rows -= 1;
      return;
    }
    this.values += 1;
    if (this.#plain?.test(short)) {
      this.#plainValues += 1;
      return;
    }
    const looks = this.#looksOf(short);
    for (const look of looks.of) this.#counts[look] += 1;
    if (looks.year !== undefined) this.years.push(looks.year);
    if (looks.digits !== undefined) this.#lengths.add(looks.digits);
  }

  #tells(tells: CellTells | undefined, line: number | undefined): void {
    if (!tells) return;
    const at = line === undefined ? {} : { line };
    if (tells.year === undefined) this.#told = { kind: tells.kind, ...at };
    else if (this.#named === undefined || tells.year < this.#named.year) this.#named = { year: tells.year, ...at };
  }

  #isHersAgain(text: string, person: number): boolean {
    const digest = digestOf(text);
    const last = this.#lastOf[person];
    this.#lastOf[person] = digest;
    if (last === undefined) this.#persons += 1;
    return last === digest;
  }

  #looksOf(text: string): Looks {
    const known = this.#known.get(text);
    if (known) return known;
    const looks = looksOf(text);
    const name = `${looks.of.join()} ${looks.year ?? ''} ${looks.digits ?? ''}`;
    const shared = this.#table.looks.get(name) ?? looks;
    this.#table.looks.set(name, shared);
    this.#known.set(text, shared);
    return shared;
  }

  /** How many different values look so. */
  #differing(look: Look): number {
    let count = 0;
    for (const { of } of this.#known.values()) if (of.includes(look)) count += 1;
    return count;
  }

  /** Share of the values. */
  share(look: Look): number {
    return this.values === 0 ? 0 : this.#counts[look] / this.values;
  }

  /** What its values are, if they tell who somebody is. `latest`: the median year of the file's latest dates beside it. */
  kind(latest: number | undefined): { readonly kind: Kind; readonly line?: number } | undefined {
    if (this.#told) return this.#told;
    if (this.#named) {
      const { year, ...at } = this.#named;
      const own = this.dated >= 0.8 ? this.medianYear : Number.NaN;
      const now = latest ?? own;
      if (Number.isNaN(now) ? year < BORN_BEFORE_YEAR : year <= now - LEAST_AGE) return { kind: 'remark', ...at };
    }
    const kind = this.#common(latest);
    return kind && { kind };
  }

  /** What its values have in common. */
  #common(latest: number | undefined): Kind | undefined {
    if (this.values === 0) return undefined;
    if (this.#birth(latest)) return 'birth';
    if (this.#record()) return 'record';
    if (this.#contacts()) return 'contact';
    if (this.#names()) return 'name';
    return this.#freeText() ? 'text' : undefined;
  }

  get #different(): number {
    return this.#known.size / Math.max(1, this.values - this.#plainValues);
  }

  get medianYear(): number {
    return this.years.toSorted((a, b) => a - b)[this.years.length >> 1] ?? Number.NaN;
  }

  get dated(): number {
    return this.values === 0 ? 0 : this.years.length / this.values;
  }

  /** Where a row is a variant, what tells of a patient is the same in all of hers. */
  get #isOfPatients(): boolean {
    return this.#table.rows === 'patient' || this.values <= 1.5 * this.#persons;
  }

  #birth(latest: number | undefined): boolean {
    if (HINTS.birth.test(this.name) && this.years.length + this.#counts['short date'] > 0) return true;
    if (this.dated < 0.8 || this.years.length < 3) return false;
    if (latest === undefined) return this.medianYear < 1975;
    const years = this.years.toSorted((a, b) => a - b);
    const spread = years[Math.floor(years.length * 0.9)]! - years[Math.floor(years.length * 0.1)]!;
    return latest - this.medianYear >= 25 && (spread >= 10 || years.length < 10);
  }

  #record(): boolean {
    if (this.#explained?.numeric) return false;
    if (this.share('numbered') >= 0.5) return true;
    if (HINTS.record.test(this.name)) return this.share('coded') >= 0.5 && this.#different >= 0.8;
    return (
      this.values >= 5 &&
      this.#isOfPatients &&
      this.share('digits') >= 0.95 &&
      this.#lengths.size <= 2 &&
      this.#different >= 0.98 &&
      this.#counts.round * 2 < this.values
    );
  }

  #names(): boolean {
    if (HINTS.name.test(this.name))
      return this.share('word') >= 0.5 && (this.#different >= 0.5 || this.#areManyNames());
    return this.values >= 3 && this.share('person') >= 0.8 && this.#different >= 0.8;
  }

  #contacts(): boolean {
    if (this.#explained?.numeric || this.values < 3 || !this.#isOfPatients || this.#different < 0.8) return false;
    const alike = this.share('contact');
    return HINTS.contact.test(this.name) ? alike >= 0.2 || this.share('coded') >= 0.5 : alike >= 0.8;
  }

  /** First names, and family names of a large cohort, repeat: several different ones are names all the same. */
  #areManyNames(): boolean {
    return this.values < 5 || (!/^name$/i.test(this.name) && this.#differing('word') >= MANY_NAMES);
  }

  #freeText(): boolean {
    // One remark in a table of two hundred rows is none of the column's nature.
    const filled = this.values / Math.min(this.#rows, this.#table.most);
    if (HINTS.text.test(this.name)) return this.#differing('longer') >= (filled >= 0.3 ? 1 : 2);
    if (!this.#isOfPatients) return false;
    const long = this.#differing('long');
    return long >= 2 && this.share('long') >= 0.2 && long / this.#counts.long >= 0.6;
  }

  /** Whether it is called like a direct identifier and holds something that could be one. */
  suspicious(): Kind | undefined {
    if (this.values < 2) return undefined;
    if (HINTS.birth.test(this.name)) return undefined; // a year of birth is none
    const kind = (['email', 'name', 'record', 'contact', 'text'] as const).find((each) => HINTS[each].test(this.name));
    return kind;
  }
}

/**
 * Looks whether columns of a table tell who somebody is, by their values; a name alone is only suspicious. Where a person has several rows,
 * what they repeat counts once: a name in each of ten visits is no less a name.
 */
export class IdentifierScreen {
  readonly #columns: readonly { readonly at: number; readonly screen: ColumnScreen }[];
  readonly #whose: number;
  readonly #persons = new Map<string, number>();

  /** `exempt`: keys, and columns that are not to be read; `whose`: the column that says whose a row is; `rows`: what a row is of. */
  constructor(
    columns: readonly string[],
    exempt: ReadonlySet<string>,
    explained: ReadonlyMap<string, ExplainedColumn> = new Map(),
    whose?: string,
    rows: Table['rows'] = 'patient',
  ) {
    this.#whose = whose === undefined ? -1 : columns.indexOf(whose);
    const most = Math.min(MOST_VALUES, Math.max(LEAST_VALUES, Math.floor(MOST_VALUES_OF_ALL / columns.length)));
    const table: Table = { most, looks: new Map(), rows };
    this.#columns = columns.flatMap((name, at) =>
      name === '' || exempt.has(name) ? [] : [{ at, screen: new ColumnScreen(name, explained.get(name), table) }],
    );
  }

  /** `line`: where the row stands, for what a single cell of it tells. */
  add(cells: readonly string[], line?: number): void {
    const person = this.#person(cells[this.#whose]?.trim() ?? '');
    for (const { at, screen } of this.#columns) screen.add(cells[at] ?? '', person, line);
  }

  /** A number for each of the first persons; what is beyond is no less looked at. */
  #person(identifier: string): number | undefined {
    if (identifier === '') return undefined;
    const known = this.#persons.get(identifier);
    if (known !== undefined || this.#persons.size >= MOST_VALUES) return known;
    const person = this.#persons.size;
    this.#persons.set(identifier, person);
    return person;
  }

  findings(): readonly IdentifierFinding[] {
    const medians = this.#columns
      .filter(({ screen }) => screen.dated >= 0.8 && screen.years.length >= 3)
      .map(({ screen }) => ({ screen, year: screen.medianYear }));
    return this.#columns.flatMap(({ screen }): IdentifierFinding[] => {
      const others = medians.flatMap((other) => (other.screen === screen ? [] : [other.year]));
      const found = screen.kind(others.length === 0 ? undefined : Math.max(...others));
      if (found) {
        const { kind, ...at } = found;
        return [{ column: screen.name, holds: KINDS[kind], certain: true, ...at }];
      }
      const suspicion = screen.suspicious();
      return suspicion ? [{ column: screen.name, holds: KINDS[suspicion], certain: false }] : [];
    });
  }
}

/** Tells two values apart, but for one in a thousand million. */
function digestOf(text: string): number {
  let digest = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) digest = Math.imul(digest ^ text.charCodeAt(i), 0x01000193);
  return digest & 0x3fffffff;
}
