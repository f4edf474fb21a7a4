import type { Problem } from '../values/problem.ts';
import { type GeneHint, type GeneName, geneName } from './gene-names.ts';

/** A record that names a gene. */
interface Naming extends GeneHint {
  readonly gene: string;
  readonly line?: number;
}

interface Undecided {
  readonly name: GeneName;
  readonly written: string;
  readonly line: number | undefined;
  rows: number;
}

/** Gives the genes of one source their current symbols, and remembers which names it couldn't decide. */
export class GeneResolution {
  readonly #file: string;
  readonly #known = new Map<string, GeneName>();
  readonly #undecided = new Map<string, Undecided>();

  constructor(file: string) {
    this.#file = file;
  }

  /** The symbol that the record's gene has now; '' where it names none. */
  symbol({ gene, id, chromosome, line }: Naming): string {
    const key = `${gene}\n${id ?? ''}\n${chromosome ?? ''}`;
    let name = this.#known.get(key);
    if (!name) {
      name = geneName(gene, { id: id ?? null, chromosome: chromosome ?? null });
      this.#known.set(key, name);
    }
    if (name.how !== 'current' && name.how !== 'renamed') this.#remember(name, gene, line);
    return name.symbol;
  }

  /** Every symbol that the name may stand for: of a row set apart nothing decides. */
  symbols(gene: string): readonly string[] {
    const { symbol, candidates = [] } = geneName(gene);
    return symbol === '' ? [] : [...new Set([symbol, ...candidates])];
  }

  problems(): Problem[] {
    return [...this.#undecided.values()].map(({ name, written, line, rows }) => ({
      ...wordsOf(name, written),
      level: 'warning',
      file: this.#file,
      ...(line !== undefined && { line }),
      value: written.slice(0, 200),
      rows,
    }));
  }

  #remember(name: GeneName, written: string, line: number | undefined): void {
    const known = this.#undecided.get(`${name.how}\n${written}`);
    if (known) known.rows += 1;
    else this.#undecided.set(`${name.how}\n${written}`, { name, written, line, rows: 1 });
  }
}

function wordsOf({ how, candidates = [] }: GeneName, written: string): Pick<Problem, 'rule' | 'says' | 'remedy'> {
  const genes = candidates.join(', ');
  switch (how) {
    case 'none':
      return {
        rule: 'no-gene',
        says: `${written.trim() === '' ? 'an empty cell' : written.trim()} names no gene: what stands there alters none`,
        remedy: 'Fill in the symbol where there is one.',
      };
    case 'date':
      return {
        rule: 'gene-is-a-date',
        says: `a spreadsheet made the date ${written} of a gene's symbol${genes === '' ? '' : `, of one of ${genes}`}: it stands for no gene`,
        remedy: 'Write the symbol again, into a column of the type text, or give the gene id.',
      };
    case 'elsewhere':
      return {
        rule: 'undecided-gene',
        says: `${written} was the name of ${genes}, which lies on another chromosome than the row: the name stays and does not cover it`,
        remedy: 'Write the current symbol, or correct the chromosome.',
      };
    default:
      return {
        rule: 'undecided-gene',
        says: `${written} was the name of ${genes}, and neither gene id nor chromosome tells which: the name stays and covers none of them`,
        remedy: 'Write the current symbol, or give the gene id.',
      };
  }
}
