import { condition, isOperator, like } from './conditions.ts';
import { type Context, matches, unsupported } from './patterns.ts';

type OneOrMore = string | readonly string[];

/** In a condition templates write numbers and truth values bare. */
type Scalar = string | number | boolean;

/** Of whom a statement speaks, in a policy that is attached to a resource. */
type Whom = '*' | { readonly AWS?: OneOrMore; readonly Service?: OneOrMore; readonly Federated?: OneOrMore };

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

const all = (value: OneOrMore | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

const texts = (value: Scalar | readonly Scalar[]): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map(String);

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
  const list = (Array.isArray(given) ? given : [given]) as readonly Statement[];
  for (const statement of list) check(statement);
  return list;
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
    if (!isOperator(name)) throw unsupported(`the operator ${name}`);
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
