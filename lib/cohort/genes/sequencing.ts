import type { Definition } from '../definition/schema.ts';
import type { FrameSource, People, Specimen } from '../people/people.ts';
import { type Column, MISSING, type Table } from '../values/frame.ts';
import { matches } from '../values/glob.ts';
import type { Problem } from '../values/problem.ts';
import type { Alteration } from '../values/record.ts';
import { buildOf, otherBuilds } from './builds.ts';
import { type AlterationSource, type Coverage, coverageOf } from './coverage.ts';
import { fusionSites, Variants } from './duplicate-variants.ts';
import { plainChromosome } from './gene-names.ts';
import { GeneResolution } from './gene-resolution.ts';
import { categoryOf, type Panel } from './genes.ts';
import { germlineByFilter } from './germline.ts';
import { smallPanels, withMeasures } from './measures.ts';
import { panelsOf } from './panels.ts';
import { qualifier } from './qualify.ts';

/** What is known of genes: two tables of the frame. */
export interface Sequencing {
  readonly alterations: Table;
  readonly coverage: Table;
  readonly panels: Readonly<Record<string, Panel>>;
  /** The specimens with what is measured of them. */
  readonly specimens: readonly Specimen[];
  readonly problems: readonly Problem[];
}

/** What a row of `alterations` is made of; without an alteration it is a gene whose row was set apart. A segment is of no gene. */
interface Found {
  readonly file: string;
  readonly specimen: Specimen;
  readonly gene: string | null;
  readonly alteration: Alteration | undefined;
}

/** Joins the alterations of all sources, in order of key, with the specimens of the frame. */
export function sequencingOf(definition: Definition, sources: readonly FrameSource[], people: People): Sequencing {
  const problems: Problem[] = [];
  const entries = sources.map(({ key }) => definition.alterations.find(({ match }) => matches(match, key)));
  const withAlterations = sources.flatMap((source, i): AlterationSource[] => {
    const entry = entries[i];
    return entry ? [{ ...source, entry }] : [];
  });
  const specimens = new Map(people.specimens.map((specimen) => [specimen.key, specimen]));
  const found: Found[] = [];
  const variants = new Variants();
  const unreadable = new Set<string>();
  const builds = new Map<string, string | undefined>();
  for (const [i, { key, records }] of sources.entries()) {
    const build = buildOf(definition, entries[i]);
    const unknown = new Map<string, { first: Alteration; rows: number }>();
    const genes = new GeneResolution(key);
    const begun = found.length;
    const sites = fusionSites(records.alterations);
    for (const alteration of records.alterations) {
      const specimen = specimens.get(alteration.specimen);
      if (specimen && alteration.kind === 'segment') {
        found.push({ file: key, specimen, gene: null, alteration });
        builds.set(specimen.key, builds.has(specimen.key) && builds.get(specimen.key) !== build ? undefined : build);
      } else if (specimen) {
        if (!entries[i]) continue;
        const { gene: written, geneId, chromosome, line } = alteration;
        const gene = genes.symbol({ gene: written, id: geneId, chromosome, line });
        if (gene !== '' && variants.isNew(key, { ...alteration, gene }, sites.get(line)))
          found.push({ file: key, specimen, gene, alteration });
      } else if (!people.knownSpecimens.has(alteration.specimen)) {
        const known = unknown.get(alteration.specimen);
        if (known) known.rows += 1;
        else unknown.set(alteration.specimen, { first: alteration, rows: 1 });
      }
    }
    for (const { specimen: of, gene } of records.unreadable) {
      const specimen = specimens.get(of);
      if (!specimen) continue;
      for (const symbol of genes.symbols(gene)) {
        const name = `${specimen.key} ${symbol}`;
        if (!unreadable.has(name)) found.push({ file: key, specimen, gene: symbol, alteration: undefined });
        unreadable.add(name);
      }
    }
    namePartners(found, begun);
    problems.push(...genes.problems());
    for (const { first, rows } of unknown.values()) problems.push(unknownSpecimen(key, first, rows));
  }
  problems.push(...variants.problems());
  found.sort((a, b) => (a.specimen.key < b.specimen.key ? -1 : a.specimen.key > b.specimen.key ? 1 : 0)); // stable: the source's order
  const described = panelsOf(sources);
  const { panelsOf: panelsOfSpecimen, ...covered } = coverageOf(withAlterations, sources, people, described.panels);
  const table = new AlterationTable(found, definition, { panels: covered.panels, panelsOf: panelsOfSpecimen });
  const taken = (name: string): boolean =>
    Object.hasOwn(definition.derived, name) || definition.tables.some(({ columns }) => Object.hasOwn(columns, name));
  const measured = (key: string) => ({
    panels: panelsOfSpecimen(key, 'mutation'),
    mutations: table.mutationsOf(key),
    segments: table.segmentsOf(key),
    build: builds.get(key),
  });
  return {
    alterations: table.table(),
    coverage: covered.coverage,
    panels: covered.panels,
    specimens:
      definition.alterations.length > 0 || builds.size > 0
        ? withMeasures(people.specimens, measured, covered.panels, taken)
        : people.specimens,
    problems: [
      ...problems,
      ...otherBuilds(definition, sources),
      ...described.problems,
      ...covered.problems,
      ...table.offPanel(),
      ...germlineByFilter(table.counting()),
      ...(taken('tmb') ? [] : smallPanels(covered.panels)),
    ],
  };
}

/**
 * Of variants of two genes, a row each with one line, the other gene by the symbol that it came to; of one alone its own gene twice. A MAF's
 * fusion has alleles there.
 */
function namePartners(found: Found[], from: number): void {
  const first = new Map<string, number>();
  for (let i = from; i < found.length; i++) {
    const { file, specimen, gene, alteration } = found[i]!;
    if (alteration?.kind !== 'fusion' || alteration.ref !== null || alteration.alt === null || gene === null) continue;
    const place = `${specimen.key} ${alteration.line}`;
    const other = first.get(place);
    first.set(place, i);
    const partner = other === undefined ? undefined : found[other]!;
    const own = alteration.alt === alteration.gene || (alteration.gene === '' && alteration.alt === alteration.geneId);
    const alt = partner?.gene ?? (own ? gene : alteration.alt);
    found[i] = { file, specimen, gene, alteration: { ...alteration, alt } };
    if (partner) found[other!] = { ...partner, alteration: { ...partner.alteration!, alt: gene } };
  }
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

/** Alterations of genes that a panel doesn't have, and where the first stands. */
interface OffPanel {
  readonly panel: string;
  /** The first of them by file and line: the order in which alterations are met hangs on opaque keys. */
  first: { readonly file: string; readonly line: number };
  readonly genes: Set<string>;
  rows: number;
}

const MOST_NAMED = 10;

/** The alterations of a frame, and whether each counts. */
class AlterationTable {
  readonly #found: readonly Found[];
  readonly #qualifies: Uint8Array;
  readonly #of = new Map<string, number[]>();
  readonly #off = new Map<string, OffPanel>();

  constructor(found: readonly Found[], { qualifying }: Definition, coverage: Pick<Coverage, 'panels' | 'panelsOf'>) {
    this.#found = found;
    const counts = qualifier(qualifying);
    this.#qualifies = Uint8Array.from(found, (row) => {
      const { alteration } = row;
      if (!alteration) return MISSING;
      if (alteration.kind === 'segment') return 0;
      const qualifies = counts(alteration);
      return qualifies !== 0 && this.#isOff(row, alteration, coverage) ? 0 : qualifies;
    });
    for (const [i, { specimen }] of found.entries()) {
      const rows = this.#of.get(specimen.key);
      if (rows) rows.push(i);
      else this.#of.set(specimen.key, [i]);
    }
  }

  /** Qualifying mutations; undefined where of one it isn't known. */
  mutationsOf(specimen: string): number | undefined {
    let count = 0;
    for (const i of this.#of.get(specimen) ?? []) {
      const kind = this.#found[i]!.alteration?.kind ?? 'mutation';
      if (kind !== 'mutation') continue;
      if (this.#qualifies[i] === MISSING) return undefined;
      count += this.#qualifies[i]!;
    }
    return count;
  }

  segmentsOf(specimen: string): readonly Alteration[] {
    return (this.#of.get(specimen) ?? []).flatMap((i) => {
      const { alteration } = this.#found[i]!;
      return alteration?.kind === 'segment' ? [alteration] : [];
    });
  }

  /** What counts, or may. */
  counting(): readonly Found[] {
    return this.#found.filter((_, i) => this.#qualifies[i] !== 0);
  }

  /** Of what was found where nobody could look: it doesn't count, and the gene stays missing. */
  offPanel(): Problem[] {
    const panels = [...this.#off.values()].sort((a, b) => (a.panel < b.panel ? -1 : 1));
    return panels.map(({ panel, first, genes, rows }) => ({
      rule: 'gene-off-panel',
      level: 'warning',
      ...first,
      value: panel,
      rows,
      says: `the panel ${panel} of the specimen does not have ${[...genes].sort().slice(0, MOST_NAMED).join(', ')}${genes.size > MOST_NAMED ? ' …' : ''}: such alterations don't count, and the genes stay missing there`,
      remedy: 'Look whether the specimen has the right panel, and the panel all its genes.',
    }));
  }

  table(): Table {
    const found = this.#found;
    const text = (of: (alteration: Alteration) => string | null): (string | null)[] =>
      found.map(({ alteration }) => (alteration ? of(alteration) : null));
    const number = (of: (alteration: Alteration) => number | null | undefined): Column => ({
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
      ['chromosome', categoryOf(text(({ chromosome }) => plainChromosome(chromosome)))],
      ['position', number(({ position }) => position)],
      ['end', number(({ end }) => end)],
      ['ref', { type: 'text', values: text(({ ref }) => ref) }],
      ['alt', { type: 'text', values: text(({ alt }) => alt) }],
      ['allele_fraction', number(({ alleleFraction }) => alleleFraction)],
      ['depth', number(({ depth }) => depth)],
      ['value', number(({ value }) => value)],
      ['filter', categoryOf(text(({ filter }) => filter))],
      ['qualifies', { type: 'boolean', values: this.#qualifies }],
    ];
    return { rows: found.length, columns: new Map(columns) };
  }

  #isOff(
    { file, specimen, gene }: Found,
    { kind, line }: Alteration,
    { panels, panelsOf: of }: Pick<Coverage, 'panels' | 'panelsOf'>,
  ): boolean {
    const names = [...of(specimen.key, kind)];
    if (gene === null || names.length === 0) return false;
    const lists = names.map((name) => panels[name]?.genes ?? null);
    if (lists.some((genes) => genes === null || isListed(genes, gene))) return false;
    const panel = names.join(', ');
    const known = this.#off.get(panel);
    if (known) {
      known.rows += 1;
      known.genes.add(gene);
      if (file < known.first.file || (file === known.first.file && line < known.first.line))
        known.first = { file, line };
    } else this.#off.set(panel, { panel, first: { file, line }, genes: new Set([gene]), rows: 1 });
    return true;
  }
}

/** Whether a sorted list of symbols has the gene. */
function isListed(genes: readonly string[], gene: string): boolean {
  let [low, high] = [0, genes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (genes[middle]! < gene) low = middle + 1;
    else high = middle;
  }
  return genes[low] === gene;
}
