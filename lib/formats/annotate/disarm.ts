import type { Parts } from './package.ts';
import { relationsOf, removeParts, unrelate } from './relations.ts';
import { attribute, elements, unescaped, withoutElements } from './xml.ts';

const WORKBOOK = 'xl/workbook.xml';

/** Parts that run or reach out: macros, controls, embedded files, links, connections; and the chain of calculation, which is made anew. */
const DROPPED =
  /^(xl\/(vba|macrosheets\/|dialogsheets\/|externalLinks\/|activeX\/|ctrlProps\/|embeddings\/|queryTables\/|connections\.xml|calcChain\.xml|customData\/|model\/|webextensions\/|richData\/rdrichvaluewebimage)|customUI\/|customXml\/|docProps\/custom)/i;

/** Another file, another program, the network: as a formula names them outside its texts. */
const BEYOND =
  /(?:^|[^\w\]])\[\d+\]|\[[^\]]*\.xl|\||\b(?:WEBSERVICE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE|DDE|SQL\.REQUEST|STOCKHISTORY)\s*\(/i;

/** Whether a formula, as it stands in XML, reaches beyond the workbook. */
function reachesOut(xml: string): boolean {
  const formula = unescaped(xml);
  const plain = formula.replaceAll(/"(?:[^"]|"")*"/g, '""');
  return BEYOND.test(plain) || (/\bHYPERLINK\s*\(/i.test(plain) && /:\/\/|mailto:|\\\\/i.test(formula));
}

/** Takes out macros and external links. A formula that reaches out becomes the value that was saved with it; every other formula stays. */
export function disarm(parts: Parts): void {
  removeParts(parts, (part) => DROPPED.test(part.replace(/_rels\/(.*)\.rels$/, '$1')));
  for (const part of [...parts.keys()]) {
    if (part.includes('_rels/') || !part.endsWith('.xml') || part === '[Content_Types].xml') continue;
    const gone = unrelate(parts, part, ({ external, target }) => external || !parts.has(target));
    if (gone.size === 0 && !/^xl\/(workbook|worksheets\/)/.test(part)) continue;
    parts.set(part, Buffer.from(withoutReferences(parts.get(part)!.toString(), gone)));
  }
  unrelate(parts, '', ({ external, target }) => external || !parts.has(target));
  const workbook = parts.get(WORKBOOK)!.toString();
  parts.set(WORKBOOK, Buffer.from(plainWorkbook(workbook)));
  const types = parts.get('[Content_Types].xml')!.toString();
  parts.set(
    '[Content_Types].xml',
    Buffer.from(types.replaceAll(/application\/vnd\.ms-excel\.(sheet|template)\.macroEnabled\.main\+xml/g, MAIN)),
  );
}

const MAIN = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';

/** Elements whose relation is gone, and formulas that reach out. */
function withoutReferences(xml: string, gone: ReadonlySet<string>): string {
  let text = xml;
  if (gone.size > 0)
    for (const name of [
      'hyperlink',
      'externalReference',
      'oleObject',
      'control',
      'legacyDrawing',
      'drawing',
      'picture',
      'tablePart',
    ])
      text = withoutElements(text, name, (tag) => gone.has(attribute(tag, 'r:id') ?? ''));
  for (const name of ['hyperlinks', 'externalReferences', 'oleObjects', 'controls', 'tableParts'])
    text = withoutElements(text, name, (element) => /^<[^>]*>\s*<\/[^>]*>$/.test(element));
  return text.replaceAll(/<((?:\w+:)?f)(?=[\s>])[^>]*>([^<]*)<\/\1\s*>/g, (whole, _, formula: string) =>
    reachesOut(formula) ? '' : whole,
  );
}

function plainWorkbook(xml: string): string {
  const named = withoutElements(xml, 'definedName', (element) =>
    reachesOut(element.replace(/^<[^>]*>/, '').replace(/<[^>]*>$/, '')),
  );
  return withoutElements(named, 'definedNames', (element) => elements(element, 'definedName').length === 0);
}

/** The sheets of a workbook: names and parts, in order. */
export function sheetParts(parts: Parts): readonly { readonly name: string; readonly part: string }[] {
  const relations = new Map(relationsOf(parts, WORKBOOK).map(({ id, target }) => [id, target]));
  return elements(parts.get(WORKBOOK)!.toString(), 'sheet').flatMap(([tag]) => {
    const part = relations.get(attribute(tag, 'r:id') ?? '');
    const name = attribute(tag, 'name');
    return part !== undefined && name !== undefined ? [{ name, part }] : [];
  });
}
