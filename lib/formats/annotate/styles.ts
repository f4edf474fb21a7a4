import { attribute, elements, prefixOf, withAttribute } from './xml.ts';

/** How badly a cell is wrong. */
export type MarkLevel = 'file' | 'error' | 'cell' | 'warning';

const COLOURS: Readonly<Record<MarkLevel, string>> = {
  file: 'FFFF9999',
  error: 'FFFFB3B3',
  cell: 'FFFFD699',
  warning: 'FFFFF2B3',
};

/** What a sheet of styles holds, in the order that it must have (ECMA-376, 18.8.39). */
const ORDER = 'numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst'.split(' ');

/** What a list has that a workbook does without: the two fills and the one format that every number below means. */
const FIRST: Readonly<Record<string, (prefix: string) => string>> = {
  fills: (p) =>
    ['none', 'gray125'].map((type) => `<${p}fill><${p}patternFill patternType="${type}"/></${p}fill>`).join(''),
  cellXfs: (p) => `<${p}xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>`,
};

/** Styles with a list of that name, which may be left out. */
function withList(xml: string, list: string): string {
  if (elements(xml, list).length > 0) return xml;
  const p = prefixOf(xml);
  const after = ORDER.slice(ORDER.indexOf(list) + 1).join('|');
  const next = new RegExp(`<(?:\\w+:)?(?:${after})(?=[\\s/>])|</(?:\\w+:)?styleSheet\\s*>`);
  return xml.replace(next, (tag) => `<${p}${list}>${FIRST[list]!(p)}</${p}${list}>${tag}`);
}

/** The list of an element's kind, opened where it is self-closed, with `count` set right. */
function appended(styles: string, list: string, item: string): { readonly xml: string; readonly index: number } {
  const xml = withList(styles, list);
  const [element] = elements(xml, list)[0]!;
  const open = /^<[^>]*>/.exec(element)![0];
  const index = [...element.matchAll(new RegExp(`<(?:\\w+:)?${ITEM[list]}(?=[\\s/>])`, 'g'))].length;
  const name = /^<([\w:]+)/.exec(open)![1]!;
  const content = open.endsWith('/>') ? '' : element.slice(open.length, element.lastIndexOf('</'));
  const head = withAttribute(open.replace(/\/>$/, '>'), 'count', String(index + 1));
  return { xml: xml.replace(element, () => `${head}${content}${item}</${name}>`), index };
}

const ITEM: Readonly<Record<string, string>> = { fills: 'fill', cellXfs: 'xf' };

const NO_STYLES =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>';

/** Styles of marked cells: each the cell's own, with a fill. Styles that are none are begun anew. */
export class MarkStyles {
  #xml: string;
  readonly #fills = new Map<MarkLevel, number>();
  readonly #styles = new Map<string, number>();

  constructor(xml = NO_STYLES) {
    this.#xml = /<\/(?:\w+:)?styleSheet\s*>/.test(xml) ? xml : NO_STYLES;
  }

  get xml(): string {
    return this.#xml;
  }

  /** The style like `style`, filled. */
  of(style: number, level: MarkLevel): number {
    const name = `${style} ${level}`;
    const known = this.#styles.get(name);
    if (known !== undefined) return known;
    const [list] = elements(this.#xml, 'cellXfs');
    const formats = elements(list?.[0].replace(/^<[^>]*>/, '') ?? '', 'xf').map(([xf]) => xf);
    const own = formats[style] ?? formats[0] ?? `<${prefixOf(this.#xml)}xf numFmtId="0" fontId="0" borderId="0"/>`;
    const open = /^<[^>]*>/.exec(own)![0];
    const filled = withAttribute(withAttribute(open, 'fillId', String(this.#fill(level))), 'applyFill', '1');
    const { xml, index } = appended(
      this.#xml,
      'cellXfs',
      own.replace(open, () => filled),
    );
    this.#xml = xml;
    this.#styles.set(name, index);
    return index;
  }

  #fill(level: MarkLevel): number {
    const known = this.#fills.get(level);
    if (known !== undefined) return known;
    const p = prefixOf(this.#xml);
    const fill = `<${p}fill><${p}patternFill patternType="solid"><${p}fgColor rgb="${COLOURS[level]}"/><${p}bgColor indexed="64"/></${p}patternFill></${p}fill>`;
    const { xml, index } = appended(this.#xml, 'fills', fill);
    this.#xml = xml;
    this.#fills.set(level, index);
    return index;
  }
}

/** The style that a cell's tag names. */
export function styleOf(tag: string): number {
  return Number(attribute(tag, 's') ?? 0);
}
