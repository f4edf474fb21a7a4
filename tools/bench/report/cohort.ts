import { syntheticCohort } from '../../../demo/crlm-synthetic/cohort.ts';
import { GENES } from '../../../demo/crlm-synthetic/genes.ts';
import { choose, stream, whole } from '../../../demo/crlm-synthetic/streams.ts';
import type { SiteRow, SiteTables } from '../../../demo/crlm-synthetic/tables.ts';
import { type DemoUploads, siteUploads } from '../../../demo/uploads.ts';
import { geneName } from '../../../lib/cohort/index.ts';
import { random } from '../../../lib/stats/index.ts';

/** How large a cohort is. */
export interface Size {
  readonly patients: number;
  readonly genes: number;
}

/** A gene that is added to the study's panels and has to do with nothing. */
interface AddedGene {
  readonly symbol: string;
  readonly id: string;
  readonly frequency: number;
}

const SEED = 1;
/**
 * Shares of altered patients, log-normal: as of 20,000 genes in the 150 rectal cancers of the demo's TCGA cohort, of which 1.8 % are altered in 5 % of
 * the patients and 25 % in 2 %.
 */
const FREQUENCY = { median: 0.013, logSd: 0.64, most: 0.5 };
/** What a panel covers of an exome of 20,000 genes, in megabases, a gene. */
const MEGABASES_A_GENE = 35 / 20_000;

/** The first genes by NCBI's numbers that the study hasn't. */
function addedGenes(count: number): readonly AddedGene[] {
  const known = new Set(GENES.map(({ symbol }) => symbol));
  const { normal } = random(SEED);
  const added: AddedGene[] = [];
  for (let id = 1; added.length < count; id++) {
    const { symbol } = geneName('', { id: String(id) });
    if (symbol === '' || known.has(symbol)) continue;
    known.add(symbol);
    const frequency = Math.min(FREQUENCY.most, FREQUENCY.median * Math.exp(FREQUENCY.logSd * normal()));
    added.push({ symbol, id: String(id), frequency });
  }
  return added;
}

const KINDS = [
  ['Missense_Mutation', 0.7],
  ['Nonsense_Mutation', 0.22],
  ['Splice_Site', 0.08],
] as const;

/** Rows of a specimen's mutations in the added genes. */
function mutationsOf(specimen: string, at: number, genes: readonly AddedGene[]): SiteRow[] {
  const draw = stream(SEED, at, 'added genes');
  return genes.flatMap(({ symbol, id, frequency }) => {
    if (draw.uniform() >= frequency) return [];
    const kind = choose(draw, KINDS);
    const position = String(whole(draw, 1_000_000, 50_000_000));
    return {
      Hugo_Symbol: symbol,
      Entrez_Gene_Id: id,
      NCBI_Build: 'GRCh37',
      Chromosome: '1',
      Start_Position: position,
      End_Position: position,
      Variant_Classification: kind,
      Reference_Allele: 'C',
      Tumor_Seq_Allele2: 'T',
      Tumor_Sample_Barcode: specimen,
      HGVSp_Short: kind === 'Splice_Site' ? `p.X${whole(draw, 10, 900)}_splice` : `p.R${whole(draw, 10, 900)}W`,
      t_depth: String(whole(draw, 180, 900)),
      t_vaf: (0.08 + 0.5 * draw.uniform()).toFixed(3),
      FILTER: 'PASS',
    };
  });
}

/** The tables with genes added to every panel, until there are so many. */
function withGenes(tables: SiteTables, count: number): SiteTables {
  const genes = addedGenes(count - GENES.length);
  const specimens = [...new Set(tables.specimens.map((row) => row['specimen_id']!))];
  return {
    ...tables,
    mutations: [...tables.mutations, ...specimens.flatMap((specimen, at) => mutationsOf(specimen, at, genes))],
    panels: tables.panels.map((panel) => ({
      ...panel,
      genes: [...panel.genes, ...genes.map(({ symbol }) => symbol)],
      coveredMb: panel.coveredMb + MEGABASES_A_GENE * genes.length,
    })),
  };
}

/**
 * The synthetic conversion cohort as a site uploads it, with all its faults, of any size: more patients by the generator, more genes added here. All
 * panels sequence the added genes, nothing hangs on them, and so they make the scans and the candidates of the model larger and nothing else.
 */
export async function cohortOfSize({ patients, genes }: Size): Promise<DemoUploads> {
  const { tables } = syntheticCohort({ seed: SEED, patients, clean: false });
  return siteUploads(`synthetic-${patients}-${genes}`, withGenes(tables, genes));
}
