import { S3Error } from './errors.ts';

/** An element to write: text, a list of elements of the same name, or elements within; undefined leaves it out. */
export type Content = string | number | boolean | undefined | readonly Content[] | { readonly [name: string]: Content };

/** An element that was read. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const ENTITY: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** Signs that mean something, and those that a reader would change or refuse, in another form. */
function escaped(text: string): string {
  return text.replace(/[<>&"\p{Cc}\ufffe\uffff]/gu, (sign) => ENTITY[sign] ?? `&#x${sign.charCodeAt(0).toString(16)};`);
}

function written(name: string, content: Content): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((one: Content) => written(name, one)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([child, value]) => written(child, value))
          .join('')
      : escaped(String(content));
  return `<${name}>${inner}</${name}>`;
}

/** A document of S3's namespace. */
export function document(name: string, content: Content): string {
  return DECLARATION + written(name, content).replace(`<${name}>`, `<${name} xmlns="${NAMESPACE}">`);
}

/** An error's document, which has no namespace. */
export function errorDocument(content: Content): string {
  return DECLARATION + written('Error', content);
}

const TOKEN = /<(\/?)([A-Za-z_][\w.-]*(?::[\w.-]+)?)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

/** The text of XML's escapes. Throws `MalformedXML`. */
function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));|&/g, (all, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
    const known = NAMED[name as string];
    if (known === undefined) throw new S3Error('MalformedXML', `${all} is no entity`);
    return known;
  });
}

/**
 * Reads the small documents that clients send: elements and text, no document type, no entity but XML's five.
 * Throws `MalformedXML`, also when the root isn't `name`.
 */
export function parse(xml: string, name: string): Element {
  type Open = { name: string; text: string; children: Element[] };
  const top: Open = { name: '', text: '', children: [] };
  const open = [top];
  const body = xml.replace(/^\ufeff?\s*<\?xml[^>]*\?>/, '');
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < body.length) {
    const [, closing, tag = '', , alone, text] = TOKEN.exec(body) ?? [];
    const current = open.at(-1)!;
    if (text !== undefined) current.text += unescaped(text);
    else if (!tag) throw new S3Error('MalformedXML', 'The XML you provided was not well-formed');
    else if (closing) {
      if (current.name !== tag || open.length === 1) throw new S3Error('MalformedXML', `${tag} closes nothing`);
      open.pop();
    } else {
      const element: Open = { name: tag, text: '', children: [] };
      current.children.push(element);
      if (!alone) open.push(element);
    }
    if (open.length > 20) throw new S3Error('MalformedXML', 'The XML is nested too deeply');
  }
  const [root, more] = top.children;
  if (open.length > 1 || root?.name !== name || more) throw new S3Error('MalformedXML', `The XML is no ${name}`);
  return root;
}

/** The elements of a name within another. */
export function children(element: Element, name: string): readonly Element[] {
  return element.children.filter((one) => one.name === name);
}

/** The text of the first element of a name within another. */
export function textOf(element: Element, name: string): string | undefined {
  return children(element, name)[0]?.text;
}
