import { attribute, elements, prefixOf, withAttribute } from './xml.ts';

/** How badly a cell is wrong. */
export type MarkLevel = 'file' | 'error' | 'cell' | 'warning';

const COLOURS: Readonly<Record<MarkLevel, string>> = {
  file: 'FFFF9999',
  error: 'FFFFB3B3',
  cell: 'FFFFD699',
  warning: 'FFFFF2B3',
};

/** The list of an element's kind, opened where it is self-closed, with `count` set right. */
function appended(xml: string, list: string, item: string): { readonly xml: string; readonly index: number } {
  const [found] = elements(xml, list);
  if (!found) throw new RangeError(`the workbook's styles have no ${list}`);
  const [element] = found;
  const open = /^<[^>]*>/.exec(element)![0];
  const index = [...element.matchAll(new RegExp(`<(?:\\w+:)?${ITEM[list]}(?=[\\s/>])`, 'g'))].length;
  const name = /^<([\w:]+)/.exec(open)![1]!;
  const content = open.endsWith('/>') ? '' : element.slice(open.length, element.lastIndexOf('</'));
  const head = withAttribute(open.replace(/\/>$/, '>'), 'count', String(index + 1));
  return { xml: xml.replace(element, () => `${head}${content}${item}</${name}>`), index };
}

const ITEM: Readonly<Record<string, string>> = { fills: 'fill', cellXfs: 'xf' };

/** Styles of marked cells: each the cell's own, with a fill. */
export class MarkStyles {
  #xml: string;
  readonly #fills = new Map<MarkLevel, number>();
  readonly #styles = new Map<string, number>();

  constructor(xml: string) {
    this.#xml = xml;
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
