import { brotliDecompressSync } from 'node:zlib';
import data from './human-genes.json' with { type: 'json' };

/** A gene as NCBI lists it. */
interface HumanGene {
  readonly id: string;
  readonly symbol: string;
  /** `1` to `22`, `X`, `Y`; empty where it isn't known. */
  readonly chromosome: string;
}

/** What a record says of its gene beside its name. */
export interface GeneHint {
  readonly id?: string | null;
  readonly chromosome?: string | null;
}

/**
 * What a name comes to. `current`: a symbol, or a name that the list doesn't know and that stays. `renamed`: it was the gene's alias or
 * previous symbol, or is spelt in other letter case. `undecided`: several genes were called so, and the record doesn't tell which: the name
 * stays. `elsewhere`: one gene was called so, and lies on another chromosome than the record: the name stays. `date`: a spreadsheet made a
 * date of it, and nothing tells of which symbol. `none`: it names no gene.
 */
export interface GeneName {
  readonly symbol: string;
  readonly how: 'current' | 'renamed' | 'undecided' | 'elsewhere' | 'date' | 'none';
  /** Of a name that stays: the genes that were called so, sorted. */
  readonly candidates?: readonly string[];
}

/** When NCBI wrote the list. */
export const GENES_DATE: string = data.date;

interface Names {
  readonly byId: ReadonlyMap<string, HumanGene>;
  readonly bySymbol: ReadonlyMap<string, HumanGene>;
  readonly byAlias: ReadonlyMap<string, readonly HumanGene[]>;
  /** Spellings in lower case, to those that are in use; made when no exact spelling was found. */
  readonly symbolCases: () => ReadonlyMap<string, readonly string[]>;
  readonly aliasCases: () => ReadonlyMap<string, readonly string[]>;
}

let unpacked: Names | undefined;

/** The list is unpacked when a name is first asked for: 50 ms that an answer without genes doesn't pay. */
function names(): Names {
  unpacked ??= unpack(brotliDecompressSync(Buffer.from(data.genes, 'base64')).toString());
  return unpacked;
}

function unpack(text: string): Names {
  const byId = new Map<string, HumanGene>();
  const bySymbol = new Map<string, HumanGene>();
  const byAlias = new Map<string, HumanGene[]>();
  let last = 0;
  for (const line of text.split('\n')) {
    const [step, symbol = '', chromosome = '', aliases = ''] = line.split('\t');
    last += Number(step);
    const gene = { id: String(last), symbol, chromosome };
    byId.set(gene.id, gene);
    bySymbol.set(symbol, gene);
    if (aliases !== '') for (const alias of aliases.split('|')) push(byAlias, alias, gene);
  }
  return { byId, bySymbol, byAlias, symbolCases: cases(bySymbol), aliasCases: cases(byAlias) };
}

function cases(spellings: ReadonlyMap<string, unknown>): () => ReadonlyMap<string, readonly string[]> {
  let all: Map<string, string[]> | undefined;
  return () => {
    if (!all) {
      all = new Map();
      for (const spelling of spellings.keys()) push(all, spelling.toLowerCase(), spelling);
    }
    return all;
  };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Whether this, as it is spelt, is a gene's current symbol. */
export function isGene(symbol: string): boolean {
  return names().bySymbol.has(symbol);
}

/** Whether a gene is or was called so. */
function isName(name: string): boolean {
  return names().bySymbol.has(name) || names().byAlias.has(name);
}

/** The NCBI id of a current symbol. */
export function geneId(symbol: string): string | undefined {
  return names().bySymbol.get(symbol)?.id;
}

/** The chromosome of a current symbol, where the list has one. */
export function geneChromosome(symbol: string): string | undefined {
  return names().bySymbol.get(symbol)?.chromosome;
}

/** What stands where no gene is named; `Unknown` is what MAFs write between genes. */
const NO_GENE: ReadonlySet<string> = new Set(['', 'NA', 'N/A', 'NaN', '.', '-', '--', '?', 'nan', 'na', 'Unknown']);

/** A chromosome as NCBI names it: `chr`, 23, 24, 25 and M are understood. Null where there is none. */
export function chromosomeName(text: string | null | undefined): string | null {
  const bare = (text ?? '')
    .trim()
    .replace(/^chr(?:omosome)?_?/i, '')
    .toUpperCase();
  if (bare === '' || NO_GENE.has(bare)) return null;
  switch (bare) {
    case '23':
      return 'X';
    case '24':
      return 'Y';
    case '25':
    case 'M':
      return 'MT';
    default:
      return /^0\d$/.test(bare) ? bare.slice(1) : bare;
  }
}

/** A chromosome as all files' rows have it: by its plain name where it is one of the genome's, as it is written where it is a contig. */
export function plainChromosome(text: string | null): string | null {
  const name = chromosomeName(text);
  return name !== null && /^(?:[1-9]|1\d|2[0-2]|X|Y|MT)$/.test(name) ? name : text;
}

/** The current symbol of a gene, by the name that a record gives it and by what else the record says of it. */
export function geneName(written: string, { id, chromosome }: GeneHint = {}): GeneName {
  const name = written.trim();
  const { byId, bySymbol, byAlias, symbolCases, aliasCases } = names();
  if (NO_GENE.has(name)) {
    const byNumber = id == null ? undefined : byId.get(id.trim());
    return byNumber ? { symbol: byNumber.symbol, how: 'renamed' } : { symbol: '', how: 'none' };
  }
  if (bySymbol.has(name)) return { symbol: name, how: 'current' };
  const place = chromosomeName(chromosome);
  const exact = byAlias.get(name);
  if (exact) return decided(name, exact, id, place);
  const dated = byId.has(name) ? undefined : datedNames(name);
  if (dated) {
    const genes = [
      ...new Set(
        dated.flatMap((old) => [...(byAlias.get(old) ?? []), ...(bySymbol.has(old) ? [bySymbol.get(old)!] : [])]),
      ),
    ];
    const found = decided(name, genes, id, place);
    return found.how === 'renamed' ? found : { ...found, how: 'date' };
  }
  const lower = name.toLowerCase();
  const symbols = symbolCases().get(lower);
  if (symbols) return symbols.length === 1 ? { symbol: symbols[0]!, how: 'renamed' } : undecidedOf(name, symbols);
  // A caller that knows the place writes names as its annotation has them: there, aliases that differ in case are different names.
  const aliases = place === null ? aliasCases().get(lower) : undefined;
  if (!aliases) return { symbol: name, how: 'current' };
  return decided(name, [...new Set(aliases.flatMap((alias) => byAlias.get(alias)!))], id, place);
}

function decided(
  name: string,
  genes: readonly HumanGene[],
  id: string | null | undefined,
  place: string | null,
): GeneName {
  const [only, ...more] = genes;
  if (only && more.length === 0)
    return place === null || only.chromosome === place || only.chromosome === ''
      ? { symbol: only.symbol, how: 'renamed' }
      : { symbol: name, how: 'elsewhere', candidates: [only.symbol] }; // another gene, which the list doesn't have, or a wrong chromosome
  const byNumber = genes.find((gene) => gene.id === id?.trim());
  if (byNumber) return { symbol: byNumber.symbol, how: 'renamed' };
  const there = place === null ? [] : genes.filter((gene) => gene.chromosome === place);
  if (there.length === 1) return { symbol: there[0]!.symbol, how: 'renamed' };
  return undecidedOf(
    name,
    genes.map(({ symbol }) => symbol),
  );
}

function undecidedOf(name: string, symbols: readonly string[]): GeneName {
  return { symbol: name, how: 'undecided', candidates: [...new Set(symbols)].sort() };
}

/** Families whose symbols a spreadsheet takes for a day of a month. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  mar: ['MARCH', 'MARC'],
  sep: ['SEPT'],
  dec: ['DEC'],
  oct: ['OCT'],
  nov: ['NOV'],
  apr: ['APR'],
  feb: ['FEB'],
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Excel's number of 1970-01-01, and the years of which a day's number is taken for one. */
const EPOCH = 25_569;
const [FIRST_YEAR, LAST_YEAR] = [1995, 2040];

/**
 * The symbols of which a date may have been made: `1-Mar`, `Mar-01`, `01-Mar-24`, `2024-03-01`, or the number that a spreadsheet keeps of such a
 * day, 45352. Undefined where it is no date.
 */
function datedNames(name: string): readonly string[] | undefined {
  if (/^\d{5}$/.test(name)) {
    const day = new Date((Number(name) - EPOCH) * 86_400_000).toISOString().slice(0, 10);
    const names = Number(day.slice(0, 4)) >= FIRST_YEAR && Number(day.slice(0, 4)) <= LAST_YEAR ? datedNames(day) : [];
    return names?.some((old) => isName(old)) ? names : undefined;
  }
  const [, dayFirst, month1] = /^(\d{1,2})[-/. ]([A-Za-z]{3})(?:[-/. ]\d{2}|[-/. ]\d{4})?$/.exec(name) ?? [];
  const [, month2, dayAfter] = /^([A-Za-z]{3})[-/. ](\d{1,2})$/.exec(name) ?? [];
  const [, number, isoDay] = /^\d{4}-(\d\d)-(\d\d)(?:[T ].*)?$/.exec(name) ?? [];
  const month = (month1 ?? month2 ?? MONTHS[Number(number) - 1])?.toLowerCase();
  if (month === undefined || !MONTHS.includes(month)) return undefined;
  const day = Number(dayFirst ?? dayAfter ?? isoDay);
  return (FAMILIES[month] ?? []).map((family) => `${family}${day}`);
}
