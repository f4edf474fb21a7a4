import { Variants } from './duplicate-variants.ts';
import { type Column, MISSING, type Table } from './frame.ts';
import { GeneResolution } from './gene-resolution.ts';
import { categoryOf, type Panel } from './genes.ts';
import { matches } from './glob.ts';
import type { FrameSource, People, Specimen } from './people.ts';
import type { Problem } from './problem.ts';
import { qualifier } from './qualify.ts';
import type { Alteration } from './record.ts';
import { type AlterationsDefinition, type Definition, WHOLE_PANELS } from './schema.ts';
import { DEFINITION_FILE } from './table-reader.ts';

/** What is known of genes: two tables of the frame. */
export interface Sequencing {
  readonly alterations: Table;
  readonly coverage: Table;
  readonly panels: Readonly<Record<string, Panel>>;
  readonly problems: readonly Problem[];
}

/** A source that holds alterations, as the definition says. */
interface AlterationSource extends FrameSource {
  readonly entry: AlterationsDefinition;
}

/** What a row of `alterations` is made of; without an alteration it is a gene whose row was set apart. */
interface Found {
  readonly specimen: Specimen;
  readonly gene: string;
  readonly alteration: Alteration | undefined;
}

/** Joins the alterations of all sources, in order of key, with the specimens of the frame. */
export function sequencingOf(definition: Definition, sources: readonly FrameSource[], people: People): Sequencing {
  const problems: Problem[] = [];
  const withAlterations = sources.flatMap((source): AlterationSource[] => {
    const entry = definition.alterations.find(({ match }) => matches(match, source.key));
    return entry ? [{ ...source, entry }] : [];
  });
  const specimens = new Map(people.specimens.map((specimen) => [specimen.key, specimen]));
  const found: Found[] = [];
  const variants = new Variants();
  for (const { key, records } of withAlterations) {
    const unknown = new Map<string, { first: Alteration; rows: number }>();
    const genes = new GeneResolution(key);
    for (const alteration of records.alterations) {
      const specimen = specimens.get(alteration.specimen);
      if (alteration.kind === 'segment') continue;
      if (specimen) {
        const { gene: written, geneId, chromosome, line } = alteration;
        const gene = genes.symbol({ gene: written, id: geneId, chromosome, line });
        if (gene !== '' && variants.isNew(key, alteration)) found.push({ specimen, gene, alteration });
      } else if (!people.knownSpecimens.has(alteration.specimen)) {
        const known = unknown.get(alteration.specimen);
        if (known) known.rows += 1;
        else unknown.set(alteration.specimen, { first: alteration, rows: 1 });
      }
    }
    for (const { specimen: of, gene } of records.unreadable) {
      const specimen = specimens.get(of);
      if (!specimen) continue;
      for (const symbol of genes.symbols(gene)) found.push({ specimen, gene: symbol, alteration: undefined });
    }
    problems.push(...genes.problems());
    for (const { first, rows } of unknown.values()) problems.push(unknownSpecimen(key, first, rows));
  }
  problems.push(...variants.problems());
  found.sort((a, b) => (a.specimen.key < b.specimen.key ? -1 : a.specimen.key > b.specimen.key ? 1 : 0)); // stable: the source's order
  const coverage = coverageOf(withAlterations, people, problems);
  return { alterations: alterationTable(found, definition), ...coverage, problems };
}

function unknownSpecimen(file: string, { line, specimenIdentifier }: Alteration, rows: number): Problem {
  return {
    rule: 'unknown-patient',
    level: 'error',
    file,
    line,
    value: specimenIdentifier,
    rows,
    says: `no table lists the specimen ${specimenIdentifier}: whose it is isn't known`,
    remedy: 'Add the specimen to its table, or correct the identifier.',
  };
}

function alterationTable(found: readonly Found[], { qualifying }: Definition): Table {
  const qualifies = qualifier(qualifying);
  const text = (of: (alteration: Alteration) => string | null): (string | null)[] =>
    found.map(({ alteration }) => (alteration ? of(alteration) : null));
  const number = (of: (alteration: Alteration) => number | null): Column => ({
    type: 'number',
    values: Float64Array.from(found, ({ alteration }) => (alteration && of(alteration)) ?? Number.NaN),
  });
  const columns: readonly (readonly [string, Column])[] = [
    ['patient', categoryOf(found.map(({ specimen }) => specimen.patient))],
    ['specimen', categoryOf(found.map(({ specimen }) => specimen.key))],
    ['gene', categoryOf(found.map(({ gene }) => gene))],
    ['gene_id', { type: 'text', values: text(({ geneId }) => geneId) }],
    ['kind', categoryOf(found.map(({ alteration }) => alteration?.kind ?? 'unreadable'))],
    ['class', categoryOf(text((alteration) => alteration.class))],
    ['protein', { type: 'text', values: text(({ protein }) => protein) }],
    ['chromosome', categoryOf(text(({ chromosome }) => chromosome))],
    ['position', number(({ position }) => position)],
    ['ref', { type: 'text', values: text(({ ref }) => ref) }],
    ['alt', { type: 'text', values: text(({ alt }) => alt) }],
    ['allele_fraction', number(({ alleleFraction }) => alleleFraction)],
    ['depth', number(({ depth }) => depth)],
    ['filter', categoryOf(text(({ filter }) => filter))],
    [
      'qualifies',
      {
        type: 'boolean',
        values: Uint8Array.from(found, ({ alteration }) => (alteration ? qualifies(alteration) : MISSING)),
      },
    ],
  ];
  return { rows: found.length, columns: new Map(columns) };
}

/** Which specimens were sequenced, and with what: only by sources that are in force. */
function coverageOf(
  sources: readonly AlterationSource[],
  { specimens }: People,
  problems: Problem[],
): Pick<Sequencing, 'coverage' | 'panels'> {
  const covered = new Map<string, { readonly specimen: string; readonly panel: string }>();
  const withoutPanel = new Map<string, { readonly panel: string | null; specimens: number }>();
  for (const { entry, records } of sources) {
    const present =
      entry.covers === 'listed'
        ? undefined
        : new Set([...records.alterations, ...records.unreadable].map(({ specimen }) => specimen));
    for (const specimen of specimens) {
      if (present && !present.has(specimen.key)) continue;
      const panel = entry.panel ?? specimen.panel;
      if (panel !== null && WHOLE_PANELS.some((known) => known === panel))
        covered.set(`${specimen.key}\n${panel}`, { specimen: specimen.key, panel });
      else {
        const known = withoutPanel.get(panel ?? '');
        if (known) known.specimens += 1;
        else withoutPanel.set(panel ?? '', { panel, specimens: 1 });
      }
    }
  }
  for (const [, { panel, specimens: rows }] of [...withoutPanel].sort(([a], [b]) => (a < b ? -1 : 1)))
    problems.push({
      rule: 'unknown-panel',
      level: 'warning',
      file: DEFINITION_FILE,
      ...(panel !== null && { value: panel }),
      rows,
      says:
        panel === null
          ? 'what these specimens were sequenced with is not said: their genes are missing'
          : `what the panel ${panel} sequences is not known: the genes of its specimens are missing`,
      remedy: `Say ${WHOLE_PANELS.join(' or ')} in the column of panels, or under alterations.`,
    });
  const rows = [...covered.keys()].sort().map((key) => covered.get(key)!);
  const panels = [...new Set(rows.map(({ panel }) => panel))].sort();
  return {
    coverage: {
      rows: rows.length,
      columns: new Map<string, Column>([
        ['specimen', categoryOf(rows.map(({ specimen }) => specimen))],
        ['panel', categoryOf(rows.map(({ panel }) => panel))],
      ]),
    },
    panels: Object.fromEntries(panels.map((panel) => [panel, { genes: null }])),
  };
}
