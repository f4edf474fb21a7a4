import { MEASURE_NAMES, type Measure } from '../definition/measure-names.ts';
import type { Specimen } from '../people/people.ts';
import { DEFINITION_FILE } from '../reading/table-reader.ts';
import type { Problem } from '../values/problem.ts';
import type { Alteration, Value } from '../values/record.ts';
import { chromosomeName } from './gene-names.ts';
import type { Panel } from './genes.ts';
import { poissonLimits } from './poisson.ts';
import { fractionAltered, largeTransitions } from './segments.ts';

/** A panel that covers less tells nothing of mutations per megabase; one that covers less than the second is flagged. */
const LEAST_MB = 0.5;
const FLAGGED_MB = 1;

/** What a specimen's measures rest on. */
export interface Measured {
  /** Panels that mutations were looked for with. */
  readonly panels: ReadonlySet<string>;
  /** Qualifying mutations; undefined where it is open whether one qualifies. */
  readonly mutations: number | undefined;
  readonly segments: readonly Alteration[];
  readonly build: string | undefined;
}

/** Specimens with their measures, each absent where it isn't known. A measure that a column is called like is the column's. */
export function withMeasures(
  specimens: readonly Specimen[],
  measuredOf: (key: string) => Measured,
  panels: Readonly<Record<string, Panel>>,
  taken: (name: string) => boolean,
): readonly Specimen[] {
  const wanted = MEASURE_NAMES.filter((measure) => !taken(measure));
  if (wanted.length === 0) return specimens;
  const limitsOf = limitsOnce();
  return specimens.map((specimen) => {
    const values = new Map<string, Value>(specimen.values);
    const measured = measuredOf(specimen.key);
    for (const measure of wanted) values.set(measure, valueFor(measure, measured, panels, limitsOf) ?? null);
    return { ...specimen, values };
  });
}

/** Exomes have the same counts over and over. */
function limitsOnce(): typeof poissonLimits {
  const known = new Map<number, ReturnType<typeof poissonLimits>>();
  return (count) => {
    const limits = known.get(count) ?? poissonLimits(count);
    known.set(count, limits);
    return limits;
  };
}

function valueFor(
  measure: Measure,
  { panels: names, mutations, segments, build }: Measured,
  panels: Readonly<Record<string, Panel>>,
  limitsOf: typeof poissonLimits,
): number | undefined {
  if (measure === 'tmb' || measure === 'tmb_low' || measure === 'tmb_high') {
    const [name, ...more] = names;
    const covered = name === undefined || more.length > 0 ? undefined : panels[name]?.coveredMb;
    if (covered === undefined || covered < LEAST_MB || mutations === undefined) return undefined;
    if (measure === 'tmb') return mutations / covered;
    return limitsOf(mutations)[measure === 'tmb_low' ? 0 : 1] / covered;
  }
  const stretches = segments.flatMap(({ chromosome, position, end, value }) =>
    position === null || end == null || value == null
      ? []
      : [{ chromosome: chromosomeName(chromosome) ?? '', start: position, end, mean: value }],
  );
  return measure === 'fga' ? fractionAltered(stretches) : largeTransitions(stretches, build);
}

/** Panels so small that mutations per megabase are hardly known. */
export function smallPanels(panels: Readonly<Record<string, Panel>>): Problem[] {
  return Object.entries(panels).flatMap(([name, { coveredMb }]) => {
    if (coveredMb === undefined || coveredMb >= FLAGGED_MB) return [];
    const absent = coveredMb < LEAST_MB;
    return [
      {
        rule: 'small-panel',
        level: 'warning' as const,
        file: DEFINITION_FILE,
        value: name,
        says: `the panel ${name} covers ${Number(coveredMb.toPrecision(3))} megabases: ${absent ? 'tmb of its specimens is missing' : 'their tmb is uncertain'}`,
        remedy: 'Compare tmb only between specimens of large panels.',
      },
    ];
  });
}
