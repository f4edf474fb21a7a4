import { type IdentifierScreen, type SeenAlterations, type SeenMeta, screenOfAlterations } from '../cohort/index.ts';
import { type ContentKind, KIND_NAMES, openSource, readMeta, readPanel, vcfSays } from '../formats/index.ts';
import { certainOf } from './bucket-table.ts';

const MOST_SPECIMENS = 20_000;

/** What there is beside tables. */
export interface CollectedGenes {
  readonly alterations: SeenAlterations[];
  readonly panels: string[];
  readonly metas: SeenMeta[];
  panelMatrix: boolean;
  readonly alone: { readonly file: string; readonly says: string }[];
}

type Open = () => Promise<AsyncIterable<Uint8Array>>;

/** Takes note of a file of alterations, or of what they are read by; whether it is one. Throws what reading it throws. */
export async function takeGenes(file: string, kind: ContentKind, open: Open, found: CollectedGenes): Promise<boolean> {
  switch (kind) {
    case 'maf':
      found.alterations.push(await readMaf(await open(), file));
      return true;
    case 'discrete-copy-number':
    case 'log2-copy-number':
    case 'copy-number-list':
    case 'structural-variants':
    case 'fusions':
      found.alterations.push(await readGenes(await open(), file, kind));
      return true;
    case 'vcf': {
      const { build, specimens } = await vcfSays(await open(), file);
      found.alterations.push({ file, kind, specimens, builds: build ? [build.build] : [], filters: [] });
      return true;
    }
    case 'panel':
      found.panels.push((await readPanel(await open(), file)).panel.id);
      return true;
    case 'study-text': {
      const { builds, ...meta } = await readMeta(await open(), file);
      found.metas.push({ file, ...meta, ...(builds[0] && { build: builds[0].value }) });
      found.alone.push({ file, says: KIND_NAMES[kind] });
      return true;
    }
    case 'panel-matrix':
    case 'segments':
    case 'fasta':
    case 'bed':
    case 'index':
      if (kind === 'panel-matrix') found.panelMatrix = true;
      found.alone.push({ file, says: KIND_NAMES[kind] });
      return true;
    default:
      return false;
  }
}

async function readMaf(bytes: AsyncIterable<Uint8Array>, file: string): Promise<SeenAlterations> {
  const source = await openSource(bytes, { file });
  try {
    const names = ['Tumor_Sample_Barcode', 'NCBI_Build', 'FILTER'];
    const lower = source.columns.map((column) => column.toLowerCase());
    const at = names.map((name) => lower.indexOf(name.toLowerCase()));
    const sets = names.map(() => new Set<string>());
    const screen = screenOfAlterations(source.columns, 'maf', { specimen: names[0]! });
    for await (const batch of source.rows)
      for (const row of batch) {
        if ('rule' in row) continue;
        screen.add(row.cells);
        for (const [i, place] of at.entries()) {
          const cell = (row.cells[place] ?? '').trim();
          if (cell !== '' && sets[i]!.size < MOST_SPECIMENS) sets[i]!.add(cell);
        }
      }
    const [specimens, builds, filters] = sets.map((set) => [...set].sort()) as [string[], string[], string[]];
    const parts = [...new Set(filters.flatMap((filter) => filter.split(/[;,]/).map((part) => part.trim())))].sort();
    return {
      file,
      kind: 'maf',
      specimens,
      specimenColumn: names[0]!,
      builds,
      filters: parts,
      ...identifyingOf(screen),
    };
  } finally {
    source.close();
  }
}

const KINDS = {
  'discrete-copy-number': 'levels',
  'log2-copy-number': 'log2',
  'copy-number-list': 'levels',
  'structural-variants': 'variants',
  fusions: 'variants',
} as const;

/** Copy number by gene, fusions, structural variants: the build that they name, and what tells who somebody is. */
async function readGenes(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  kind: keyof typeof KINDS,
): Promise<SeenAlterations> {
  const source = await openSource(bytes, { file });
  try {
    const screen = screenOfAlterations(source.columns, kind);
    const at = source.columns.findIndex((column) => column.toLowerCase() === 'ncbi_build');
    const builds = new Set<string>();
    for await (const batch of source.rows)
      for (const row of batch) {
        if ('rule' in row) continue;
        screen.add(row.cells);
        const build = (row.cells[at] ?? '').trim();
        if (build !== '' && builds.size < 10) builds.add(build);
      }
    const of = { specimens: [], builds: [...builds].sort(), filters: [] };
    return { file, kind: KINDS[kind], ...of, ...identifyingOf(screen) };
  } finally {
    source.close();
  }
}

function identifyingOf(screen: IdentifierScreen): Pick<SeenAlterations, 'identifying'> {
  const identifying = certainOf(screen);
  return identifying.length > 0 ? { identifying } : {};
}
