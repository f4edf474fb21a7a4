import type { CalibrationFigure, LinesFigure } from '../../result/index.ts';
import { proportion, riskGroups, rocCurve } from '../../stats/index.ts';
import type { Performance } from './logistic-performance.ts';

/** The receiver operating characteristic, beside that of chance. */
export function rocFigure(
  outcome: Uint8Array,
  risk: Float64Array,
  { area }: Performance,
  title: string,
): LinesFigure[] {
  if (area === undefined) return [];
  const corners = rocCurve(outcome, risk);
  const said = `area ${area.area.toFixed(3)}`;
  return [
    {
      kind: 'lines',
      id: 'roc',
      title: `${title}: receiver operating characteristic`,
      alt: `Receiver operating characteristic. ${title}. The ${said}, in the patients that the model was made from.`,
      xLabel: '1 − specificity',
      yLabel: 'Sensitivity',
      xFormat: 'share',
      yFormat: 'share',
      lines: [
        {
          label: `Model, ${said}`,
          x: corners.map(({ specificity }) => 1 - specificity),
          y: corners.map(({ sensitivity }) => sensitivity),
        },
        { label: 'Chance, area 0.500', x: [0, 1], y: [0, 1] },
      ],
      from: 0,
      to: 1,
      reference: null,
    },
  ];
}

const GROUPS = 10;
/** Parts of the axis in which patients are counted. */
const PARTS = 20;

/** Outcomes against predicted risks, in groups of tenths of the patients. */
export function calibrationFigure(
  outcome: Uint8Array,
  risk: Float64Array,
  level: number,
  title: string,
): CalibrationFigure {
  const points = riskGroups(outcome, risk, GROUPS).map(({ n, events, expected }) => {
    const [low, high] = proportion(events, n, { level }).intervals.wilson;
    return { predicted: expected / n, observed: events / n, low, high };
  });
  const distribution = new Array<number>(PARTS).fill(0);
  for (const r of risk) distribution[Math.min(PARTS - 1, Math.floor(r * PARTS))]!++;
  const told = points.map(
    ({ predicted, observed }) => `${percent(predicted)} predicted, ${percent(observed)} observed`,
  );
  return {
    kind: 'calibration',
    id: 'calibration',
    title: `${title}: calibration`,
    alt: `Calibration in ${points.length} groups of patients by risk. ${title}. ${told.join('; ')}.`,
    xLabel: 'Predicted risk',
    yLabel: 'Observed share',
    most: 1,
    points,
    distribution,
    corner: [`${points.length} groups of patients by risk`],
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}
