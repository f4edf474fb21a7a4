import { type ForestFigure, printEstimate, printRatio } from '../../result/index.ts';
import type { GeneTest } from './gene-test.ts';
import type { Scanned } from './scan-genes.ts';
import type { Noun } from './scan-units.ts';

/** A forest of more lines is no picture. */
const MOST = 60;

type Tested = Scanned['tested'][number];

function number(tested: Tested, key: string): number | null {
  const value = tested.cells[key];
  return typeof value === 'number' && value > 0 ? value : null;
}

/** Every ratio with its interval, by p; no picture where there are none, or too many for one: never the winners alone. */
export function scanForest({ ratio }: GeneTest, { tested }: Scanned, noun: Noun, title: string): ForestFigure[] {
  if (tested.length === 0 || tested.length > MOST) return [];
  const key = ratio.replace(' ', '_');
  const rows = tested.map((each) => {
    const [estimate, low, high] = [number(each, key), number(each, `${key}_low`), number(each, `${key}_high`)];
    const why = String(each.cells[`${key}_why`] ?? '');
    return {
      label: each.symbol,
      n: `${each.cells['altered']}/${each.cells['covered']}`,
      estimate: each.ratio === 0 ? 0 : estimate,
      low,
      high,
      text: printEstimate(each.ratio === 0 ? 0 : estimate, { low, high }, why || 'no limit', printRatio),
    };
  });
  const told = rows.map(({ label, text }) => `${label} ${text}`);
  return [
    {
      kind: 'forest',
      id: 'forest',
      title,
      alt: `Forest plot of ${rows.length} ${rows.length === 1 ? noun.one : noun.many}, by p. ${title}. ${told.slice(0, 12).join('; ')}${told.length > 12 ? '; and others' : ''}.`,
      xLabel: `${ratio.charAt(0).toUpperCase()}${ratio.slice(1)}, altered against not (logarithmic axis)`,
      rows,
    },
  ];
}
