import { TURNING } from '../base/index.ts';

/** Text that is markup already. Only {@link markup} makes it, so that no other text reaches a page unescaped. */
class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type { Markup };

/** What may stand in a template: text is escaped, a number is a coordinate and is written to a hundredth, a list is written in its order. */
export type Part = Markup | string | number | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What XML 1.0 forbids even as a reference, and what no font shows: all controls but tab and line ends, and the two non-characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** The one place that turns text into XML or HTML. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(FORBIDDEN, '\ufffd')
    .replace(TURNING, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A coordinate: to a hundredth of a pixel, without a negative zero. */
function coordinate(x: number): string {
  return String(Math.round(x * 100) / 100 + 0);
}

function write(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return coordinate(part);
  return part instanceof Markup ? part.text : part.map(write).join('');
}

/** A template of SVG or HTML: what stands between its braces is escaped unless it is markup itself. */
export function markup(fixed: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(fixed.map((text, i) => text + write(parts[i])).join(''));
}
