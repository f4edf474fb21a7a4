/** Kinds of what tells who somebody is. */
const KINDS = {
  email: 'e-mail addresses',
  name: 'names of persons',
  record: 'numbers by which a hospital or an authority knows a person',
  birth: 'full dates of birth',
  text: 'free text',
} as const;

type Kind = keyof typeof KINDS;

/** A column of direct identifiers, or one that is only called like one. No value stands in it. */
export interface IdentifierFinding {
  readonly column: string;
  /** In words. */
  readonly holds: string;
  /** Its values are such; else its name alone sounds like it. */
  readonly certain: boolean;
}

/** What a definition says of a column, as far as its values are explained by it. */
export interface ExplainedColumn {
  /** Values that are codes, or mean missing. */
  readonly codes: ReadonlySet<string>;
  /** Its cells are read as numbers. */
  readonly numeric: boolean;
}

/** Values of a column that are looked at; an e-mail address is looked for in all. */
const MOST_VALUES = 5_000;

const HINTS: Readonly<Record<Kind, RegExp>> = {
  email: /e[-_ ]?mail/i,
  name: /^(name|patient|full[-_ ]?name)$|(^|[^a-z])(sur|fore|first|last|family|given|maiden|middle|full|patients?|pat|vor|nach|familien)['s]*[-_ ]?name|^(apellidos?|nombre|pr[eé]nom)$|^(initials)$/i,
  record:
    /(^|[^a-z])(mrn|ssn|nhs|medical[-_ ]?record|hospital[-_ ]?(no|num|number|id)|chart[-_ ]?(no|num|number)|case[-_ ]?(no|number)|social[-_ ]?security|insurance|passport|fall[-_ ]?nummer|patient[-_ ]?(no|nr|num|number))([^a-z]|$)/i,
  birth: /birth|born|(^|[^a-z])dob([^a-z]|$)|geburt|(^|[^a-z])geb([^a-z]|$)|naissance|nacimiento/i,
  text: /(^|[^a-z])(notes?|comments?|remarks?|free[-_ ]?text|narrative|anamnes\w*|bemerkung\w*|report[-_ ]?text)([^a-z]|$)/i,
};

const EMAIL = /[\p{L}\d._%+-]+@[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}/u;
const PERSON = /^(?:(?:dr|mr|mrs|ms|prof)\.? )?\p{Lu}[\p{L}'’-]+(?:,? \p{Lu}[\p{L}.'’-]*){1,3}$/iu;
const CAPITALISED = /^\p{Lu}[\p{L}.'’-]*(?:,? \p{Lu}[\p{L}.'’-]*)*$/u;
const WORD = /^\p{L}[\p{L}'’-]+$/u;
/** Words of medicine and of questionnaires that no list of persons is made of. */
const NO_PERSON =
  /\b(response|disease|cancer|carcinoma|adenocarcinoma|tumou?r|stage|grade|liver|colon|rectum|rectal|left|right|lung|lobe|male|female|white|black|asian|hispanic|latino|african|american|not|unknown|available|negative|positive|yes|no|none|other|complete|partial|stable|progressive|metasta\w+|resection|surgery|hepat\w+|chemotherap\w+|therapy|treatment|radiation|primary|recurren\w+|hospital|university|clinic|cent(?:er|re)|institute|type|normal|abnormal|high|low|moderate\w*|poor\w*|well|with|without|and|of|tissue|sigmoid|ascending|descending|transverse|flexure|junction|invasion|node|margin|mutation|wild)\b/i;
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[T ])/;
const YEAR_LAST = /^\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ](\d{4})$/;
/** What no year of four digits is in; only a column that is called so is taken for one of births. */
const SHORT_DATE = /^\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}$/;
const NUMBERED = /^(?:\d{3}-\d{2}-\d{4}|(?:mrn|ssn|nhs|hn)[-:# ]*\d{4,})$/i;

/** Of a longer cell only the beginning is looked at. */
const MOST_CHARACTERS = 200;

/** What a value looks like. */
type Look = 'person' | 'word' | 'longer' | 'long' | 'digits' | 'numbered' | 'round' | 'coded' | 'short date';

interface Looks {
  readonly of: readonly Look[];
  readonly year?: number;
  /** Of a number of digits alone. */
  readonly digits?: number;
}

function looksOf(text: string): Looks {
  if (/^\d+$/.test(text)) {
    const digits = text.length >= 6 && text.length <= 12;
    const of: Look[] = [];
    if (digits) of.push('digits');
    if (digits && text.endsWith('00')) of.push('round');
    if (text.length >= 4) of.push('coded');
    return { of, ...(digits && { digits: text.length }) };
  }
  const of: Look[] = [];
  if (NUMBERED.test(text)) of.push('numbered');
  if (SHORT_DATE.test(text)) of.push('short date');
  const digits = text.match(/\d/g)?.length ?? 0;
  if (digits >= 4) of.push('coded');
  if (digits === 0 && text.length <= 60 && !NO_PERSON.test(text)) {
    const person = PERSON.test(text);
    if (person && CAPITALISED.test(text)) of.push('person');
    if (person || WORD.test(text)) of.push('word');
  }
  const words = text.split(/\s+/).length;
  if (words >= 4) of.push('longer');
  if (words >= 7) of.push('long');
  const year = YEAR_FIRST.exec(text)?.[1] ?? YEAR_LAST.exec(text)?.[1];
  return { of, ...(year !== undefined && { year: Number(year) }) };
}

/** Addresses looked for in one cell, and how much of it around each sign: the work is bounded, whatever the cell holds. */
const MOST_SIGNS = 20;
const AROUND = 80;

function holdsAddress(cell: string): boolean {
  let at = cell.indexOf('@');
  for (let i = 0; at >= 0 && i < MOST_SIGNS; i += 1) {
    if (EMAIL.test(cell.slice(Math.max(0, at - AROUND), at + AROUND))) return true;
    at = cell.indexOf('@', at + 1);
  }
  return false;
}

/** What was seen of a column. */
class ColumnScreen {
  readonly name: string;
  readonly #explained: ExplainedColumn | undefined;
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
  };
  readonly #lengths = new Set<number>();
  /** The last value of each person. */
  readonly #lastOf: Looks[] = [];
  readonly years: number[] = [];
  #address = false;
  #rows = 0;
  values = 0;

  constructor(name: string, explained: ExplainedColumn | undefined) {
    this.name = name;
    this.#explained = explained;
  }

  /** `person`: whose row it is, by a number from 0 on; a value that is hers again says nothing new of the column. */
  add(cell: string, person: number | undefined): void {
    this.#rows += 1;
    this.#address ||= cell.includes('@') && holdsAddress(cell);
    if (this.values >= MOST_VALUES) return;
    const text = cell.trim();
    if (text === '' || this.#explained?.codes.has(text)) return;
    // A copy: a slice would keep all of a long cell in memory.
    const short = text.length <= MOST_CHARACTERS ? text : Buffer.from(text.slice(0, MOST_CHARACTERS)).toString();
    let looks = this.#known.get(short);
    if (!looks) {
      looks = looksOf(short);
      this.#known.set(short, looks);
    }
    if (person !== undefined) {
      if (this.#lastOf[person] === looks) {
        this.#rows -= 1;
        return;
      }
      this.#lastOf[person] = looks;
    }
    this.values += 1;
    for (const look of looks.of) this.#counts[look] += 1;
    if (looks.year !== undefined) this.years.push(looks.year);
    if (looks.digits !== undefined) this.#lengths.add(looks.digits);
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
  kind(latest: number | undefined): Kind | undefined {
    if (this.#address) return 'email';
    if (this.values === 0) return undefined;
    if (this.#birth(latest)) return 'birth';
    if (this.#record()) return 'record';
    if (this.#names()) return 'name';
    return this.#freeText() ? 'text' : undefined;
  }

  get #different(): number {
    return this.#known.size / this.values;
  }

  get medianYear(): number {
    return this.years.toSorted((a, b) => a - b)[this.years.length >> 1] ?? Number.NaN;
  }

  get dated(): number {
    return this.values === 0 ? 0 : this.years.length / this.values;
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
      this.share('digits') >= 0.95 &&
      this.#lengths.size <= 2 &&
      this.#different >= 0.98 &&
      this.#counts.round * 2 < this.values
    );
  }

  #names(): boolean {
    if (HINTS.name.test(this.name)) return this.share('word') >= 0.5 && (this.#different >= 0.5 || this.values < 5);
    return this.values >= 3 && this.share('person') >= 0.8 && this.#different >= 0.8;
  }

  #freeText(): boolean {
    // One remark in a table of two hundred rows is none of the column's nature.
    const filled = this.values / Math.min(this.#rows, MOST_VALUES);
    if (HINTS.text.test(this.name)) return this.#differing('longer') >= (filled >= 0.3 ? 1 : 2);
    const long = this.#differing('long');
    return long >= 2 && this.share('long') >= 0.2 && long / this.#counts.long >= 0.6;
  }

  /** Whether it is called like a direct identifier and holds something that could be one. */
  suspicious(): Kind | undefined {
    if (this.values < 2) return undefined;
    if (HINTS.birth.test(this.name)) return undefined; // a year of birth is none
    const kind = (['email', 'name', 'record', 'text'] as const).find((each) => HINTS[each].test(this.name));
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

  /** `exempt`: keys, and columns that are not to be read; `whose`: the column that says whose a row is. */
  constructor(
    columns: readonly string[],
    exempt: ReadonlySet<string>,
    explained: ReadonlyMap<string, ExplainedColumn> = new Map(),
    whose?: string,
  ) {
    this.#whose = whose === undefined ? -1 : columns.indexOf(whose);
    this.#columns = columns.flatMap((name, at) =>
      name === '' || exempt.has(name) ? [] : [{ at, screen: new ColumnScreen(name, explained.get(name)) }],
    );
  }

  add(cells: readonly string[]): void {
    const person = this.#person(cells[this.#whose]?.trim() ?? '');
    for (const { at, screen } of this.#columns) screen.add(cells[at] ?? '', person);
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
      const kind = screen.kind(others.length === 0 ? undefined : Math.max(...others));
      if (kind) return [{ column: screen.name, holds: KINDS[kind], certain: true }];
      const suspicion = screen.suspicious();
      return suspicion ? [{ column: screen.name, holds: KINDS[suspicion], certain: false }] : [];
    });
  }
}
