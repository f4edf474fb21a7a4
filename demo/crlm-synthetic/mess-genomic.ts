import type { Mess } from './mess.ts';
import type { Person } from './people.ts';
import { type Planted, type Told, told } from './planted.ts';
import { geneOf, isAltered, KRAS_R68S, mutationRow } from './sequencing.ts';
import type { SiteRow } from './tables.ts';

/** The faults of mutations.maf: rows that come beside what is true of the patients. Returns rows of specimens that nobody lists. */
export function plantGenomic(mess: Mess, seed: number): { readonly strangers: SiteRow[] } {
  const wild = ({ patient: { kras, nras } }: Person): boolean => !kras && !nras;
  const rowOf = (symbol: string, { patient }: Person, cells: SiteRow = {}): SiteRow => ({
    ...mutationRow(seed, patient, geneOf(symbol)),
    ...cells,
  });
  const add = (fault: string, person: Person, row: SiteRow, column: string, rules: readonly Told[] = []): void => {
    person.rows.mutations.push(row);
    mess.note(fault, person, 'mutations', row, column, rules);
  };
  /** A row of each gene in somebody who doesn't have it altered. */
  const extra = (fault: string, genes: readonly string[], cells: (i: number) => SiteRow, column: string): void => {
    for (const [i, symbol] of genes.entries()) {
      const without = (each: Person): boolean => !isAltered(each.patient, symbol) && (symbol !== 'KRAS' || wild(each));
      const [person] = mess.pick(`${fault} ${i}`, 1, ['mutations'], without);
      add(fault, person!, rowOf(symbol, person!, cells(i)), column);
    }
  };
  for (const person of mess.pick('KRAS R68S', 2, ['mutations'], wild))
    add('KRAS R68S', person, mutationRow(seed, person.patient, geneOf('KRAS'), KRAS_R68S), 'HGVSp_Short');
  const low = ['0.021', '0.034', '0.041', '0.012', '0.049'];
  extra('VAF below 0.05', ['KRAS', 'KRAS', 'TP53', 'PIK3CA', 'FBXW7'], (i) => ({ t_vaf: low[i]! }), 't_vaf');
  const filters = ['strand_bias', 'panel_of_normals', 'weak_evidence'];
  extra(
    'not PASS',
    ['KRAS', 'KRAS', 'NRAS', 'SMAD4', 'APC', 'TP53'],
    (i) => ({ FILTER: filters[i % filters.length]! }),
    'FILTER',
  );
  const some = ({ rows }: Person): boolean => rows.mutations.length > 0;
  for (const person of mess.pick('duplicate variant', 3, ['mutations'], some))
    add(
      'duplicate variant',
      person,
      { ...person.rows.mutations[0]! },
      'Start_Position',
      told('duplicate-variant', 'warning', { counted: true }),
    );
  const v1 = (symbol: string) => (each: Person) => each.patient.panel === 'v1' && !isAltered(each.patient, symbol);
  const [above] = mess.pick('VAF 1.7', 1, ['mutations'], v1('PIK3CA'));
  add('VAF 1.7', above!, rowOf('PIK3CA', above!, { t_vaf: '1.7' }), 't_vaf', told('allele-fraction', 'cell'));
  for (const symbol of ['ARID1A', 'SOX9']) {
    const [person] = mess.pick(`${symbol} off panel`, 1, ['mutations'], v1(symbol));
    const rule = told('gene-off-panel', 'warning', { counted: true });
    add('gene off panel', person!, rowOf(symbol, person!), 'Hugo_Symbol', rule);
  }
  return { strangers: strangersOf(mess, rowOf) };
}

/** Rows of two specimens that no table lists. */
function strangersOf(mess: Mess, rowOf: (symbol: string, person: Person, cells: SiteRow) => SiteRow): SiteRow[] {
  const [like] = mess.pick('unknown specimen', 1, ['mutations'], () => true);
  return ['SYN-9001-P', 'SYN-9002-P'].map((specimen) => {
    const row = rowOf('TP53', like!, { Tumor_Sample_Barcode: specimen });
    const planted: Planted = {
      fault: 'unknown specimen',
      table: 'mutations',
      row,
      column: 'Tumor_Sample_Barcode',
      told: told('unknown-patient', 'error'),
    };
    mess.planted.push(planted);
    return row;
  });
}
