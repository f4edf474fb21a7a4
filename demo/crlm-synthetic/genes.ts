import { readFileSync } from 'node:fs';

/** The two panels: v1 before 2017-07-01, v2 with segments after. */
export type PanelName = 'v1' | 'v2';

/** A gene that the cohort's panels sequence. */
export interface SyntheticGene {
  readonly symbol: string;
  /** Share of patients in whom it is altered. KRAS, NRAS and BRAF have laws of their own. */
  readonly frequency: number;
  readonly panels: readonly PanelName[];
  /** What v1 calls it. */
  readonly nameOnV1: string;
  readonly id: string;
  readonly chromosome: string;
  /** A base of it on GRCh37. */
  readonly position: number;
}

/** Genes whose alterations are drawn by laws of their own. */
export const DRIVERS: ReadonlySet<string> = new Set(['KRAS', 'NRAS', 'BRAF']);

function read(): readonly SyntheticGene[] {
  const [head = '', ...lines] = readFileSync(new URL('genes.tsv', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const at = new Map(head.split('\t').map((name, i) => [name, i]));
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (name: string): string => cells[at.get(name)!] ?? '';
    return {
      symbol: cell('gene'),
      frequency: Number.parseFloat(cell('frequency')),
      panels: (['v1', 'v2'] as const).filter((panel) => cell(`panel_${panel}`) === '1'),
      nameOnV1: cell('name_on_v1'),
      id: cell('entrez_id'),
      chromosome: cell('chromosome'),
      position: Number(cell('position')),
    };
  });
}

/** In the table's order. */
export const GENES: readonly SyntheticGene[] = read();

/** What a panel covers, in megabases. */
export const COVERED_MB: Readonly<Record<PanelName, number>> = { v1: 0.42, v2: 1.1 };
