import type { ZipFileContent } from '../zip-write.ts';
import type { StudyGenes } from './genes.ts';
import { besideName, cellsOf, dataName, profile, tabText } from './rows.ts';

/** By specimen and kind its panels. */
type Covered = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Which specimen was looked at for what, with which panels. */
export function coveredBy({ tables: { coverage } }: Pick<StudyGenes, 'tables'>): Covered {
  const cell = cellsOf(coverage);
  const covered = new Map<string, Map<string, string[]>>();
  for (let row = 0; row < coverage.rows; row++) {
    const of = covered.get(cell('specimen', row)) ?? new Map<string, string[]>();
    covered.set(cell('specimen', row), of);
    of.set(cell('kind', row), [...(of.get(cell('kind', row)) ?? []), cell('panel', row)]);
  }
  return covered;
}

const MATRIX = 'data_gene_panel_matrix.txt';

/** Columns of the gene panel matrix: of each profile that the study has. */
const PROFILES: readonly (readonly [
  file: 'mutations' | 'discrete' | 'log2' | 'fusions',
  kind: string,
  column: string,
])[] = [
  ['mutations', 'mutation', 'mutations'],
  ['discrete', 'copy number', 'cna'],
  ['log2', 'copy number', 'log2CNA'],
  ['fusions', 'fusion', 'structural_variants'],
];

const WHOLE: Readonly<Record<string, string>> = { exome: 'WXS', genome: 'WGS' };

/**
 * Panels, also as JSON with what cBioPortal has no place for, and which specimen was looked at with which. It knows one panel for each kind:
 * where a specimen has several, the others stand in matrices beside.
 */
export function panelFiles(genes: StudyGenes, covered: Covered, has: ReadonlySet<string>): readonly ZipFileContent[] {
  const profiles = PROFILES.filter(([file]) => has.has(file));
  const panels = Object.entries(genes.panels).flatMap(([id, { genes: listed, coveredMb }]): ZipFileContent[] => [
    ...(listed === null
      ? []
      : [
          {
            name: dataName(`data_gene_panel_${id.replaceAll(/[^\w.-]/g, '_')}.txt`),
            content: `stable_id: ${id}\ndescription: ${id}, ${listed.length} genes\ngene_list:\t${listed.join('\t')}\n`,
          },
        ]),
    ...(coveredMb === undefined
      ? []
      : [
          {
            name: `panels/${id.replaceAll(/[^\w.-]/g, '_')}.json`,
            content: `${JSON.stringify({ id, genes: listed ?? [], coveredMb }, null, 2)}\n`,
          },
        ]),
  ]);
  const matrices = Array.from({ length: mostPanels(covered) }, (_, layer) => {
    const lines = genes.samples.flatMap(({ key, id }) => {
      const of = covered.get(key);
      const names = profiles.map(([, kind]) => of?.get(kind)?.[layer]);
      return names.every((name) => name === undefined) ? [] : [[id, ...names.map(matrixName)]];
    });
    return tabText([['SAMPLE_ID', ...profiles.map(([, , column]) => column)], ...lines]);
  });
  const [first, ...others] = matrices;
  if (first === undefined) return panels;
  return [
    ...panels,
    { name: MATRIX, content: first },
    profile(genes.study, MATRIX, {
      genetic_alteration_type: 'GENE_PANEL_MATRIX',
      datatype: 'GENE_PANEL_MATRIX',
    }),
    ...others.map((content, i) => ({ name: besideName(`${i + 2}_${MATRIX}`), content })),
  ];
}

function matrixName(panel: string | undefined): string {
  return panel === undefined ? 'NA' : (WHOLE[panel] ?? panel);
}

/** The most panels that a specimen has for one kind. */
function mostPanels(covered: Covered): number {
  return [...covered.values()]
    .flatMap((of) => [...of.values()])
    .reduce((most, { length }) => Math.max(most, length), 0);
}
