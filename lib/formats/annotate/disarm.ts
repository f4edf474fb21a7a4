import type { Parts } from './package.ts';
import { relationsOf, removeParts, unrelate } from './relations.ts';
import { attribute, elements, withoutElements } from './xml.ts';

const WORKBOOK = 'xl/workbook.xml';

/** Parts that run or reach out: macros, controls, embedded files, links, connections; and the chain of calculation, which is made anew. */
const DROPPED =
  /^(xl\/(vba|macrosheets\/|dialogsheets\/|externalLinks\/|activeX\/|ctrlProps\/|embeddings\/|queryTables\/|connections\.xml|calcChain\.xml|customData\/|model\/|webextensions\/|richData\/rdrichvaluewebimage)|customUI\/|customXml\/|docProps\/custom)/i;

/** A formula that reaches beyond the workbook: to another file, another program or the network. */
const REACHES_OUT =
  /\[\d+\]|\[[^\]]*\.xl|\||\b(WEBSERVICE|RTD|CALL|REGISTER(\.ID)?|EXEC|IMAGE|DDE|HYPERLINK|SQL\.REQUEST|STOCKHISTORY)\s*\(/i;

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
    REACHES_OUT.test(formula) ? '' : whole,
  );
}

function plainWorkbook(xml: string): string {
  const named = withoutElements(xml, 'definedName', (element) => REACHES_OUT.test(element.replace(/^<[^>]*>/, '')));
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
