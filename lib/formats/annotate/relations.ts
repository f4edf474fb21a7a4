import { posix } from 'node:path';
import type { Parts } from './package.ts';
import { attribute, elements, escaped, prefixOf, withoutElements } from './xml.ts';

/** What a part points to. */
export interface Relation {
  readonly id: string;
  readonly type: string;
  /** Path of the part; of an external one its address. */
  readonly target: string;
  readonly external: boolean;
}

function relationsPath(part: string): string {
  return posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`);
}

/** What a part points to. */
export function relationsOf(parts: Parts, part: string): readonly Relation[] {
  const xml = parts.get(relationsPath(part))?.toString() ?? '';
  return elements(xml, 'Relationship').map(([tag]) => {
    const target = attribute(tag, 'Target') ?? '';
    const external = attribute(tag, 'TargetMode') === 'External';
    const path = target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(part), target);
    return {
      id: attribute(tag, 'Id') ?? '',
      type: attribute(tag, 'Type') ?? '',
      target: external ? target : path,
      external,
    };
  });
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** Lets a part point to another; gives the id. */
export function relate(parts: Parts, part: string, type: string, target: string): string {
  const path = relationsPath(part);
  const xml = parts.get(path)?.toString() ?? `${HEAD}<Relationships xmlns="${RELATIONSHIPS}"></Relationships>`;
  const taken = new Set(relationsOf(parts, part).map(({ id }) => id));
  let number = taken.size + 1;
  while (taken.has(`rIdSignet${number}`)) number += 1;
  const id = `rIdSignet${number}`;
  const prefix = prefixOf(xml);
  const relative = posix.relative(posix.dirname(part), target);
  const tag = `<${prefix}Relationship Id="${id}" Type="${type}" Target="${escaped(relative)}"/>`;
  const open = xml.replace(/<((?:\w+:)?Relationships)([^>]*?)\/>/, '<$1$2></$1>');
  parts.set(path, Buffer.from(open.replace(/<\/(?:\w+:)?Relationships\s*>/, (close) => tag + close)));
  return id;
}

/** Takes relations out of a part's list; gives the ids of those that went. */
export function unrelate(parts: Parts, part: string, drop: (relation: Relation) => boolean): ReadonlySet<string> {
  const gone = new Set(
    relationsOf(parts, part)
      .filter(drop)
      .map(({ id }) => id),
  );
  const path = relationsPath(part);
  const xml = parts.get(path)?.toString();
  if (xml && gone.size > 0)
    parts.set(path, Buffer.from(withoutElements(xml, 'Relationship', (tag) => gone.has(attribute(tag, 'Id') ?? ''))));
  return gone;
}

const TYPES = '[Content_Types].xml';

/** States what kind a part is of. */
export function declare(
  parts: Parts,
  kind: { readonly part: string } | { readonly extension: string },
  type: string,
): void {
  const xml = parts.get(TYPES)!.toString();
  const prefix = prefixOf(xml);
  const known =
    'part' in kind
      ? elements(xml, 'Override').some(([tag]) => attribute(tag, 'PartName') === `/${kind.part}`)
      : elements(xml, 'Default').some(([tag]) => attribute(tag, 'Extension')?.toLowerCase() === kind.extension);
  if (known) return;
  const tag =
    'part' in kind
      ? `<${prefix}Override PartName="/${escaped(kind.part)}" ContentType="${type}"/>`
      : `<${prefix}Default Extension="${kind.extension}" ContentType="${type}"/>`;
  // Defaults come first, by habit of every reader.
  const at = 'part' in kind ? /<\/(?:\w+:)?Types\s*>/ : /(?<=<(?:\w+:)?Types[^>]*>)/;
  parts.set(TYPES, Buffer.from(xml.replace(at, (close) => tag + close)));
}

/** Takes parts out, and what states their kind. */
export function removeParts(parts: Parts, drop: (part: string) => boolean): void {
  for (const part of [...parts.keys()]) if (part !== TYPES && drop(part)) parts.delete(part);
  const xml = parts.get(TYPES)!.toString();
  const kept = withoutElements(xml, 'Override', (tag) => !parts.has((attribute(tag, 'PartName') ?? '').slice(1)));
  parts.set(TYPES, Buffer.from(kept));
}
