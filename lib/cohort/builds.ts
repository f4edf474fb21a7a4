import { matches } from './glob.ts';
import type { AlterationsDefinition, Definition } from './schema.ts';

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
