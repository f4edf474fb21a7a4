import { buildCalled } from '../genes/builds.ts';
import type { Seen, SeenAlterations } from './inputs.ts';
import type { Notes } from './notes.ts';
import type { DraftTable, Entry } from './roles.ts';
import { Study } from './study.ts';

/** What a file may cover, in the words of the question. */
const COVERS = {
  matrix: 'those that the gene panel matrix says were sequenced (matrix)',
  present: 'those that occur in its rows (present)',
  listed: 'every one that a table lists (listed)',
  file: 'those that the file itself names (file)',
} as const;

type Covers = keyof typeof COVERS;

/** Entries for files of alterations. A matrix that nothing says is of copy number is left out: an expression looks alike. */
export function draftAlterations(seen: Seen, tables: readonly DraftTable[], notes: Notes): Entry[] {
  const study = new Study(seen);
  // Said of no panel, genes are missing where nothing was found: never wild type by a guess.
  const ids = [...new Set(seen.panels)];
  const bySpecimen = tables.some(({ table }) => table['panel'] !== undefined);
  const panel = seen.panelMatrix || bySpecimen ? undefined : ids.length === 1 ? ids[0] : 'not said';
  const alterations = seen.alterations.filter(({ file, kind }) => {
    const unlike = study.unlike(file);
    if (unlike !== undefined) notes.told('/alterations', `left out: ${unlike}`, undefined, file);
    const open = unlike === undefined && kind === 'log2' && !study.isLog2(file);
    if (open)
      notes.ask('/alterations/-', `Does ${file} hold log2 ratios of copy number? It is left out.`, [
        { match: file, ...(panel && { panel }), covers: seen.panelMatrix ? 'matrix' : 'file' },
      ]);
    return unlike === undefined && !open;
  });
  return filesOf({ ...seen, alterations }, study).map((found, i) => {
    const { match, kind, builds, specimenColumn, buildOfStudy, identifying = [] } = found;
    const place = `/alterations/${i}`;
    const own = builds.length === 1 ? buildCalled(builds[0]!) : undefined;
    const build = own ?? (builds.length === 0 ? buildOfStudy : undefined);
    if (own) notes.told(`${place}/build`, `the file says ${builds[0]}`, undefined, match);
    else if (build) notes.told(`${place}/build`, `its meta file says ${build}`, undefined, match);
    else if (kind !== 'levels' && kind !== 'log2')
      notes.ask(`${place}/build`, `Which genome do the positions of ${match} refer to?`, ['GRCh37', 'GRCh38']);
    const listed = tables.some(({ table }) => table['rows'] !== 'event');
    const coverings: readonly Covers[] = [
      ...(seen.panelMatrix ? ['matrix' as const] : []),
      'present',
      ...(listed ? ['listed' as const] : []),
      'file',
    ];
    const covers = seen.panelMatrix ? 'matrix' : kind === 'maf' ? 'present' : 'file';
    // The matrix alone says what was sequenced: whatever else it covered would have no panel.
    const byMatrix = seen.panelMatrix && !bySpecimen;
    if (!byMatrix)
      notes.ask(
        `${place}/covers`,
        `Which specimens does ${match} cover: ${coverings.map((each) => COVERS[each]).join(', or ')}?`,
        coverings,
        covers,
      );
    if (panel === undefined && !seen.panelMatrix)
      notes.told(`${place}/covers`, 'the table says for each specimen what it was sequenced with', undefined, match);
    else if (panel === undefined)
      notes.told(`${place}/covers`, 'a gene panel matrix says what specimens were sequenced with', undefined, match);
    else notes.ask(`${place}/panel`, 'What was sequenced?', ['exome', 'genome', ...ids], panel);
    for (const { column, holds } of identifying)
      notes.told(`${place}/ignore`, `it holds ${holds}: not to be read`, column, match);
    return {
      match,
      ...(specimenColumn !== undefined && { specimen: specimenColumn }),
      ...(build && { build }),
      ...(panel !== undefined && { panel }),
      covers,
      ...(identifying.length > 0 && { ignore: identifying.map(({ column }) => column) }),
    };
  });
}

/** Files that one entry is of. */
type FilesOf = Omit<SeenAlterations, 'file'> & { readonly match: string; readonly buildOfStudy: string | undefined };

/** Files of alterations; VCFs of one folder are one entry, whose names hold the specimen where a table has it. */
function filesOf(seen: Seen, study: Study): readonly FilesOf[] {
  const plain = seen.alterations.flatMap(({ file, ...found }) =>
    found.kind === 'vcf' ? [] : [{ ...found, match: file, buildOfStudy: study.build(file) }],
  );
  const known = new Set(seen.tables.flatMap(({ rows }) => rows.flat()));
  const folders = new Map<string, { readonly stem: string; readonly found: SeenAlterations }[]>();
  for (const found of seen.alterations) {
    if (found.kind !== 'vcf') continue;
    const [, folder = '', stem = '', ending = ''] =
      /^((?:.*\/)?)([^/]*?)((?:\.g)?(?:\.vcf)?(?:\.b?gz)?)$/i.exec(found.file) ?? [];
    const pattern = `${folder}{specimen}${ending}`;
    const entry = folders.get(pattern) ?? [];
    entry.push({ stem, found });
    folders.set(pattern, entry);
  }
  return [
    ...plain,
    ...[...folders].map(([pattern, files]) => {
      const named = files.filter(({ stem }) => known.has(stem)).length * 2 > files.length;
      const { file, ...found } = files[0]!.found;
      return {
        ...found,
        builds: [...new Set(files.flatMap(({ found: { builds } }) => builds))].sort(),
        buildOfStudy: study.build(file),
        match: named ? pattern : files.length === 1 ? file : pattern.replace('{specimen}', '*'),
      };
    }),
  ];
}

/** Only what passed, where the files say so of anything. */
export function draftFilters(seen: Seen, notes: Notes): unknown {
  const filters = [...new Set(seen.alterations.flatMap(({ filters: of }: SeenAlterations) => of))].sort();
  const chosen = filters.includes('PASS') ? ['PASS'] : 'any';
  notes.ask(
    '/qualifying/filters',
    'Which variants count, by the filter of their caller?',
    ['any', ['PASS'], ...(filters.some((filter) => filter !== 'PASS') ? [filters.slice(0, 50)] : [])],
    chosen,
  );
  return chosen;
}
