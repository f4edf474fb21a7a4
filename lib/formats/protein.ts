const LETTERS: Readonly<Record<string, string>> = {
  Ala: 'A',
  Arg: 'R',
  Asn: 'N',
  Asp: 'D',
  Asx: 'B',
  Cys: 'C',
  Gln: 'Q',
  Glu: 'E',
  Glx: 'Z',
  Gly: 'G',
  His: 'H',
  Ile: 'I',
  Leu: 'L',
  Lys: 'K',
  Met: 'M',
  Phe: 'F',
  Pro: 'P',
  Pyl: 'O',
  Sec: 'U',
  Ser: 'S',
  Ter: '*',
  Thr: 'T',
  Trp: 'W',
  Tyr: 'Y',
  Val: 'V',
  Xaa: 'X',
};

/** The same by the codes of the three letters in one number. */
const BY_CODES: ReadonlyMap<number, string> = new Map(
  Object.entries(LETTERS).map(([name, letter]) => [codesAt(name, 0), letter]),
);

/** As a change begins with it. */
const CHANGED: ReadonlyMap<number, string> = new Map(Array.from(BY_CODES, ([codes, letter]) => [codes, `p.${letter}`]));

const NAMES = new RegExp(Object.keys(LETTERS).join('|'), 'g');

/**
 * A protein change of HGVS in its short form, `p.V600E`, whatever form it comes in: with its sequence before a colon, in three-letter codes,
 * in parentheses, percent-encoded; null where there is none.
 */
export function shortProtein(text: string): string | null {
  return substitution(text) ?? anyChange(text);
}

/** As most cells have it. */
const SHORT = /^p\.[A-Z*]\d+[A-Z*=]$/;

/** An amino acid and its place, after a sequence's name or not. */
const CHANGE = /^(?:[^:\s]*:)?(?:p\.)?\(?(?:[A-Z]|\*|[A-Z][a-z]{2})\d/;

/** The same of a cell that people fill in too: what isn't a change of an amino acid (`Promoter`, `Fusion`) stays as it is. */
export function writtenProtein(text: string): string | null {
  if (SHORT.test(text)) return text;
  if (text === 'p.?') return null;
  return CHANGE.test(text) ? shortProtein(text) : decoded(text);
}

/** A change as cBioPortal takes it, which has one in a cell: what tells of several percent-encoded, and read as it was. */
export function encodedProtein(text: string): string {
  const encoded = text.replace(/[;,+]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return encoded.slice(0, 1) + encoded.slice(1).replaceAll('p.', 'p%2E');
}

/** What callers, annotators and {@link encodedProtein} encode. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%(3D|3B|2C|2B|2E)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** As {@link shortProtein}, of what stands in bytes. */
export function shortProteinAt(bytes: Buffer, start: number, end: number): string | null {
  return substitutionAt(bytes, start, end) ?? shortProtein(bytes.toString('utf8', start, end));
}

/** `p.Val600Glu`, after a colon or not, without a string of it; undefined for anything else. */
function substitutionAt(bytes: Buffer, start: number, end: number): string | undefined {
  let from = end - 3;
  let [residue, unit] = [0, 1];
  for (; from > start && unit < 1e9; from--) {
    const digit = bytes[from - 1]! - 48;
    if (digit < 0 || digit > 9) break;
    residue += digit * unit;
    unit *= 10;
  }
  const begin = from - 5;
  if (begin < start || unit === 1 || bytes[from] === 48 || bytes[begin] !== 112 || bytes[begin + 1] !== 46)
    return undefined;
  if (begin > start && bytes[begin - 1] !== 58) return undefined;
  const [before, after] = [CHANGED.get(codesIn(bytes, from - 3)), BY_CODES.get(codesIn(bytes, end - 3))];
  return before !== undefined && after !== undefined ? before + residue + after : undefined;
}

function codesIn(bytes: Buffer, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

/** `p.Val600Glu`, which most are, after a colon or not; undefined for anything else. */
function substitution(text: string): string | undefined {
  const begin = text.lastIndexOf(':') + 1;
  const [from, to] = [begin + 2, text.length - 3];
  if (to <= from + 3 || text.charCodeAt(begin) !== 112 || text.charCodeAt(begin + 1) !== 46) return undefined;
  for (let at = from + 3; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return undefined;
  }
  const [before, after] = [BY_CODES.get(codesAt(text, from)), BY_CODES.get(codesAt(text, to))];
  return before !== undefined && after !== undefined ? `p.${before}${text.slice(from + 3, to)}${after}` : undefined;
}

/** Codes beyond a byte would run into one another: they are none of an amino acid's. */
function codesAt(text: string, at: number): number {
  const [a, b, c] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
  return (a | b | c) < 256 ? (a << 16) | (b << 8) | c : -1;
}

function anyChange(text: string): string | null {
  const change = decoded(text.slice(text.lastIndexOf(':') + 1).trim());
  if (change === '' || change === '.' || change === 'p.?') return null;
  const bare = change.replace(/^p\.\((.*)\)$/, 'p.$1').replace(NAMES, (name) => LETTERS[name]!);
  return bare.startsWith('p.') ? bare : `p.${bare}`;
}
