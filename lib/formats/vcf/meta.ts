/** An attribute of a structured header line. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
  readonly quoted: boolean;
}

/** A header line `##key=value`; `attributes` where the value is `<...>` and can be read so. */
export interface MetaLine {
  readonly line: number;
  readonly key: string;
  readonly value: string;
  readonly attributes?: readonly Attribute[];
}

/** A header line; undefined where it has no key and value. */
export function metaLine(text: string, line: number): MetaLine | undefined {
  const [, key, value] = /^##([^=\s<>]+)=(.+)$/.exec(text) ?? [];
  if (key === undefined || value === undefined) return undefined;
  const attributes = attributesOf(value);
  return { line, key, value, ...(attributes && { attributes }) };
}

/** Attributes between angle brackets; undefined where quotes or brackets aren't closed, or one has no key. */
function attributesOf(value: string): readonly Attribute[] | undefined {
  if (!value.startsWith('<') || !value.endsWith('>')) return undefined;
  const inside = value.slice(1, -1);
  const next = /([^=,"<>\s]+)=(?:"((?:[^"\\]|\\.)*)"|(\[[^\]]*\])|([^",][^,]*)?)(?:,\s*|$)/y;
  const attributes: Attribute[] = [];
  for (let at = 0; at < inside.length; at = next.lastIndex) {
    next.lastIndex = at;
    const [, key, quoted, list, plain] = next.exec(inside) ?? [];
    if (key === undefined) return undefined;
    attributes.push({ key, value: quoted ?? list ?? plain ?? '', quoted: quoted !== undefined });
    if (next.lastIndex === at) return undefined;
  }
  return attributes;
}

/** The value of an attribute, if the line has it. */
export function attributeOf({ attributes = [] }: MetaLine, key: string): string | undefined {
  return attributes.find((one) => one.key === key)?.value;
}
