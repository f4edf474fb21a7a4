import { SaxesParser } from 'saxes';
import { LIMITS } from '../limits.ts';

/** What is told of a part as it is read; names come without their prefix. */
export interface XmlHandlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** More of one tag or text than a part of a workbook can hold. */
export class EndlessXml extends Error {}

/** Elements in one another; Excel comes to some ten. */
const DEEPEST = 100;

/**
 * Reads a part of a workbook, a piece at a time: between two pieces whoever asks may take what the handlers made of it. No entity is resolved
 * but XML's own. Throws where the part is not well-formed, and {@link EndlessXml}: what is held of the part is bounded.
 */
export async function* readXml(bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let since = 0;
  let depth = 0;
  parser.on('opentag', ({ name, attributes }) => {
    since = 0;
    depth += 1;
    if (depth > DEEPEST) throw new EndlessXml();
    handlers.open(localName(name), attributes);
  });
  parser.on('closetag', ({ name }) => {
    since = 0;
    depth -= 1;
    handlers.close?.(localName(name));
  });
  const text = (content: string): void => {
    since = 0;
    handlers.text?.(content);
  };
  parser.on('text', text);
  parser.on('cdata', text);
  for await (const chunk of bytes) {
    since += chunk.length;
    if (since > LIMITS.rowBytes) throw new EndlessXml();
    parser.write(decoder.decode(chunk, { stream: true }));
    yield;
  }
  parser.write(decoder.decode()).close();
  yield;
}

/** Reads a part to its end. */
export async function readWhole(bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers): Promise<void> {
  for await (const _ of readXml(bytes, handlers));
}

/** An attribute by its local name, where programs choose the prefix. */
export function localAttribute(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  const found = Object.keys(attributes).find((key) => localName(key) === name && key !== name);
  return found === undefined ? undefined : attributes[found];
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Excel writes characters that XML has no place for as `_x000D_`. */
export function withoutEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Below this a text is no view of the piece that it was read from. */
const SHORT = 13;

/** A text that keeps nothing alive but itself. */
export function ownText(text: string): string {
  return text.length < SHORT ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
