const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const REFERENCE = /&(?!(?:amp|lt|gt|quot|#39);)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/**
 * What is wrong with a piece of XML, as the standard has it: tags that don't match, an attribute without quotes or twice, a stray `<` or `&`, a
 * character that is forbidden. Knows no comments, CDATA or processing instructions, since none is ever written here.
 */
export function faultsOf(xml: string): string[] {
  const text = xml.replace(/^<!DOCTYPE html>\n/, '');
  const open: string[] = [];
  const faults: string[] = [];
  if (!text.isWellFormed()) faults.push('a lone surrogate');
  if (FORBIDDEN.test(text)) faults.push('a forbidden character');
  if (REFERENCE.test(text)) faults.push('a stray &');
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', TAG.lastIndex)) {
    TAG.lastIndex = at;
    const tag = TAG.exec(text);
    if (tag === null) return [...faults, `no tag: ${text.slice(at, at + 40)}`];
    const [, closing, name = '', attributes = '', empty] = tag;
    const names = [...attributes.matchAll(/\s([\w:-]+)=/g)].map(([, attribute]) => attribute);
    if (new Set(names).size < names.length) faults.push(`an attribute twice in ${tag[0]}`);
    if (closing) {
      const last = open.pop();
      if (last !== name) return [...faults, `</${name}> closes <${last}>`];
    } else if (!empty) open.push(name);
  }
  return open.length > 0 ? [...faults, `not closed: ${open.join(', ')}`] : faults;
}

/** Names of all elements and attributes that occur. */
export function namesIn(xml: string): { elements: string[]; attributes: string[] } {
  const tags = [...xml.matchAll(/<([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"]*")*)/g)];
  const attributes = tags.flatMap(([, , text = '']) => [...text.matchAll(/\s([\w:-]+)=/g)].map(([, name]) => name!));
  return { elements: [...new Set(tags.map(([, name]) => name!))].sort(), attributes: [...new Set(attributes)].sort() };
}
