import type { Random } from '../../lib/stats/index.ts';
import { COVERED_MB, DRIVERS, GENES, type PanelName, type SyntheticGene } from './genes.ts';
import type { Patient } from './patients.ts';
import { choose, stream, whole } from './streams.ts';
import { dated, type PanelFile, type SiteRow } from './tables.ts';

/** A protein change and its base, GRCh37. */
interface Change {
  readonly protein: string;
  readonly position: number;
  readonly ref: string;
  readonly alt: string;
  readonly class?: string;
}

const HOTSPOTS: Readonly<Record<string, readonly (readonly [Change, number])[]>> = {
  KRAS: [
    [{ protein: 'p.G12D', position: 25398284, ref: 'C', alt: 'T' }, 0.35],
    [{ protein: 'p.G12V', position: 25398284, ref: 'C', alt: 'A' }, 0.24],
    [{ protein: 'p.G12C', position: 25398285, ref: 'C', alt: 'A' }, 0.08],
    [{ protein: 'p.G12A', position: 25398284, ref: 'C', alt: 'G' }, 0.06],
    [{ protein: 'p.G13D', position: 25398281, ref: 'C', alt: 'T' }, 0.17],
    [{ protein: 'p.Q61H', position: 25380275, ref: 'T', alt: 'G' }, 0.04],
    [{ protein: 'p.A146T', position: 25378562, ref: 'C', alt: 'T' }, 0.06],
  ],
  NRAS: [
    [{ protein: 'p.Q61K', position: 115256530, ref: 'G', alt: 'T' }, 0.45],
    [{ protein: 'p.Q61R', position: 115256529, ref: 'T', alt: 'C' }, 0.25],
    [{ protein: 'p.G12D', position: 115258747, ref: 'C', alt: 'T' }, 0.3],
  ],
  BRAF: [[{ protein: 'p.V600E', position: 140453136, ref: 'A', alt: 'T' }, 1]],
};

/** A change of KRAS that is none of its hotspots. */
export const KRAS_R68S: Change = { protein: 'p.R68S', position: 25380254, ref: 'C', alt: 'A' };

const BASES = ['A', 'C', 'G', 'T'] as const;
const RESIDUES = 'ACDEFGHIKLMNPQRSTVWY';

/** The specimen of a patient's primary. */
function specimenId({ id }: Pick<Patient, 'id'>): string {
  return `${id}-P`;
}

/** The row of her biopsy: taken after diagnosis and reported before the first dose. */
export function specimenRow(seed: number, patient: Patient): SiteRow {
  const { index, id, diagnosed, t0, panel } = patient;
  const draw = (name: string): Random => stream(seed, index, name);
  const collected = whole(draw('collected'), diagnosed, t0 - 3);
  return {
    patient_id: id,
    specimen_id: specimenId(patient),
    panel_id: panel,
    collected_date: dated(collected),
    tissue: 'primary',
    reported_date: dated(whole(draw('reported'), collected + 1, t0 - 1)),
    purity: (0.2 + 0.6 * draw('purity').uniform()).toFixed(2),
    depth: String(whole(draw('depth'), 250, 900)),
  };
}

/** What v1 calls a gene; v2 has current symbols. */
function nameOn({ symbol, nameOnV1 }: SyntheticGene, panel: PanelName): string {
  return panel === 'v1' && nameOnV1 !== '' ? nameOnV1 : symbol;
}

/** A row of the MAF. */
export function mutationRow(
  seed: number,
  { index, id, panel }: Patient,
  gene: SyntheticGene,
  change?: Change,
): SiteRow {
  const draw = stream(seed, index, `change of ${gene.symbol}`);
  const { protein, position, ref, alt, class: ofClass } = change ?? drawChange(draw, gene);
  return {
    Hugo_Symbol: nameOn(gene, panel),
    Entrez_Gene_Id: gene.id,
    NCBI_Build: 'GRCh37',
    Chromosome: gene.chromosome,
    Start_Position: String(position),
    End_Position: String(position),
    Variant_Classification: ofClass ?? 'Missense_Mutation',
    Reference_Allele: ref,
    Tumor_Seq_Allele2: alt,
    Tumor_Sample_Barcode: specimenId({ id }),
    HGVSp_Short: protein,
    t_depth: String(whole(draw, 180, 900)),
    t_vaf: (0.08 + 0.5 * draw.uniform()).toFixed(3),
    FILTER: 'PASS',
  };
}

function drawChange(draw: Random, { symbol, position }: SyntheticGene): Change {
  const hotspots = HOTSPOTS[symbol];
  if (hotspots) return choose(draw, hotspots);
  const kind = choose(draw, [
    ['Missense_Mutation', 0.7],
    ['Nonsense_Mutation', 0.22],
    ['Splice_Site', 0.08],
  ]);
  const residue = (): string => RESIDUES[draw.below(RESIDUES.length)]!;
  const ref = BASES[draw.below(4)]!;
  const alt = BASES.filter((base) => base !== ref)[draw.below(3)]!;
  const [from, codon, to] = [residue(), whole(draw, 10, 900), residue()];
  const protein =
    kind === 'Splice_Site'
      ? `p.X${codon}_splice`
      : `p.${from}${codon}${kind === 'Nonsense_Mutation' ? '*' : to === from ? (from === 'A' ? 'V' : 'A') : to}`;
  return { protein, position: position + draw.below(200), ref, alt, class: kind };
}

/** Whether a gene is altered in her tumour. */
export function isAltered({ kras, nras, braf, altered }: Patient, symbol: string): boolean {
  const drivers: Readonly<Record<string, boolean>> = { KRAS: kras, NRAS: nras, BRAF: braf };
  return DRIVERS.has(symbol) ? drivers[symbol]! : altered.has(symbol);
}

/** A gene by its symbol. */
export function geneOf(symbol: string): SyntheticGene {
  return GENES.find((gene) => gene.symbol === symbol)!;
}

/** What her panel finds. */
export function mutationRows(seed: number, patient: Patient): SiteRow[] {
  return GENES.filter(({ symbol, panels }) => panels.includes(patient.panel) && isAltered(patient, symbol)).map(
    (gene) => mutationRow(seed, patient, gene),
  );
}

/** Megabases of the autosomes, GRCh37. */
const AUTOSOMES_MB = [
  249, 243, 198, 191, 180, 171, 159, 146, 141, 135, 135, 133, 115, 107, 102, 90, 81, 78, 59, 63, 48, 51,
] as const;

/** Segments of copy number: none before v2. */
export function segmentRows(seed: number, patient: Patient): SiteRow[] {
  if (patient.panel !== 'v2') return [];
  const draw = stream(seed, patient.index, 'segments');
  return AUTOSOMES_MB.flatMap((mb, i) => {
    const pieces = 1 + draw.below(4);
    const ends = Array.from({ length: pieces }, (_, k) => Math.round(((k + 1) / pieces) * mb * 1e6));
    return ends.map((end, k) => {
      const start = k === 0 ? 1 : ends[k - 1]! + 1;
      const level = choose(draw, [
        [0, 0.7],
        [0.45, 0.16],
        [-0.5, 0.14],
      ]);
      return {
        ID: specimenId(patient),
        chrom: String(i + 1),
        'loc.start': String(start),
        'loc.end': String(end),
        'num.mark': String(Math.ceil((end - start) / 50_000)),
        'seg.mean': (level + 0.04 * draw.normal()).toFixed(3),
      };
    });
  });
}

/** The panels' files: v1 with the symbols of its day, MLL2 with the id that tells which of two genes it was. */
export function panelFiles(): readonly PanelFile[] {
  return (['v1', 'v2'] as const).map((id) => ({
    id,
    genes: GENES.filter(({ panels }) => panels.includes(id)).map((gene) => {
      const symbol = nameOn(gene, id);
      return symbol === 'MLL2' ? { symbol, id: gene.id } : symbol;
    }),
    coveredMb: COVERED_MB[id],
    build: 'GRCh37',
  }));
}
