import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';

/** Where a part of the definition's text lies; `inside` is where a quoted or plain scalar's own text begins, if it stands there as it is. */
interface Spot {
  readonly offset: number;
  readonly inside?: number;
}

/** 1-based, as a text editor counts. */
interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with the text itself. */
interface TextFault {
  readonly pointer: string;
  readonly place: TextPlace;
  readonly says: string;
  readonly remedy: string;
}

/** The definition as plain data, and where each part of it stands. */
export interface DefinitionText {
  readonly value: unknown;
  readonly faults: readonly TextFault[];
  /** The place of a part, or of the nearest part around it; `offset` counts into a text. */
  place(pointer: string, offset?: number): TextPlace;
}

const MOST_NODES = 100_000;
const MOST_DEPTH = 40;
const MOST_ALIASES = 50;

/** JSON pointer of a path (RFC 6901). */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Keys whose order has a meaning: they become lists of pairs. */
function isOrdered(path: readonly (string | number)[]): boolean {
  const [top, , third] = path;
  return top === 'tables' ? path.length === 5 && third === 'columns' && path[4] === 'codes' : isLabels(path);
}

function isLabels(path: readonly (string | number)[]): boolean {
  return path.length === 3 && path[0] === 'groups' && path[2] === 'labels';
}

/** Values that are codes of a file: `01` is the text 01, not a number. */
function isCode(path: readonly (string | number)[]): boolean {
  const [top, second] = path;
  if (top === 'missing') return true;
  if (top === 'qualifying') return second === 'filters' || second === 'classes';
  if (top === 'alterations') return path[2] === 'ignore';
  if (top !== 'tables') return false;
  return path[2] === 'only' || path[2] === 'ignore' || (path[2] === 'columns' && path[4] === 'missing');
}

class Walk {
  readonly spots = new Map<string, Spot>();
  readonly faults: {
    readonly pointer: string;
    readonly offset: number;
    readonly says: string;
    readonly remedy: string;
  }[] = [];
  readonly #text: string;
  readonly #resolve: (alias: Node) => Node | undefined;
  #nodes = 0;
  #aliases = 0;

  constructor(text: string, resolve: (alias: Node) => Node | undefined) {
    this.#text = text;
    this.#resolve = resolve;
  }

  value(node: Node | null | undefined, path: readonly (string | number)[]): unknown {
    this.#nodes += 1;
    const pointer = pointerOf(path);
    const offset = node?.range?.[0];
    if (offset !== undefined && !this.spots.has(pointer)) this.spots.set(pointer, this.#spot(node!, offset));
    if (this.#nodes > MOST_NODES || path.length > MOST_DEPTH) {
      if (this.#nodes <= MOST_NODES + 1)
        this.#fault(path, offset, 'the definition is nested or repeated too often', 'Write it plainly.');
      this.#nodes = MOST_NODES + 2;
      return null;
    }
    if (isAlias(node)) {
      this.#aliases += 1;
      if (this.#aliases <= MOST_ALIASES) return this.value(this.#resolve(node), path);
      this.#fault(
        path,
        offset,
        `more than ${MOST_ALIASES} aliases are not read`,
        'Write out what the alias stands for.',
      );
      return null;
    }
    if (isMap(node)) return this.#map(node.items, path);
    if (isSeq(node)) return node.items.map((item, i) => this.value(item as Node, [...path, i]));
    return isScalar(node) ? scalar(node, path) : null;
  }

  #map(
    items: readonly { readonly key: unknown; readonly value: unknown }[],
    path: readonly (string | number)[],
  ): unknown {
    const ordered = isOrdered(path);
    const pairs: [string, unknown][] = [];
    const known = new Set<string>();
    for (const { key, value } of items) {
      const offset = (key as Node | null)?.range?.[0];
      const name = isScalar(key) ? (key.source ?? String(key.value)) : undefined;
      if (name === undefined || known.has(name) || (name === '__proto__' && !ordered)) {
        const says =
          name === undefined
            ? 'a key has to be a text'
            : known.has(name)
              ? `${name} stands here twice`
              : `${name} is not a name`;
        this.#fault(path, offset, says, 'Rename it or leave it out.');
        continue;
      }
      known.add(name);
      const here = [...path, name];
      if (offset !== undefined) this.spots.set(`${pointerOf(here)}#key`, { offset });
      pairs.push([name, this.value(value as Node, here)]);
    }
    return ordered ? pairs : Object.fromEntries(pairs);
  }

  #spot(node: Node, offset: number): Spot {
    if (!isScalar(node) || typeof node.value !== 'string') return { offset };
    const inside = offset + (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0);
    return this.#text.startsWith(node.value, inside) ? { offset, inside } : { offset };
  }

  #fault(path: readonly (string | number)[], offset: number | undefined, says: string, remedy: string): void {
    const pointer = pointerOf(path);
    this.faults.push({ pointer, offset: offset ?? this.spots.get(pointer)?.offset ?? 0, says, remedy });
  }
}

function scalar(node: Scalar, path: readonly (string | number)[]): unknown {
  const { value, source } = node;
  const plain = node.type === 'PLAIN' && typeof value !== 'string' && value !== null;
  if (plain && source !== undefined && isCode(path)) return source;
  // A list of codes; the second of a pair is what the code means, and keeps its type.
  if (plain && source !== undefined && path.length === 6 && path[4] === 'codes' && typeof path[5] === 'number')
    return source;
  return value;
}

/** Reads YAML (JSON is YAML) in bounded work. What is wrong with the text is told, not thrown. */
export function readDefinitionText(text: string): DefinitionText {
  const lines = new LineCounter();
  const at = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const bracket = tooDeep(text);
  if (bracket !== undefined)
    return {
      value: null,
      place: () => ({ line: 1, column: 1 }),
      faults: [
        {
          pointer: '',
          place: { line: 1, column: 1 },
          says: 'the definition is nested too deeply',
          remedy: 'Write it plainly.',
        },
      ],
    };
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const walk = new Walk(text, (alias) => (isAlias(alias) ? alias.resolve(document) : undefined));
  const errors = document.errors.slice(0, 20).map(({ pos, message }) => ({
    pointer: '',
    place: at(pos[0]),
    says: `this is not YAML: ${message}`,
    remedy: 'Mend the indentation, quotes or brackets here.',
  }));
  const value = errors.length > 0 ? null : walk.value(document.contents, []);
  const place = (pointer: string, offset?: number): TextPlace => {
    for (let here = pointer; ; here = here.slice(0, here.lastIndexOf('/'))) {
      const spot = walk.spots.get(here);
      const whole = here === pointer && spot?.inside !== undefined && offset !== undefined;
      if (spot) return at(whole ? spot.inside! + offset : spot.offset);
      if (here === '') return { line: 1, column: 1 };
    }
  };
  return { value, faults: [...errors, ...walk.faults.map((fault) => ({ ...fault, place: at(fault.offset) }))], place };
}

/** Where the text opens more brackets, or is indented further, than a definition ever is: the YAML parser descends a call for each. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === '[' || c === '{') depth += 1;
    else if (c === ']' || c === '}') depth = Math.max(0, depth - 1);
    if (depth > 200) return i;
  }
  return /^(?:[ ]*(?:[-?:] ){200})/m.test(text) ? 0 : undefined;
}
