import { type Figure, type Findings, printCount } from '../result/index.ts';
import { type Markup, markup } from './markup.ts';
import { drawFigure } from './svg.ts';

/** What a link goes to. */
export function anchorName(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '-').toLowerCase();
}

/** A part of the page under its heading; nothing where it would be empty. */
export function section(heading: string, parts: readonly Markup[]): Markup | undefined {
  if (parts.length === 0) return undefined;
  return markup`<section id="${anchorName(heading)}">
<h2>${heading}</h2>
${parts}</section>
`;
}

/** A list of sentences; nothing where it would be empty. */
export function list(
  texts: readonly string[],
  tag: 'ul' | 'ol' = 'ul',
  name = tag === 'ol' ? 'references' : 'points',
): Markup[] {
  if (texts.length === 0) return [];
  const items = texts.map((text) => markup`<li>${text}</li>\n`);
  return [tag === 'ol' ? markup`<ol class="${name}">\n${items}</ol>\n` : markup`<ul class="${name}">\n${items}</ul>\n`];
}

/** Whether a picture is wider than high: of these two stand on a printed page. */
function isFlat(picture: Markup): boolean {
  const [, width = '1', height = '1'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(String(picture)) ?? [];
  return Number(height) < Number(width);
}

/** A figure under its label, with its text for who can't see it as caption. `name` sets its ids apart from those of others on the page. */
export function figureBlock(figure: Figure, label: string, name: string): Markup {
  const drawn = drawFigure(figure, name);
  return markup`<figure>
<div class="picture${isFlat(drawn) ? ' flat' : ''}">${drawn}</div>
<figcaption><b>${label}.</b> ${figure.alt}</figcaption>
</figure>
`;
}

/** Who was left out, and why. */
export function patientsBlock({ patients: all, used, excluded }: Findings['counts']): Markup[] {
  const reasons = excluded.map(({ reason, columns, patients: n }) => {
    const blame = columns.length === 0 ? '' : ` (${columns.join(', ')})`;
    return `${printCount(n)} ${reason}${blame}`;
  });
  const said = `${printCount(used)} of ${printCount(all)} patients were analysed${reasons.length === 0 ? '.' : '. Left out, each counted once:'}`;
  return [markup`<p>${said}</p>\n`, ...list(reasons)];
}
