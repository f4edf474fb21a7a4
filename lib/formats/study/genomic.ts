import type { ZipFileContent } from '../zip-write.ts';
import { caseLists } from './case-lists.ts';
import { fusionFiles } from './fusions.ts';
import type { Rows, StudyGenes } from './genes.ts';
import { matrixFiles } from './matrices.ts';
import { mutationFiles } from './mutations.ts';
import { coveredBy, panelFiles } from './panels.ts';
import { cellsOf } from './rows.ts';
import { segmentFiles } from './segments.ts';

/** What the files hold, for the definition that reads them. */
export interface GeneFiles {
  readonly files: readonly ZipFileContent[];
  readonly has: ReadonlySet<'mutations' | 'discrete' | 'log2' | 'fusions' | 'segments'>;
  /** The thresholds that keep the very ratios that are there; infinite where there are none on a side. */
  readonly log2: readonly [number, number];
}

const LEVELS: ReadonlySet<string> = new Set(['-2', '-1.5', '-1', '1', '2']);

/** Files of mutations, copy number, structural variants, segments, and of what was sequenced. */
export function geneFiles(genes: StudyGenes): GeneFiles {
  const { alterations } = genes.tables;
  const cell = cellsOf(alterations);
  const idOf = new Map(genes.samples.map(({ key, id }) => [key, id]));
  const rowsOf = (...kinds: readonly string[]): number[] =>
    Array.from({ length: alterations.rows }, (_, row) => row).filter((row) => kinds.includes(cell('kind', row)));
  const sample = (row: number): string => idOf.get(cell('specimen', row)) ?? '';
  const copies = rowsOf('copy number');
  const isLog2 = (row: number): boolean => {
    const [ofClass, value] = [cell('class', row), cell('value', row)];
    return (
      ofClass === 'Deletion' || (ofClass === 'Amplification' && value !== '2') || (value !== '' && !LEVELS.has(value))
    );
  };
  const log2 = copies.filter(isLog2);
  const discrete = copies.filter((row) => !isLog2(row));
  const values = log2.map((row) => Number(cell('value', row)));
  const [mutations, fusions, segments] = [rowsOf('mutation', 'unreadable'), rowsOf('fusion'), rowsOf('segment')];
  const of = (rows: readonly number[]): Rows => ({ cell, rows, sample });
  const covered = coveredBy(genes);
  const looked = (kind: string): readonly string[] =>
    genes.samples.filter(({ key }) => covered.get(key)?.has(kind)).map(({ id }) => id);
  const has = new Set<'mutations' | 'discrete' | 'log2' | 'fusions' | 'segments'>();
  const files: ZipFileContent[] = [];
  const add = (what: Parameters<typeof has.add>[0], ...more: readonly ZipFileContent[]): void => {
    has.add(what);
    files.push(...more);
  };
  if (mutations.length > 0 || looked('mutation').length > 0)
    add('mutations', ...mutationFiles(of(mutations), genes.study, genes.build));
  const copyNumberOf = looked('copy number');
  if (discrete.length > 0 || (copyNumberOf.length > 0 && log2.length === 0))
    add('discrete', ...matrixFiles(of(discrete), genes.study, copyNumberOf, 'DISCRETE'));
  if (log2.length > 0) add('log2', ...matrixFiles(of(log2), genes.study, copyNumberOf, 'LOG2-VALUE'));
  if (fusions.length > 0 || looked('fusion').length > 0)
    add('fusions', ...fusionFiles(of(fusions), genes.study, genes.build));
  if (segments.length > 0) add('segments', ...segmentFiles(of(segments), genes.study, genes.build));
  const profiled = (kind: string, rows: readonly number[]): readonly string[] => {
    const ids = new Set([...looked(kind), ...rows.map(sample)]);
    return genes.samples.flatMap(({ id }) => (ids.has(id) ? [id] : []));
  };
  const lists = {
    all: genes.samples.map(({ id }) => id),
    sequenced: profiled('mutation', mutations),
    cna: profiled('copy number', copies),
    sv: profiled('fusion', fusions),
  };
  return {
    files: [...files, ...panelFiles(genes, covered, has), ...caseLists(lists, genes.study)],
    has,
    log2: [
      values.reduce((most, value) => (value < 0 && value > most ? value : most), Number.NEGATIVE_INFINITY),
      values.reduce((least, value) => (value > 0 && value < least ? value : least), Number.POSITIVE_INFINITY),
    ],
  };
}
