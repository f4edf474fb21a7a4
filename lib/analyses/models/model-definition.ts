import type { CohortFrame } from '../../cohort/index.ts';

type Derived = CohortFrame['definition']['derived'][string];

/** Variables that are derived from one another at most so deep. */
const DEEPEST = 30;

/** An expression of a text: quoted parts, names with what they are called of, and the rest. */
const PARTS = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|((?:[\p{L}_][\p{L}\p{N}_]*\s*\.\s*)?[\p{L}_][\p{L}\p{N}_]*)/gu;

/**
 * How a derived variable is made of columns and genes alone, as one expression: names of other derived variables are replaced by what they
 * stand for. Undefined where it rests on rows of a table, and for what isn't derived.
 */
export function expandedCel({ definition }: Pick<CohortFrame, 'definition'>, name: string): string | undefined {
  const derived: Readonly<Record<string, Derived>> = definition.derived ?? {};
  const celOf = (of: string, depth: number): string | undefined => {
    const text = Object.hasOwn(derived, of) ? derived[of] : undefined;
    if (text === undefined || depth > DEEPEST) return undefined;
    if (typeof text === 'object' && 'of' in text) return undefined;
    if (typeof text === 'string') return expanded(text, depth);
    const items = Object.entries(text.score).map(([cel, points]) => {
      const condition = expanded(cel, depth);
      return condition === undefined ? undefined : `((${condition}) ? ${points} : 0)`;
    });
    return items.includes(undefined) ? undefined : items.join(' + ');
  };
  const expanded = (cel: string, depth: number): string | undefined => {
    let whole = true;
    const text = cel.replace(PARTS, (part: string, quoted: string | undefined) => {
      if (quoted !== undefined || part.includes('.') || !Object.hasOwn(derived, part)) return part;
      const inner = celOf(part, depth + 1);
      if (inner === undefined) whole = false;
      return `(${inner ?? part})`;
    });
    return whole ? text : undefined;
  };
  return celOf(name, 0);
}

/** Every variable that a derived one is made of, whatever lies between; none of one that isn't derived. */
export function madeFrom({ definition }: Pick<CohortFrame, 'definition'>, name: string): ReadonlySet<string> {
  const derived: Readonly<Record<string, Derived>> = definition.derived ?? {};
  const found = new Set<string>();
  const add = (of: string): void => {
    const text = Object.hasOwn(derived, of) ? derived[of] : undefined;
    if (text === undefined) return;
    const cels = typeof text === 'string' ? [text] : 'of' in text ? [text.cel] : Object.keys(text.score);
    for (const cel of cels)
      for (const [part, quoted] of cel.matchAll(PARTS)) {
        if (quoted !== undefined || found.has(part)) continue;
        found.add(part);
        add(part);
      }
  };
  add(name);
  return found;
}

const ALTERED = /^\s*altered\(\s*(["'])([^"']+)\1\s*\)\s*$/;

/** What a variable of a model is, in words. */
export function variableWords(
  { definition }: Pick<CohortFrame, 'definition'>,
  of: {
    readonly asked: string;
    readonly title: string;
    readonly unit?: string | undefined;
    readonly levels?: readonly string[] | undefined;
  },
): string {
  const gene = ALTERED.exec(of.asked)?.[2];
  if (gene !== undefined)
    return `${gene} carries an alteration that qualifies; a patient whose panel doesn't cover it is missing`;
  const text = Object.hasOwn(definition.derived ?? {}, of.asked) ? definition.derived[of.asked] : undefined;
  const source =
    typeof text === 'object' && 'score' in text && text.source !== undefined ? `, a score (${text.source})` : '';
  const what =
    of.levels === undefined
      ? `a number${of.unit === undefined ? '' : ` in ${of.unit}`}`
      : `one of ${of.levels.join(', ')}`;
  return `${of.title}: ${what}${source}${text === undefined ? '' : ', derived'}`;
}
