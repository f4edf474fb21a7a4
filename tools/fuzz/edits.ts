import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { type Packing, type Part, packed } from './packing.ts';

/** What may befall bytes on their way from a ward to a bucket. `a`, `b`: where and what, of 65,536. */
export interface Edit {
  readonly kind: EditKind;
  readonly a: number;
  readonly b: number;
}

const KINDS = [
  'set a byte',
  'flip a bit',
  'put in',
  'take out',
  'cut off',
  'begin later',
  'cut a line',
  'double a line',
  'move a line',
  'double a field',
  'cut a field',
  'swap fields',
  'replace a field',
  'replace a word',
  'add another file',
  'write otherwise',
  'mix encodings',
] as const;
type EditKind = (typeof KINDS)[number];

/** An input: which seed, what befalls its content before it is packed, a member of an archive, and its bytes after. */
export interface Mutation {
  /** Of the seeds, by number. */
  readonly seed: number;
  readonly inside: readonly Edit[];
  /** Of an archive, the file that is edited; of 65,536. */
  readonly member: number;
  /** Of an archive's members: one is left out, doubled or renamed. */
  readonly members: 'all' | 'one less' | 'one twice' | 'one renamed' | 'packed once more';
  readonly outside: readonly Edit[];
}

const SCALE = 65_536;

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...KINDS),
  a: fc.nat(SCALE - 1),
  b: fc.nat(SCALE - 1),
});

/** Inputs from so many seeds. */
export function mutations(seeds: number): fc.Arbitrary<Mutation> {
  return fc.record({
    seed: fc.nat(seeds - 1),
    inside: fc.array(edit, { maxLength: 6 }),
    member: fc.nat(SCALE - 1),
    members: fc.oneof(
      { weight: 8, arbitrary: fc.constant('all' as const) },
      fc.constantFrom('one less' as const, 'one twice' as const, 'one renamed' as const, 'packed once more' as const),
    ),
    outside: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(edit, { maxLength: 2 }) },
    ),
  });
}

/** What stands in cells where nobody expected it. */
// biome-ignore format: a list to be read across
const NASTY: readonly (string | Buffer)[] = [
  '"', '""', "'", "''=1", '\t', '\n', '\r', '\r\n', ',', ';', '|', ' ', '\u00a0', '\u2028', '\ufeff', '\0', '\u0001', '\u001a',
  '=1+1', "=cmd|' /C calc'!A0", '+1', '-1', '@SUM(A1)', '-', '.', 'NA', 'nan', 'null', 'Infinity', '-Infinity', '1e999', '-0', '0x10',
  '1_000', '1,234', '1.234,5', '\u0661\u0662', '12abc', '2021-02-30', '31/12/2020', '1.2.2020', '1-Mar', '44197', '99999999999999999999',
  '0.1e-320', '1e-7', '__proto__', 'constructor', '<script>', '&amp;', '<!ENTITY x SYSTEM "file:///etc/passwd">', 'é', 'ß', '😀', 'e\u0301',
  '\u202e', Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from([0xe9]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0x80, 0x81]),
  '##fileformat=VCFv4.2\n', '#', '>', '{', '[', 'PK\x03\x04', 'chr', 'GENE', 'KRAS', 'Hugo_Symbol', 'Tumor_Sample_Barcode',
  'a'.repeat(300), ':', '/', '0/1', '1|', '<DEL>', '*', 'N', '[1:5[', ';;', 'A,', 'END=5', '100%', '%3B', '\\', '\\n', '//', '--', '…',
  'unreadable', 'Fusion', 'GERMLINE', '[Not Available]', '1:DECEASED', '<5', '>200', '0', '2', '-1.5', '3.5',
];

/** Bytes that the edits were made of, in order. */
function edited(bytes: Buffer, edits: readonly Edit[], others: readonly Buffer[]): Buffer {
  return edits.reduce((so, { kind, a, b }) => EDITS[kind](so, a, b, others), bytes).subarray(0, MOST_BYTES);
}

/** Edits that double don't make inputs that take long for being long. */
const MOST_BYTES = 200_000;

type Apply = (bytes: Buffer, a: number, b: number, others: readonly Buffer[]) => Buffer;

const place = (length: number, a: number): number => Math.floor((a / SCALE) * length);
const pick = <T>(from: readonly T[], b: number): T => from[place(from.length, b)]!;
const nasty = (b: number): Buffer => Buffer.from(pick(NASTY, b) as string);
const spliced = (bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);

const EDITS: Readonly<Record<EditKind, Apply>> = {
  'set a byte': (bytes, a, b) => {
    const at = place(bytes.length, a);
    return spliced(bytes, at, at + 1, Uint8Array.of(b & 255));
  },
  'flip a bit': (bytes, a, b) => {
    const at = place(bytes.length, a);
    return spliced(bytes, at, at + 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << (b & 7))));
  },
  'put in': (bytes, a, b) => spliced(bytes, place(bytes.length, a), place(bytes.length, a), nasty(b)),
  'take out': (bytes, a, b) =>
    spliced(bytes, place(bytes.length, a), place(bytes.length, a) + (b & 31), Buffer.alloc(0)),
  'cut off': (bytes, a) => bytes.subarray(0, place(bytes.length, a)),
  'begin later': (bytes, a) => bytes.subarray(place(bytes.length, a)),
  'cut a line': inLines((lines, a) => lines.filter((_, i) => i !== place(lines.length, a))),
  'double a line': inLines((lines, a) =>
    lines.flatMap((line, i) => (i === place(lines.length, a) ? [line, line] : [line])),
  ),
  'move a line': inLines((lines, a, b) => {
    const left = lines.filter((_, i) => i !== place(lines.length, a));
    return left.toSpliced(place(left.length + 1, b), 0, lines[place(lines.length, a)]!);
  }),
  'double a field': inFields((fields, b) => fields.toSpliced(place(fields.length, b), 0, pick(fields, b))),
  'cut a field': inFields((fields, b) => fields.toSpliced(place(fields.length, b), 1)),
  'swap fields': inFields((fields, b) => {
    const at = place(fields.length, b);
    return fields.toSpliced(at, 2, ...fields.slice(at, at + 2).reverse());
  }),
  'replace a field': inFields((fields, b) =>
    fields.with(place(fields.length, b), nasty((b * 31) % SCALE).toString('latin1')),
  ),
  'replace a word': (bytes, a, b) => {
    const words = [...bytes.toString('latin1').matchAll(/[\w.+-]+/g)];
    if (words.length === 0) return bytes;
    const { index, 0: word } = pick(words, a);
    return spliced(bytes, index, index + word.length, nasty(b));
  },
  'add another file': (bytes, a, b, others) => {
    const other = others.length === 0 ? bytes : pick(others, b);
    return Buffer.concat([bytes, other.subarray(place(other.length, a))]);
  },
  'write otherwise': (bytes, _, b) => pick(WRITTEN, b)(bytes),
  'mix encodings': (bytes, a, b) => {
    const at = place(bytes.length, a);
    return Buffer.concat([bytes.subarray(0, at), pick(WRITTEN, b)(bytes.subarray(at))]);
  },
};

/** The same text, as other programs write it. */
const WRITTEN: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le'),
  (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  (bytes) => Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le').swap16(),
  (bytes) => Buffer.from(`\ufeff${bytes.toString()}`),
  (bytes) => Buffer.from(bytes.toString(), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1')),
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r'), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\t', ','), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(',', ';'), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\t', ' '), 'latin1'),
  (bytes) => gzipSync(bytes),
  (bytes) => Buffer.concat([bytes, bytes]),
];

function inLines(change: (lines: readonly string[], a: number, b: number) => readonly string[]): Apply {
  return (bytes, a, b) => Buffer.from(change(bytes.toString('latin1').split('\n'), a, b).join('\n'), 'latin1');
}

/** Changes the fields of one line, parted by what parts most of it. */
function inFields(change: (fields: string[], b: number) => string[]): Apply {
  return (bytes, a, b) => {
    const lines = bytes.toString('latin1').split('\n');
    const at = place(lines.length, a);
    const line = lines[at]!;
    const counts = ['\t', ',', ';', ':', ' ', '>'].map((by) => [by, line.split(by).length] as const);
    const [by] = counts.reduce((most, one) => (one[1] > most[1] ? one : most));
    return Buffer.from(lines.with(at, change(line.split(by), b).join(by)).join('\n'), 'latin1');
  };
}

/** The bytes that a mutation makes of a file; `others`: contents that another file may end in. */
export function mutated(
  { inside, member, members, outside }: Mutation,
  { packing, parts }: { readonly packing: Packing; readonly parts: readonly Part[] },
  others: readonly Buffer[],
): Buffer {
  const at = place(parts.length, member);
  const changed = parts.map((part, i) =>
    i === at ? { ...part, content: edited(part.content, inside, others) } : part,
  );
  const some = packing === 'zip' ? withMembers(changed, members, at) : changed;
  return edited(packed(packing, some), outside, others);
}

function withMembers(parts: readonly Part[], members: Mutation['members'], at: number): readonly Part[] {
  const part = parts[at]!;
  switch (members) {
    case 'one less':
      return parts.toSpliced(at, 1);
    case 'one twice':
      return [...parts, part];
    case 'one renamed':
      return parts.with(at, { ...part, name: `../${part.name}` });
    case 'packed once more':
      return parts.with(at, { ...part, content: packed('zip', [part]) });
    case 'all':
      return parts;
  }
}
