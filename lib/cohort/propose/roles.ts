import type { Role } from '../templates/rule-templates.ts';

/** A column of the draft, as roles are told from it. */
export interface DraftColumn {
  /** In the draft. */
  readonly name: string;
  /** In the file. */
  readonly from: string;
  readonly numeric: boolean;
  readonly dated: boolean;
  readonly values: readonly string[];
  /** What a codebook calls it. */
  readonly label?: string;
  /** Of a category whose codes mean something else: what expressions compare it with. */
  readonly meanings?: readonly string[];
  /** Of a category: the code that may be a slip. */
  readonly rare: string | undefined;
}

/** An object of the draft. */
export type Entry = Record<string, unknown>;

/** A table of the draft. */
export interface DraftTable {
  readonly table: Entry & { readonly columns: Record<string, Entry> };
  readonly columns: readonly DraftColumn[];
}

const LAST_CONTACT =
  /last.?(contact|follow|seen|visit|known|fu)|follow.?up|letzte\w*.?(kontakt|vorstellung|nachsorge|untersuchung)/i;

/** What a column of that role is called, and what it has to hold. */
const CALLED: readonly (readonly [Role, RegExp, 'date' | 'number' | 'codes'])[] = [
  ['birth year', /birth.?year|year.?of.?birth|yob|geburtsjahr/i, 'number'],
  ['age', /^(age|alter)$|age.?at|^(age|alter)[_ ]/i, 'number'],
  ['death date', /(death|died|deceased|dod|exitus|tod(es)?|verstorben|sterbe)/i, 'date'],
  ['last contact date', LAST_CONTACT, 'date'],
  ['progression date', /progress|recurren|relapse|rezidiv/i, 'date'],
  ['resection date', /resection|resektion|surgery|operation|hepatectomy|(^|[^a-z])op([^a-z]|$)/i, 'date'],
  ['response date', /response|assess/i, 'date'],
  [
    'treatment date',
    /(treatment|therapy|chemo\w*|systemic).*(start|begin|date)|start.*(treatment|therapy|chemo)/i,
    'date',
  ],
  ['biopsy date', /biops/i, 'date'],
  ['conversion date', /conversion/i, 'date'],
  ['diagnosis date', /diagnos|^dx/i, 'date'],
  ['start date', /start|begin|^from/i, 'date'],
  ['end date', /(^|[^a-z])(end|stop|until)/i, 'date'],
  ['microsatellites', /(^|[^a-z])(msi|mmr|microsat)/i, 'codes'],
  ['margin', /margin|rese[ck]tions?.?status|resektionsrand|residual/i, 'codes'],
  ['no evidence of disease', /(^|[^a-z])ned([^a-z]|$)|no.?evidence/i, 'codes'],
];

/**
 * The columns that play roles, each once: by name, else by what a codebook calls them, and by what they hold. A date of death or last contact is one
 * of last contact.
 */
export function rolesOf(columns: readonly DraftColumn[]): Partial<Record<Role, string>> {
  const found: Partial<Record<Role, string>> = {};
  const taken = new Set<string>();
  const isCalled = (text: string, role: Role, called: RegExp): boolean =>
    called.test(text) && !(role === 'death date' && LAST_CONTACT.test(text));
  for (const [role, called, holds] of CALLED) {
    const fitting = columns.filter(
      ({ name, numeric, dated }) =>
        !taken.has(name) && (holds === 'date' ? dated : holds === 'number' ? numeric : !dated && !numeric),
    );
    const column =
      fitting.find(({ from }) => isCalled(from, role, called)) ??
      fitting.find(({ label }) => label !== undefined && isCalled(label, role, called));
    if (!column) continue;
    found[role] = column.name;
    taken.add(column.name);
  }
  return found;
}

const DEAD = /^(dead|deceased|died|death|1:deceased|verstorben)$/i;

/** Vital status: the condition that says of a patient that she died, over a category or a boolean. */
export function deadCondition(
  columns: readonly DraftColumn[],
  isBoolean: (name: string) => boolean,
): string | undefined {
  for (const { name, from, label = '', values: cells, meanings: values = cells } of columns) {
    if (!/vital|status|dead|died|deceased|verstorben/i.test(`${from} ${label}`)) continue;
    if (isBoolean(name) && /dead|died|deceased|verstorben/i.test(`${from} ${label}`)) return name;
    const dead = values.filter((value) => DEAD.test(value));
    if (dead.length > 0 && isBoolean(name)) return name; // an endpoint's event: death is true
    if (dead.length > 0)
      return dead.length === 1 ? `${name} == ${JSON.stringify(dead[0])}` : `${name} in ${JSON.stringify(dead)}`;
  }
  return undefined;
}

/** Times of survival by kind that are in the unit of another time, as their names tell. */
export function timesLike(
  time: string,
  columns: readonly DraftColumn[],
): readonly { readonly kind: Survival['kind']; readonly name: string }[] {
  const unitOf = (from: string): string | undefined => /days|weeks|months|years/i.exec(from)?.[0].toLowerCase();
  const unit = unitOf(columns.find(({ name }) => name === time)?.from ?? '');
  return columns.flatMap(({ name, from, numeric }) =>
    numeric && unit !== undefined && unitOf(from) === unit ? [{ kind: kindOf(from), name }] : [],
  );
}

/** A time and its event, which together are an endpoint. */
export interface Survival {
  readonly kind: 'os' | 'dfs' | 'pfs' | 'dss' | 'rfs' | 'other';
  readonly time: string;
  readonly event: string;
  readonly says: string;
}

const KINDS: readonly (readonly [Survival['kind'], RegExp])[] = [
  ['pfs', /(^|[^a-z])pfs|(^|[^a-z])pfi([^a-z]|$)|progression.?free/i],
  ['dfs', /(^|[^a-z])dfs|(^|[^a-z])dfi([^a-z]|$)|disease.?free/i],
  ['rfs', /(^|[^a-z])rfs|(recurrence|relapse).?free/i],
  ['dss', /(^|[^a-z])dss|(disease|cancer).?specific/i],
  ['os', /(^|[^a-z])os([^a-z]|$)|overall.?surv|(^|[^a-z])survival/i],
];

function kindOf(name: string): Survival['kind'] {
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other';
}

const TIME = /time|months|days|weeks|years|duration|monat|tage/i;
const STATUS = /status|event|censor|dead|died|vital|verstorben/i;

/**
 * Pairs of a time and a 0/1 column: `X` with `X.time`, `X_STATUS` with `X_MONTHS`, or the only status with the only time of one kind of
 * survival.
 */
export function survivalOf(columns: readonly DraftColumn[]): readonly Survival[] {
  const events = columns.filter(
    ({ values }) =>
      values.length >= 1 &&
      values.length <= 3 &&
      values.every((value) => /^(0|1)$|^[01]:|^(yes|no|ja|nein|alive|dead|deceased|living)$/i.test(value)),
  );
  const times = columns.filter(({ numeric, from, values }) => numeric && TIME.test(from) && values.length > 2);
  const found: Survival[] = [];
  for (const time of times) {
    const stem = (name: string): string =>
      name.replace(/[._ -]?(time|months|days|weeks|years|status|event|censor\w*|to|progression)/gi, '').toLowerCase();
    const same = events.find(({ from }) => stem(from) === stem(time.from));
    const kind = kindOf(time.from);
    const alike = events.filter(({ from }) => kind !== 'other' && kindOf(from) === kind);
    const vital = kind === 'os' ? events.filter(({ from }) => STATUS.test(from) && kindOf(from) === 'other') : [];
    const event =
      same ?? (alike.length === 1 ? alike[0] : alike.length === 0 && vital.length === 1 ? vital[0] : undefined);
    if (!event || found.some((each) => each.event === event.name)) continue;
    found.push({
      kind: kind === 'other' ? kindOf(event.from) : kind,
      time: time.name,
      event: event.name,
      says: `${event.from} is the event of ${time.from}`,
    });
  }
  const [alone] = events.filter(
    ({ from, name }) => kindOf(from) === 'os' && !found.some(({ event }) => event === name),
  );
  const followed = times.filter(
    ({ from, name }) => /last.?(follow|contact)|follow.?up/i.test(from) && !found.some(({ time }) => time === name),
  );
  if (alone && followed.length === 1 && !found.some(({ kind }) => kind === 'os'))
    found.push({
      kind: 'os',
      time: followed[0]!.name,
      event: alone.name,
      says: `${alone.from} is the event of ${followed[0]!.from}`,
    });
  return found;
}
