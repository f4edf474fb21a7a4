import { type AlterationsDefinition, WHOLE_PANELS } from '../definition/schema.ts';
import type { FrameSource, People } from '../people/people.ts';
import { DEFINITION_FILE } from '../reading/table-reader.ts';
import type { Column, Table } from '../values/frame.ts';
import type { Problem } from '../values/problem.ts';
import type { AlterationKind } from '../values/record.ts';
import { categoryOf, type Panel } from './genes.ts';
import { byPositionIn, PanelsByPosition } from './positions.ts';

/** A source that holds alterations, as the definition says. */
export interface AlterationSource extends FrameSource {
  readonly entry: AlterationsDefinition;
}

/** Which specimens were looked at for what, and with which panel: only by sources that are in force. */
export interface Coverage {
  readonly coverage: Table;
  /** Those that a specimen was sequenced with. */
  readonly panels: Readonly<Record<string, Panel>>;
  /** Panels of a specimen's key that were looked at for a kind. */
  readonly panelsOf: (specimen: string, kind: AlterationKind) => ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

const NONE: ReadonlySet<string> = new Set();

/** `sources`: those with alterations; `all`: those that tell of specimens' panels too; `known`: panels that objects describe. */
export function coverageOf(
  sources: readonly AlterationSource[],
  all: readonly FrameSource[],
  people: People,
  known: ReadonlyMap<string, Panel>,
): Coverage {
  const { specimens } = people;
  const sequenced = assigned(all);
  const limited = new PanelsByPosition(all, known);
  const covered = new Map<
    string,
    {
      readonly patient: string;
      readonly specimen: string;
      readonly panel: string;
      readonly kind: AlterationKind;
    }
  >();
  const panelsOf = new Map<string, Set<string>>();
  const withoutPanel = new Map<string, { readonly panel: string | null; readonly specimens: Set<string> }>();
  for (const source of sources) {
    const { covers, panel: forAll } = source.entry;
    const byPosition = byPositionIn(source);
    const there = covers === 'listed' || covers === 'matrix' ? undefined : present(source);
    for (const kind of kindsOf(source))
      for (const { key: specimen, patient, panel: own } of specimens) {
        if (there && !there.has(specimen)) continue;
        const byMatrix = sequenced(specimen, kind);
        if (covers === 'matrix' && byMatrix.length === 0) continue;
        const name = forAll ?? own;
        const names = name === null ? byMatrix : [name];
        for (const said of names.length > 0 ? names : [null]) {
          if (said !== null && isKnown(said, known)) {
            const panel = kind === 'mutation' && byPosition(specimen) ? limited.nameOf(said) : said;
            covered.set(`${specimen}\n${panel}\n${kind}`, { patient, specimen, panel, kind });
            panelsOf.set(`${specimen}\n${kind}`, (panelsOf.get(`${specimen}\n${kind}`) ?? new Set()).add(panel));
            continue;
          }
          const without = withoutPanel.get(said ?? '') ?? { panel: said, specimens: new Set() };
          without.specimens.add(specimen);
          withoutPanel.set(said ?? '', without);
        }
      }
  }
  const rows = [...covered.keys()].sort().map((key) => covered.get(key)!);
  const names = [...new Set(rows.map(({ panel }) => panel))].sort();
  return {
    coverage: {
      rows: rows.length,
      columns: new Map<string, Column>([
        ['patient', categoryOf(rows.map(({ patient }) => patient))],
        ['specimen', categoryOf(rows.map(({ specimen }) => specimen))],
        ['panel', categoryOf(rows.map(({ panel }) => panel))],
        ['kind', categoryOf(rows.map(({ kind }) => kind))],
      ]),
    },
    panels: Object.fromEntries(names.map((name) => [name, limited.get(name) ?? known.get(name) ?? { genes: null }])),
    panelsOf: (specimen, kind) => panelsOf.get(`${specimen}\n${kind}`) ?? NONE,
    problems: [
      ...[...withoutPanel]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, without]) => unknownPanel(without.panel, without.specimens.size)),
      ...strangers(all, people),
    ],
  };
}

function isKnown(panel: string, known: ReadonlyMap<string, Panel>): boolean {
  return known.has(panel) || WHOLE_PANELS.some((whole) => whole === panel);
}

/** What sources beside the specimen table say that specimens were sequenced with, for a kind. */
function assigned(sources: readonly FrameSource[]): (specimen: string, kind: AlterationKind) => readonly string[] {
  const panels = new Map<string, { readonly panel: string; readonly kind?: AlterationKind }[]>();
  for (const { records } of sources)
    for (const { sequenced = [] } of records.facts ?? [])
      for (const { specimen, ...of } of sequenced) {
        const known = panels.get(specimen);
        if (known) known.push(of);
        else panels.set(specimen, [of]);
      }
  return (specimen, asked) => [
    ...new Set(
      (panels.get(specimen) ?? []).flatMap(({ panel, kind }) => (kind === undefined || kind === asked ? [panel] : [])),
    ),
  ];
}

/** Specimens that occur in the file, or that it names. */
function present({ records }: FrameSource): ReadonlySet<string> {
  const there = new Set<string>();
  for (const { specimen } of records.alterations) there.add(specimen);
  for (const { specimen } of records.unreadable) there.add(specimen);
  for (const { covered = [] } of records.facts ?? []) for (const specimen of covered) there.add(specimen);
  return there;
}

/** What a source was looked for: what it says, else mutations, and fusions where it has some. */
function kindsOf({ records }: FrameSource): readonly AlterationKind[] {
  const said = [...new Set((records.facts ?? []).flatMap(({ kinds = [] }) => kinds))];
  if (said.length > 0) return said.filter((kind) => kind !== 'segment');
  return ['mutation', ...(records.alterations.some(({ kind }) => kind === 'fusion') ? (['fusion'] as const) : [])];
}

function unknownPanel(panel: string | null, rows: number): Problem {
  return {
    rule: 'unknown-panel',
    level: 'warning',
    file: DEFINITION_FILE,
    ...(panel !== null && { value: panel }),
    rows,
    says:
      panel === null
        ? 'what these specimens were sequenced with is not said: their genes are missing'
        : `what the panel ${panel} sequences is not known: the genes of its specimens are missing`,
    remedy: `Put the panel under panels/, or say ${WHOLE_PANELS.join(' or ')} in the column of panels, or under alterations.`,
  };
}

/** Specimens that a file names beside its rows, and no table. */
function strangers(sources: readonly FrameSource[], { specimens, knownSpecimens }: People): Problem[] {
  const known = new Set([...specimens.map(({ key }) => key), ...knownSpecimens]);
  return sources.flatMap(({ key: file, records }): Problem[] => {
    const named = (records.facts ?? []).flatMap(({ sequenced = [], covered = [] }) => [
      ...sequenced.map(({ specimen }) => specimen),
      ...covered,
    ]);
    const withRows = new Set(records.alterations.map(({ specimen }) => specimen)); // each is told by its rows
    const rows = new Set(named.filter((specimen) => !known.has(specimen) && !withRows.has(specimen))).size;
    if (rows === 0) return [];
    return [
      {
        rule: 'unlisted-specimen',
        level: 'warning',
        file,
        rows,
        says: 'the file names specimens, beside those with alterations, that no table lists',
        remedy: 'Add the specimens to their table, or correct the identifiers.',
      },
    ];
  });
}
