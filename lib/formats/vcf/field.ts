/** Types of INFO and FORMAT values. */
export type FieldType = 'Integer' | 'Float' | 'Flag' | 'Character' | 'String';

/** How many values: as many as that, one an ALT (A), one an allele (R), one a genotype (G), or any number. */
export type FieldNumber = number | 'A' | 'R' | 'G' | '.';

/** What an INFO or FORMAT key holds, as its header line or the specification says. */
export interface FieldSpec {
  readonly number: FieldNumber;
  readonly type: FieldType;
  /** Negative numbers make no sense. */
  readonly counts?: true;
}

const flag: FieldSpec = { number: 0, type: 'Flag' };
const count: FieldSpec = { number: 1, type: 'Integer', counts: true };
const perAllele: FieldSpec = { number: 'R', type: 'Integer', counts: true };

/** INFO keys that the specification reserves (4.1, section 1.4.1). */
const INFO: Readonly<Record<string, FieldSpec>> = {
  AA: { number: 1, type: 'String' },
  AC: { number: 'A', type: 'Integer', counts: true },
  AF: { number: 'A', type: 'Float', counts: true },
  AN: count,
  BQ: { number: 1, type: 'Float' },
  CIGAR: { number: 'A', type: 'String' },
  DB: flag,
  DP: count,
  END: count,
  H2: flag,
  H3: flag,
  MQ: { number: 1, type: 'Float' },
  MQ0: count,
  NS: count,
  SOMATIC: flag,
  VALIDATED: flag,
  '1000G': flag,
};

/** FORMAT keys that the specification reserves. */
const FORMAT: Readonly<Record<string, FieldSpec>> = {
  GT: { number: 1, type: 'String' },
  DP: count,
  EC: { number: 'A', type: 'Integer' },
  FT: { number: 1, type: 'String' },
  GL: { number: 'G', type: 'Float' },
  GLE: { number: 'G', type: 'String' },
  GP: { number: 'G', type: 'Float' },
  GQ: { number: 1, type: 'Integer' },
  HQ: { number: 2, type: 'Integer' },
  MQ: { number: 1, type: 'Integer' },
  PL: { number: 'G', type: 'Integer' },
  PQ: { number: 1, type: 'Integer' },
  PS: { number: 1, type: 'Integer' },
};

/** Since 4.3 depths by allele are reserved in both. */
const DEPTHS: Readonly<Record<string, FieldSpec>> = { AD: perAllele, ADF: perAllele, ADR: perAllele };

/** What the specification says of a key, if anything. `minor`: 1 to 5, of version 4.x. */
export function reserved(kind: 'INFO' | 'FORMAT', key: string, minor: number): FieldSpec | undefined {
  const known = kind === 'INFO' ? INFO : FORMAT;
  if (Object.hasOwn(known, key)) return known[key];
  return minor >= 3 && Object.hasOwn(DEPTHS, key) ? DEPTHS[key] : undefined;
}

/** The number that a header line tells; undefined where it is none. */
export function numberOf(text: string): FieldNumber | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (text === 'A' || text === 'R' || text === 'G' || text === '.') return text;
  return /^(LA|LR|LG|P|M)$/.test(text) ? '.' : undefined; // of local alleles and of phase sets, since 4.4
}
