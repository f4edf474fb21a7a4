import { printLevel, printRatio, type ResultTable } from '../../result/index.ts';
import { eValues } from '../../stats/index.ts';
import { cell } from '../parts/cells.ts';

/** From this share of patients with the event on, an outcome is common. */
const COMMON = 0.15;

/** How strong confounding would have to be to explain a hazard ratio away, and a sentence of the method. */
export function eValueTable(
  ratio: { readonly estimate: number; readonly lower: number; readonly upper: number },
  of: { readonly says: string; readonly n: number; readonly events: number; readonly level: number },
): { readonly table: ResultTable; readonly sentence: string } | undefined {
  if (![ratio.estimate, ratio.lower, ratio.upper].every((x) => x > 0 && Number.isFinite(x))) return undefined;
  const share = of.events / of.n;
  const common = share >= COMMON;
  const found = eValues(ratio, { common });
  const limit = ratio.estimate < 1 ? ratio.upper : ratio.lower;
  const row = (says: string, hazardRatio: number, { riskRatio, eValue }: (typeof found)['estimate']) => ({
    of: says,
    hazard_ratio: hazardRatio,
    risk_ratio: cell(riskRatio),
    e_value: cell(eValue),
  });
  return {
    table: {
      id: 'e-values',
      title: 'E-values: how strong an unmeasured confounder would have to be',
      columns: [
        { key: 'of', label: 'Of', format: 'text' },
        { key: 'hazard_ratio', label: 'Hazard ratio', format: 'ratio' },
        { key: 'risk_ratio', label: 'As a risk ratio', format: 'ratio' },
        { key: 'e_value', label: 'E-value', format: 'number' },
      ],
      rows: [
        row('the estimate', ratio.estimate, found.estimate),
        row(`the limit of its ${printLevel(of.level)} interval nearest to 1`, limit, found.limit),
      ],
      notes: [
        `Of the ${of.says}. The ratio is an association, not an effect: a confounder that was not measured could explain it away only if it went with both group and event by a risk ratio of ${printRatio(found.estimate.eValue)} or more each, beyond what was adjusted for; and could move the interval to hold 1 by ${printRatio(found.limit.eValue)} each. It says nothing of selection or of errors of measurement.`,
        common
          ? `The outcome is common (${of.events} of ${of.n} patients): the hazard ratio was made a risk ratio by the approximation with its square root.`
          : `The outcome is rare (${of.events} of ${of.n} patients): the hazard ratio was taken for a risk ratio.`,
      ],
    },
    sentence: `E-values are those of VanderWeele and Ding for ${common ? 'a common outcome, with the square-root approximation of a risk ratio' : 'a rare outcome'}.`,
  };
}
