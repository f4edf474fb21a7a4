import { buildCalled } from '../builds.ts';
import type { Seen, SeenAlterations } from './inputs.ts';
import type { Notes } from './notes.ts';
import type { DraftTable, Entry } from './roles.ts';

/** Entries for files of alterations. */
export function draftAlterations(seen: Seen, tables: readonly DraftTable[], notes: Notes): Entry[] {
  return filesOf(seen).map((found, i) => {
    const { match, kind, builds, specimenColumn, identifying = [] } = found;
    const place = `/alterations/${i}`;
    const build = builds.length === 1 ? buildCalled(builds[0]!) : undefined;
    if (build) notes.told(`${place}/build`, `the file says ${builds[0]}`, undefined, match);
    else notes.ask(`${place}/build`, `Which genome do the positions of ${match} refer to?`, ['GRCh37', 'GRCh38']);
    const listed = tables.some(({ table }) => table['rows'] === 'specimen');
    const covers = kind === 'maf' ? 'present' : 'file';
    notes.ask(
      `${place}/covers`,
      `Which specimens does ${match} cover: those that occur in it, or every one that a table lists?`,
      listed ? ['present', 'listed', 'file'] : ['present', 'file'],
      covers,
    );
    // Said of no panel, genes are missing where nothing was found: never wild type by a guess.
    const panel = seen.panels.length === 1 ? seen.panels[0] : 'not said';
    notes.ask(`${place}/panel`, 'What was sequenced?', ['exome', 'genome', ...seen.panels], panel);
    for (const { column, holds } of identifying)
      notes.told(`${place}/ignore`, `it holds ${holds}: not to be read`, column, match);
    return {
      match,
      ...(specimenColumn !== undefined && { specimen: specimenColumn }),
      ...(build && { build }),
      panel,
      covers,
      ...(identifying.length > 0 && { ignore: identifying.map(({ column }) => column) }),
    };
  });
}

/** Files of alterations; VCFs of one folder are one entry, whose names hold the specimen where a table has it. */
function filesOf(seen: Seen): readonly (Omit<SeenAlterations, 'file'> & { readonly match: string })[] {
  const plain = seen.alterations.flatMap(({ file, ...found }) =>
    found.kind === 'vcf' ? [] : [{ ...found, match: file }],
  );
  const known = new Set(seen.tables.flatMap(({ rows }) => rows.flat()));
  const folders = new Map<
    string,
    { readonly stems: string[]; readonly files: string[]; readonly found: SeenAlterations }
  >();
  for (const found of seen.alterations) {
    if (found.kind !== 'vcf') continue;
    const [, folder = '', stem = '', ending = ''] =
      /^((?:.*\/)?)([^/]*?)((?:\.g)?(?:\.vcf)?(?:\.b?gz)?)$/i.exec(found.file) ?? [];
    const pattern = `${folder}{specimen}${ending}`;
    const entry = folders.get(pattern) ?? { stems: [], files: [], found };
    entry.stems.push(stem);
    entry.files.push(found.file);
    folders.set(pattern, entry);
  }
  return [
    ...plain,
    ...[...folders].map(
      ([
        pattern,
        {
          stems,
          files,
          found: { file: _, ...found },
        },
      ]) => {
        const named = stems.filter((stem) => known.has(stem)).length * 2 > stems.length;
        return {
          ...found,
          match: named ? pattern : files.length === 1 ? files[0]! : pattern.replace('{specimen}', '*'),
        };
      },
    ),
  ];
}

/** Only what passed, where the files say so of anything. */
export function draftFilters(seen: Seen, notes: Notes): unknown {
  const filters = [...new Set(seen.alterations.flatMap(({ filters: of }: SeenAlterations) => of))].sort();
  const chosen = filters.includes('PASS') ? ['PASS'] : 'any';
  notes.ask(
    '/qualifying/filters',
    'Which variants count, by the filter of their caller?',
    ['any', ['PASS'], filters.slice(0, 50)],
    chosen,
  );
  return chosen;
}
