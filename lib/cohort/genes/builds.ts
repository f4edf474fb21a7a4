import type { AlterationsDefinition, Definition } from '../definition/schema.ts';
import type { FrameSource } from '../people/people.ts';
import { matches } from '../values/glob.ts';
import type { Problem } from '../values/problem.ts';
import type { NamedBuild } from '../values/record.ts';

/** The build of a source's positions: its own entry's, else the one that all entries of the definition have. */
export function buildOf({ alterations }: Definition, entry: AlterationsDefinition | undefined): string | undefined {
  if (entry?.build) return entry.build;
  const builds = new Set(alterations.flatMap(({ build }) => build ?? []));
  return builds.size === 1 ? [...builds][0] : undefined;
}

/** The build of the source `key`, where the definition says it. */
export function buildFor(definition: Definition, key: string): string | undefined {
  return buildOf(
    definition,
    definition.alterations.find(({ match }) => matches(match, key)),
  );
}

/** The build that a name of it, of a reference or of a sequence means: `hg19`, `37`, `hs37d5`, `GRCh38.d1.vd1.fa`. */
export function buildCalled(name: string): 'GRCh37' | 'GRCh38' | undefined {
  if (/^\s*(?:37|19)\s*$|GRCh37|hg19|hs37|\bb37\b|_v37|assembly19/i.test(name)) return 'GRCh37';
  return /^\s*38\s*$|GRCh38|hg38|hs38|assembly38/i.test(name) ? 'GRCh38' : undefined;
}

/** Files, in order of key, that name another build than the definition has for them; where it has none, than most of their own rows. */
export function otherBuilds(definition: Definition, sources: readonly FrameSource[]): Problem[] {
  return sources.flatMap(({ key, records }) => {
    const named = (records.facts ?? []).flatMap(({ builds = [] }) => builds);
    const most = named.reduce((a, b) => ((b.rows ?? 1) > (a.rows ?? 1) ? b : a), named[0]!);
    return named.flatMap((one) => {
      const build = buildFor(definition, one.of === undefined ? key : beside(key, one.of));
      return one.build === (build ?? most.build) ? [] : [otherBuild(key, one, build, most)];
    });
  });
}

/** A file that lies beside another. */
function beside(key: string, name: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1) + name;
}

function otherBuild(file: string, named: NamedBuild, wanted: string | undefined, most: NamedBuild): Problem {
  const { value, line, column, rows } = named;
  const called = named.build === value ? value : `${value}, which is ${named.build}`;
  return {
    rule: 'other-build',
    level: 'warning',
    file,
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    value,
    ...(rows !== undefined && { rows }),
    says:
      wanted === undefined
        ? `the build is called ${called} here and ${most.value} in most of the file: positions mean another place`
        : `the file names the build ${called}, and the definition says ${wanted}: positions mean another place`,
    remedy: `Correct build in the definition, or put the file as it was made on ${wanted ?? 'one build'}.`,
  };
}
