import type { AlterationText } from '../cohort/index.ts';
import { known, placesOf } from './cells.ts';
import type { AlterationBatches } from './copy-number.ts';
import type { NamedBuilds } from './named-builds.ts';
import type { Rejected } from './rejected.ts';
import type { Source } from './source.ts';

/** https://docs.cbioportal.org/file-formats/#structural-variant-data */
const COLUMNS = {
  specimen: ['Sample_Id', 'Tumor_Sample_Barcode'],
  status: ['SV_Status'],
  gene1: ['Site1_Hugo_Symbol'],
  id1: ['Site1_Entrez_Gene_Id'],
  chromosome1: ['Site1_Chromosome'],
  position1: ['Site1_Position'],
  gene2: ['Site2_Hugo_Symbol'],
  id2: ['Site2_Entrez_Gene_Id'],
  chromosome2: ['Site2_Chromosome'],
  position2: ['Site2_Position'],
  class: ['Class'],
  reads: ['Tumor_Read_Count'],
  altReads: ['Tumor_Variant_Count'],
  gene: ['Hugo_Symbol'],
  id: ['Entrez_Gene_Id'],
  build: ['NCBI_Build'],
  signet: ['Signet_Kind'],
  ref: ['Signet_Ref'],
  alt: ['Signet_Alt'],
  protein: ['Signet_Protein'],
  filter: ['Signet_Filter'],
  fraction: ['Signet_Fraction'],
} as const;

/** What Signet writes of a fusion that has more than the format's columns tell: one gene, and columns of its own. */
export const FUSION_ALONE = 'fusion';

/**
 * Structural variants as cBioPortal writes them, each as an alteration of the genes at both its sites, `alt` the other gene; or fusions in its
 * old form, a row a gene. What the file calls germline is left out, and counted in a note at the end. `builds` is told what each row says its
 * build is.
 */
export async function* structuralVariants(source: Source, builds?: NamedBuilds): AlterationBatches & AsyncGenerator {
  const at = placesOf(source.columns, COLUMNS);
  let germline = 0;
  let last = 0;
  for await (const batch of source.rows) {
    const found: (AlterationText | Rejected)[] = [];
    for (const row of batch) {
      if ('rule' in row) {
        const { cells = [] } = row;
        const specimen = (cells[at.specimen] ?? '').trim();
        const genes = [cells[at.gene1], cells[at.gene2], cells[at.gene]].flatMap((cell) => known(cell) ?? []);
        const missing = specimen === '' || row.level !== undefined ? [] : genes.map((gene) => ({ specimen, gene }));
        found.push({ ...row, missing });
        continue;
      }
      last = row.line;
      if (at.build >= 0) builds?.add(row.line, row.cells[at.build] ?? '');
      if (known(row.cells[at.status])?.toUpperCase() === 'GERMLINE') germline += 1;
      else found.push(...alterationsOf(row.line, row.cells, at));
    }
    if (found.length > 0) yield found;
  }
  if (germline > 0)
    yield [
      {
        line: last,
        rows: germline,
        level: 'warning',
        rule: 'germline',
        says: 'structural variants that the file calls germline are left out',
        remedy: 'None, if they are.',
      },
    ];
}

function alterationsOf(
  line: number,
  cells: readonly string[],
  at: Readonly<Record<keyof typeof COLUMNS, number>>,
): (AlterationText | Rejected)[] {
  const text = (name: keyof typeof COLUMNS): string | null => known(cells[at[name]]);
  const count = (name: keyof typeof COLUMNS): number | null => {
    const value = Number(text(name) ?? Number.NaN);
    return Number.isInteger(value) && value >= 0 ? value : null;
  };
  const id = (name: keyof typeof COLUMNS): string | null =>
    /^\d+$/.test(text(name) ?? '') && text(name) !== '0' ? text(name) : null;
  const [depth, altReads] = [count('reads'), count('altReads')];
  const common = {
    specimenIdentifier: (cells[at.specimen] ?? '').trim(),
    kind: 'fusion' as const,
    class: text('class') ?? 'Fusion',
    protein: null,
    ref: null,
    alleleFraction: depth !== null && altReads !== null && depth > 0 && altReads <= depth ? altReads / depth : null,
    depth,
    filter: null,
    line,
    end: null,
    value: null,
  };
  const site = (number: '1' | '2') => ({
    gene: text(`gene${number}`) ?? '',
    geneId: id(`id${number}`),
    chromosome: text(`chromosome${number}`),
    position: count(`position${number}`),
  });
  if (cells[at.signet]?.trim() === FUSION_ALONE) return [{ ...common, ...site('1'), ...alone(cells, at) }];
  const sites =
    at.gene >= 0
      ? [{ gene: text('gene') ?? '', geneId: id('id'), chromosome: null, position: null }]
      : [site('1'), site('2')];
  const named = sites.filter(({ gene, geneId }) => gene !== '' || geneId !== null);
  if (named.length === 0)
    return [{ line, rule: 'no-gene', says: 'the row names no gene', remedy: 'Name a gene, or delete the row.' }];
  const [first, second] = named;
  const same =
    second && first!.gene === second.gene && (first!.geneId ?? second.geneId) === (second.geneId ?? first!.geneId);
  return (same ? [{ ...first!, geneId: first!.geneId ?? second.geneId }] : named).map((place, i) => ({
    ...common,
    ...place,
    alt: same ? place.gene || place.geneId : nameOf(named[1 - i]),
  }));
}

/** What a study that Signet gave away has beside the format's columns, as it was. */
function alone(
  cells: readonly string[],
  at: Readonly<Record<keyof typeof COLUMNS, number>>,
): Pick<AlterationText, 'ref' | 'alt' | 'protein' | 'filter' | 'alleleFraction'> {
  const text = (name: keyof typeof COLUMNS): string | null => (cells[at[name]] ?? '').trim() || null;
  const fraction = Number(text('fraction') ?? Number.NaN);
  return {
    ref: text('ref'),
    alt: text('alt'),
    protein: text('protein'),
    filter: text('filter'),
    alleleFraction: fraction >= 0 && fraction <= 1 ? fraction : null,
  };
}

/** The other gene of a variant: its symbol, else its NCBI id, which the frame gives a symbol. */
function nameOf(site: { readonly gene: string; readonly geneId: string | null } | undefined): string | null {
  return site ? site.gene || site.geneId : null;
}
