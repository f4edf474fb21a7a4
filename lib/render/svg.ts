import { SignetError } from '../base/index.ts';
import type { Figure, ResultDocument } from '../result/index.ts';
import { drawCalibration } from './calibration.ts';
import { drawFlow } from './flow.ts';
import { drawForest } from './forest.ts';
import { drawIncidence } from './incidence.ts';
import { drawKaplanMeier } from './kaplan-meier.ts';
import { drawLines } from './lines.ts';
import type { Markup } from './markup.ts';
import { drawNomogram } from './nomogram.ts';
import { drawOncoprint } from './oncoprint.ts';
import { drawPairs } from './pairs.ts';
import { stamped } from './stamps.ts';
import { drawStates } from './states.ts';
import { drawVolcano } from './volcano.ts';

/** A figure as an SVG element. `name` sets its ids apart from those of other figures on a page. */
export function drawFigure(figure: Figure, name: string): Markup {
  switch (figure.kind) {
    case 'kaplan-meier':
      return drawKaplanMeier(figure, name);
    case 'volcano':
      return drawVolcano(figure, name);
    case 'forest':
      return drawForest(figure, name);
    case 'cumulative-incidence':
      return drawIncidence(figure, name);
    case 'states':
      return drawStates(figure, name);
    case 'calibration':
      return drawCalibration(figure, name);
    case 'lines':
      return drawLines(figure, name);
    case 'flow':
      return drawFlow(figure, name);
    case 'oncoprint':
      return drawOncoprint(figure, name);
    case 'pairs':
      return drawPairs(figure, name);
    case 'nomogram':
      return drawNomogram(figure, name);
  }
}

/** Every figure of a document; those of a report's items have the item's name before their own: `T6/simon-makuch`. */
function figuresOf({ findings: { figures, report } }: ResultDocument): Figure[] {
  const parts = report?.parts ?? [];
  return [
    ...figures,
    ...parts.flatMap(({ id, findings }) =>
      (findings?.figures ?? []).map((figure) => ({ ...figure, id: `${id}/${figure.id}` })),
    ),
  ];
}

/**
 * One figure of a document as an SVG file that needs nothing else: the first, or the one with the id.
 * Throws `not-acceptable` where the document has no figure, `not-found` where it has none of that id.
 */
export function renderSvg(document: ResultDocument, figureId?: string): string {
  const figures = figuresOf(document);
  const [first] = figures;
  if (first === undefined) {
    throw new SignetError('not-acceptable', 'The result has no figure', { remedy: 'Ask for it as JSON, CSV or HTML.' });
  }
  const figure = figureId === undefined ? first : figures.find(({ id }) => id === figureId);
  if (figure === undefined) {
    throw new SignetError('not-found', 'The result has no such figure', {
      remedy: `Its figures are ${figures.map(({ id }) => id).join(', ')}.`,
    });
  }
  return `${drawFigure(stamped(figure, document), 'figure')}\n`;
}
