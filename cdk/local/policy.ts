import { SignetError } from '../../lib/base/index.ts';

type OneOrMore = string | readonly string[];

/** In a condition templates write numbers and truth values bare. */
type Scalar = string | number | boolean;

/** Of whom a statement speaks, in a policy that is attached to a resource. */
export type Whom = '*' | { readonly AWS?: OneOrMore; readonly Service?: OneOrMore; readonly Federated?: OneOrMore };

/** A statement of a policy, as the synthesised template holds it once its references are resolved. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  /** Only in a resource's policy; a statement without one speaks of whoever holds it. */
  readonly Principal?: Whom;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Scalar | readonly Scalar[]>>>>;
}

/** Whoever asks: a role or a session of it. */
export interface Principal {
  /** Like an ARN; nothing of a patient. */
  readonly name: string;
  readonly statements: readonly Statement[];
  /** The session's tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What is asked, with the values of condition keys. A key without a value is absent. */
export interface Call {
  /** `s3:GetObject` */
  readonly action: string;
  /** The ARN. */
  readonly resource: string;
  readonly context?: Readonly<Record<string, OneOrMore>>;
}

type Context = ReadonlyMap<string, readonly string[]>;

/** A predicate of one value of the request against one of the statement. */
type Test = (have: string, wanted: string, context: Context) => boolean;

const all = (value: OneOrMore | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

const texts = (value: Scalar | readonly Scalar[]): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map(String);

function unsupported(what: string): SignetError {
  return new SignetError('unsupported-policy', `the local gateway cannot evaluate ${what}`);
}

const VARIABLE = /\$\{([^}]*)\}/g;

/** The variables that a request may lack; such a pattern then matches nothing. What isn't listed and isn't there is a mistake. */
const MAY_BE_ABSENT = /^(?:aws:(?:PrincipalTag|RequestTag|ResourceTag)\/[^,]+|s3:prefix)$/i;

/** A literal of a pattern: no sign in it means anything. */
const literal = (text: string): string => text.replace(/[\\*?]/g, '\\$&');

/** The pattern with its variables' values, in which `\` takes the meaning of the next sign; undefined where a value is absent. */
function filled(pattern: string, context: Context): string | undefined {
  let complete = true;
  const text = pattern.replaceAll('\\', '\\\\').replace(VARIABLE, (_, name: string) => {
    if (name === '*' || name === '?' || name === '$') return `\\${name}`;
    const [value, more] = context.get(name.toLowerCase()) ?? [];
    if (value !== undefined && more === undefined) return literal(value);
    if (value !== undefined || !MAY_BE_ABSENT.test(name)) throw unsupported(`the policy variable ${name}`);
    complete = false;
    return '';
  });
  return complete ? text : undefined;
}

/** `*` is any number of signs (a slash too), `?` is one. Linear in time but for backing up to the last `*`. */
function matches(pattern: string, text: string): boolean {
  let [p, t, star, retry] = [0, 0, -1, 0];
  while (t < text.length) {
    const escaped = pattern[p] === '\\';
    if (!escaped && pattern[p] === '*') {
      star = p;
      p += 1;
      retry = t;
    } else if (
      p < pattern.length &&
      (escaped ? pattern[p + 1] === text[t] : pattern[p] === '?' || pattern[p] === text[t])
    ) {
      p += escaped ? 2 : 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      retry += 1;
      t = retry;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

const like: Test = (have, wanted, context) => {
  const pattern = filled(wanted, context);
  return pattern !== undefined && matches(pattern, have);
};

/** The text without escapes: in an equality no sign of the statement means anything. */
function plain(wanted: string, context: Context): string | undefined {
  return filled(wanted, context)?.replace(/\\(.)/gs, '$1');
}

const equal: Test = (have, wanted, context) => plain(wanted, context) === have;

const equalIgnoringCase: Test = (have, wanted, context) => plain(wanted, context)?.toLowerCase() === have.toLowerCase();

/** Each of an ARN's six parts is matched by itself. */
const arnLike: Test = (have, wanted, context) => {
  const pattern = filled(wanted, context);
  if (pattern === undefined) return false;
  const parts = (arn: string): string[] => [...arn.split(':').slice(0, 5), arn.split(':').slice(5).join(':')];
  const given = parts(have);
  return parts(pattern).every((part, i) => matches(part, given[i] ?? ''));
};

const numeric =
  (holds: (have: number, wanted: number) => boolean): Test =>
  (have, wanted) => {
    const [a, b] = [Number(have), Number(wanted)];
    return Number.isFinite(a) && Number.isFinite(b) && holds(a, b);
  };

const date =
  (holds: (have: number, wanted: number) => boolean): Test =>
  (have, wanted) => {
    const [a, b] = [Date.parse(have), Date.parse(wanted)];
    return !Number.isNaN(a) && !Number.isNaN(b) && holds(a, b);
  };

interface Operator {
  readonly test: Test;
  /** Holds where the test doesn't: of every value of the statement, and of an absent key. */
  readonly negated?: true;
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', { test: equal }],
  ['StringNotEquals', { test: equal, negated: true }],
  ['StringEqualsIgnoreCase', { test: equalIgnoringCase }],
  ['StringNotEqualsIgnoreCase', { test: equalIgnoringCase, negated: true }],
  ['StringLike', { test: like }],
  ['StringNotLike', { test: like, negated: true }],
  ['ArnLike', { test: arnLike }],
  ['ArnEquals', { test: arnLike }],
  ['ArnNotLike', { test: arnLike, negated: true }],
  ['ArnNotEquals', { test: arnLike, negated: true }],
  ['Bool', { test: (have, wanted) => have.toLowerCase() === wanted.toLowerCase() }],
  ['NumericEquals', { test: numeric((a, b) => a === b) }],
  ['NumericNotEquals', { test: numeric((a, b) => a === b), negated: true }],
  ['NumericLessThan', { test: numeric((a, b) => a < b) }],
  ['NumericLessThanEquals', { test: numeric((a, b) => a <= b) }],
  ['NumericGreaterThan', { test: numeric((a, b) => a > b) }],
  ['NumericGreaterThanEquals', { test: numeric((a, b) => a >= b) }],
  ['DateEquals', { test: date((a, b) => a === b) }],
  ['DateNotEquals', { test: date((a, b) => a === b), negated: true }],
  ['DateLessThan', { test: date((a, b) => a < b) }],
  ['DateLessThanEquals', { test: date((a, b) => a <= b) }],
  ['DateGreaterThan', { test: date((a, b) => a > b) }],
  ['DateGreaterThanEquals', { test: date((a, b) => a >= b) }],
]);

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

function condition(name: string, key: string, wanted: readonly string[], context: Context): boolean {
  const have = context.get(key.toLowerCase()) ?? [];
  if (name === 'Null') return wanted.some((value) => (value === 'true') === (have.length === 0));
  const [, set, base = '', ifExists] = OPERATOR.exec(name) ?? [];
  const operator = OPERATORS.get(base);
  if (!operator) throw unsupported(`the operator ${name}`);
  const { test, negated = false } = operator;
  const holds = (value: string): boolean => wanted.some((one) => test(value, one, context)) !== negated;
  if (set === 'ForAllValues') return have.every(holds); // true of none
  if (have.length === 0) return ifExists !== undefined || (negated && set === undefined);
  // Of several values without a set operator a negation means that none of them is among the wanted.
  return negated && set === undefined ? have.every(holds) : have.some(holds);
}

function conditions({ Condition = {} }: Statement, context: Context): boolean {
  return Object.entries(Condition)
    .flatMap(([name, keys]) =>
      Object.entries(keys).map(([key, wanted]) => condition(name, key, texts(wanted), context)),
    )
    .every(Boolean); // evaluated to the last, so that an unknown operator never hides behind a false one
}

function speaksOf(whom: Whom | undefined, name: string): boolean {
  if (whom === undefined || whom === '*') return true;
  return all(whom.AWS).some((one) => one === '*' || one === name); // nobody here is a service
}

const KNOWN = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'Condition']);

/**
 * The statements of a policy document (or a list of them), checked.
 * Throws `unsupported-policy` for an element, an operator or an effect that {@link allowed} couldn't evaluate.
 */
export function statementsOf(document: unknown): readonly Statement[] {
  const given = Array.isArray(document)
    ? document
    : (document as { readonly Statement?: unknown } | undefined)?.Statement;
  const list = (Array.isArray(given) ? given : [given]).map(inText) as readonly Statement[];
  for (const statement of list) check(statement);
  return list;
}

/** A condition's numbers and booleans as the text that they are compared as. */
function inText(statement: Statement): Statement {
  if (!statement?.Condition) return statement;
  const text = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(text)
      : typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : value;
  const Condition = Object.fromEntries(
    Object.entries(statement.Condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, text(value)])),
    ]),
  );
  return { ...statement, Condition } as Statement;
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

function check(statement: Statement): void {
  const odd = Object.keys(statement ?? {}).find((name) => !KNOWN.has(name));
  if (odd) throw unsupported(`the element ${odd}`);
  const { Effect, Action, NotAction, Resource, NotResource, Principal: whom, Condition = {} } = statement ?? {};
  if (Effect !== 'Allow' && Effect !== 'Deny') throw unsupported(`the effect ${JSON.stringify(Effect)}`);
  if (!isText(Action ?? NotAction) || (Action !== undefined && NotAction !== undefined))
    throw unsupported('a statement without one of Action and NotAction');
  if ((Resource ?? NotResource) !== undefined && !isText(Resource ?? NotResource))
    throw unsupported('a resource that is no text');
  if ((Resource ?? NotResource) === undefined && whom === undefined)
    throw unsupported('a statement without a resource');
  if (Resource !== undefined && NotResource !== undefined) throw unsupported('Resource beside NotResource');
  if (whom !== undefined && whom !== '*' && all(whom.AWS).some((one) => /:root$|^\d+$/.test(one)))
    throw unsupported('a whole account as principal');
  for (const [name, keys] of Object.entries(Condition)) {
    if (name !== 'Null' && !OPERATORS.has(OPERATOR.exec(name)?.[2] ?? '')) throw unsupported(`the operator ${name}`);
    if (!Object.values(keys).flat().every(isScalar)) throw unsupported(`a condition ${name} that is no text`);
  }
}

function applies(statement: Statement, { name }: Principal, { action, resource }: Call, context: Context): boolean {
  check(statement);
  const { Action, NotAction, Resource, NotResource, Principal: whom } = statement;
  if (!speaksOf(whom, name)) return false;
  const named = all(Action ?? NotAction).some((one) => matches(one.toLowerCase(), action.toLowerCase()));
  if (named !== (NotAction === undefined)) return false;
  const patterns = Resource ?? NotResource;
  // A role's trust policy names no resource: it is the role.
  if (patterns !== undefined) {
    const covered = all(patterns).some((one) => like(resource, one, context));
    if (covered !== (NotResource === undefined)) return false;
  }
  return conditions(statement, context);
}

/**
 * Whether the statements let the call pass: one allows it and none denies it. A resource's own statements are evaluated among the
 * principal's, as within one account. Throws `unsupported-policy` rather than guess.
 */
export function allowed(principal: Principal, call: Call): boolean {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(call.context ?? {})) context.set(key.toLowerCase(), all(value));
  for (const [key, value] of Object.entries(principal.tags))
    context.set(`aws:principaltag/${key.toLowerCase()}`, [value]);
  context.set('aws:principalarn', [principal.name]);
  const effects = principal.statements.map((one) => (applies(one, principal, call, context) ? one.Effect : undefined));
  return effects.includes('Allow') && !effects.includes('Deny');
}
