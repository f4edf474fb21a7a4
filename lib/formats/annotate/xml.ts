const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as it may stand in XML: escaped, without what XML 1.0 forbids. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** Text of an attribute, unescaped. */
export function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name ?? ''] ?? whole;
  });
}

/** An attribute of a tag, by its full name. */
export function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(
    tag,
  );
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : unescaped(value);
}

/** The tag with an attribute set. */
export function withAttribute(tag: string, name: string, value: string): string {
  const plain = tag.replace(new RegExp(`\\s${name}\\s*=\\s*("[^"]*"|'[^']*')`), '');
  return plain.replace(/\s*(\/?)>$/, ` ${name}="${escaped(value)}"$1>`);
}

/** A tag, with its content where it has any, and where it begins. */
type Element = readonly [text: string, index: number];

/**
 * Every tag of that local name, self-closed or with its content; one that is never closed is none. Elements of the name don't nest in a
 * workbook's parts. What is looked at grows with the text alone, whatever it is.
 */
export function elements(xml: string, name: string): readonly Element[] {
  const open = new RegExp(`<(?:\\w+:)?${name}(?=[\\s/>])[^>]*>`, 'g');
  const close = new RegExp(`</(?:\\w+:)?${name}\\s*>`, 'g');
  const found: Element[] = [];
  let closed = true; // until no end is left
  for (let tag = open.exec(xml); tag; tag = open.exec(xml)) {
    if (tag[0].endsWith('/>')) {
      found.push([tag[0], tag.index]);
      continue;
    }
    if (!closed) continue;
    close.lastIndex = open.lastIndex;
    closed = close.test(xml);
    if (!closed) continue;
    found.push([xml.slice(tag.index, close.lastIndex), tag.index]);
    open.lastIndex = close.lastIndex;
  }
  return found;
}

/** Without the elements of that local name that `drop` picks. */
export function withoutElements(xml: string, name: string, drop: (element: string) => boolean = () => true): string {
  let [text, from] = ['', 0];
  for (const [element, index] of elements(xml, name)) {
    if (!drop(element)) continue;
    text += xml.slice(from, index);
    from = index + element.length;
  }
  return text + xml.slice(from);
}

/** The prefix that a part writes before the names of its elements, with its colon: `x:`, or nothing. */
export function prefixOf(xml: string): string {
  return /<(\w+:)?(?:worksheet|styleSheet|comments|workbook|Types|Relationships)[\s>]/.exec(xml)?.[1] ?? '';
}
