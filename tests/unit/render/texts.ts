import { widthOf } from '../../../lib/render/text.ts';

interface Text {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const ROTATED = /<g transform="rotate\([^"]*"[^>]*>(.*?)<\/g>/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function plain(xml: string): string {
  return xml.replace(/<title>.*?<\/title>/gs, '').replace(/&[^;]*;/g, (entity) => ENTITIES[entity]!);
}

/** Every line of text that lies level, with the box that the widest font needs for it. */
export function textsOf(svg: string): Text[] {
  const level = svg.replace(ROTATED, '');
  return [...level.matchAll(/<text ([^>]*)>(.*?)<\/text>/gs)].flatMap(([, attributes = '', content = '']) => {
    const get = (name: string) => attributes.match(new RegExp(`(?:^| )${name}="([^"]*)"`))?.[1];
    const text = plain(content);
    if (text === '') return [];
    const [x, y, size] = [Number(get('x')), Number(get('y')), Number(get('font-size'))];
    const anchor = get('text-anchor') ?? 'start';
    const width = widthOf(text, { size, bold: get('font-weight') === 'bold' });
    const left = anchor === 'middle' ? x - width / 2 : anchor === 'end' ? x - width : x;
    return [{ text, x, y, anchor, left, right: left + width, top: y - size * 0.72, bottom: y + size * 0.2 }];
  });
}

/** What is written across or upwards. */
export function rotated(svg: string): string[] {
  return [...svg.matchAll(ROTATED)].map(([, content = '']) => plain(content.replace(/<[^>]*>/g, '')));
}

/** Pairs of texts that lie over each other. */
export function collisions(svg: string): string[] {
  const texts = textsOf(svg);
  return texts.flatMap((a, i) =>
    texts
      .slice(i + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.text} / ${b.text}`),
  );
}

/** Texts that leave the picture. */
export function strays(svg: string): string[] {
  const [, width, height] = svg.match(/viewBox="0 0 ([\d.]+) ([\d.]+)"/)!.map(Number);
  return textsOf(svg)
    .filter(({ left, right, top, bottom }) => left < 0 || right > width! || top < 0 || bottom > height!)
    .map(({ text }) => text);
}

/** Where the marks of the axis below are. */
export function marksAt(svg: string): number[] {
  return [...svg.matchAll(/<line x1="([\d.]+)" y1="([\d.]+)" x2="\1" y2="([\d.]+)"/g)]
    .filter(([, , from, to]) => Number(to) - Number(from) === 5)
    .map(([, x]) => Number(x));
}
