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
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
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

/** Every tag of that local name, self-closed or with its content. Elements of the name don't nest in a workbook's parts. */
export function elements(xml: string, name: string): RegExpMatchArray[] {
  return [
    ...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(?=[\\s/>])[^>]*?(?:/>|>[\\s\\S]*?</(?:\\w+:)?${name}\\s*>)`, 'g')),
  ];
}

/** Without the elements of that local name that `drop` picks. */
export function withoutElements(xml: string, name: string, drop: (element: string) => boolean = () => true): string {
  return elements(xml, name).reduce((text, [element]) => (drop(element) ? text.replace(element, () => '') : text), xml);
}

/** The prefix that a part writes before the names of its elements, with its colon: `x:`, or nothing. */
export function prefixOf(xml: string): string {
  return /<(\w+:)?(?:worksheet|styleSheet|comments|workbook|Types|Relationships)[\s>]/.exec(xml)?.[1] ?? '';
}
