import type { FrameSource } from '../people/people.ts';
import { GeneResolution } from './gene-resolution.ts';
import type { Panel } from './genes.ts';

/** What is said beside a panel's name where only genes that a BED tells by position were looked at. */
const BY_POSITION = '-by-position';

/** Panels as far as the cohort's BEDs tell their genes: nothing is known of a gene that no BED names. */
export class PanelsByPosition {
  readonly #sources: readonly FrameSource[];
  readonly #known: ReadonlyMap<string, Panel>;
  readonly #made = new Map<string, Panel>();
  #told: readonly string[] | undefined;

  constructor(sources: readonly FrameSource[], known: ReadonlyMap<string, Panel>) {
    this.#sources = sources;
    this.#known = known;
  }

  /** The name of what is left of a panel. How many megabases that covers isn't known. */
  nameOf(panel: string): string {
    const name = `${panel}${BY_POSITION}`;
    if (!this.#made.has(name)) {
      this.#told ??= genesTold(this.#sources);
      const listed = this.#known.get(panel)?.genes;
      const genes = listed ? new Set(listed) : undefined;
      this.#made.set(name, { genes: this.#told.filter((gene) => genes?.has(gene) ?? true) });
    }
    return name;
  }

  get(name: string): Panel | undefined {
    return this.#made.get(name);
  }
}

/** Whether a source tells a specimen's genes by position alone: all of its own files do that speak of the specimen, or of nobody. */
export function byPositionIn({ records }: FrameSource): (specimen: string) => boolean {
  const facts = (records.facts ?? []).filter(({ covered, kinds }) => covered !== undefined && kinds === undefined);
  if (!facts.some(({ byPosition }) => byPosition)) return () => false;
  const annotated = new Set(facts.flatMap(({ byPosition, covered = [] }) => (byPosition ? [] : covered)));
  return (specimen) => !annotated.has(specimen);
}

/** Genes that BEDs tell, by current symbols as those of what was found are. */
function genesTold(sources: readonly FrameSource[]): readonly string[] {
  const genes = new Set<string>();
  for (const { key, records } of sources) {
    const resolution = new GeneResolution(key);
    for (const { positions = [] } of records.facts ?? [])
      for (const { symbol: gene, chromosome } of positions) {
        const symbol = resolution.symbol({ gene, ...(chromosome !== undefined && { chromosome }) });
        if (symbol !== '') genes.add(symbol);
      }
  }
  return [...genes].sort();
}
