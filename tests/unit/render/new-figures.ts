import type {
  CalibrationFigure,
  ForestFigure,
  IncidenceFigure,
  LinesFigure,
  StatesFigure,
} from '../../../lib/result/index.ts';

const YEARS = [0, 12, 24, 36, 48, 60];

/** Two causes in two groups; the last limit of one is undefined. */
export const INCIDENCE: IncidenceFigure = {
  kind: 'cumulative-incidence',
  id: 'cumulative-incidence',
  title: 'Recurrence after liver resection, by Clinical Risk Score',
  alt: 'Cumulative incidence of recurrence and of death without it, in two groups.',
  xLabel: 'Months since liver resection',
  yLabel: 'Cumulative incidence',
  panels: ['Recurrence', 'Death without recurrence'].map((title, panel) => ({
    title,
    corner: [`Gray p = 0.0${panel + 2}`],
    curves: ['CRS 0-2', 'CRS 3-5'].map((label, g) => {
      const incidence = YEARS.map((t) => (panel === 0 ? 0.6 + 0.15 * g : 0.06) * (1 - Math.exp(-t / 20)));
      return {
        label,
        events: 40,
        time: YEARS,
        incidence,
        lower: incidence.map((x, i) => (i === 0 ? null : x * 0.8)),
        upper: incidence.map((x, i) => (i === 0 || (g === 1 && i === 5) ? null : x * 1.2)),
      };
    }),
  })),
  riskTable: {
    times: YEARS,
    atRisk: [
      [117, 90, 71, 52, 40, 22],
      [51, 30, 20, 11, 6, 2],
    ],
  },
  level: 0.95,
};

export const STATES: StatesFigure = {
  kind: 'states',
  id: 'states',
  title: 'Illness and death after liver resection',
  alt: 'Shares of the patients alive without recurrence, alive after it, and dead.',
  xLabel: 'Months since liver resection',
  yLabel: 'Share of patients',
  time: YEARS,
  states: [
    { label: 'Alive without recurrence', share: [1, 0.7, 0.5, 0.42, 0.4, 0.38] },
    { label: 'Alive after recurrence', share: [0, 0.22, 0.3, 0.28, 0.2, 0.15] },
    { label: 'Dead', share: [0, 0.08, 0.2, 0.3, 0.4, 0.47] },
  ],
  riskTable: {
    times: YEARS,
    atRisk: [
      [197, 130, 90, 70, 50, 20],
      [0, 40, 55, 40, 30, 11],
      [0, 15, 40, 59, 79, 90],
    ],
  },
};

export const CALIBRATION: CalibrationFigure = {
  kind: 'calibration',
  id: 'calibration',
  title: 'Calibration of the risk of death at 60 months',
  alt: 'Predicted against observed risk in five groups.',
  xLabel: 'Predicted risk at 60 months',
  yLabel: 'Observed risk',
  most: 0.8,
  points: [
    { predicted: 0.15, observed: 0.12, low: 0.05, high: 0.27 },
    { predicted: 0.28, observed: 0.33, low: 0.2, high: 0.49 },
    { predicted: 0.36, observed: 0.38, low: 0.25, high: 0.55 },
    { predicted: 0.45, observed: 0.41, low: 0.28, high: 0.61 },
    { predicted: 0.62, observed: 0.7, low: 0.52, high: 0.95 },
  ],
  distribution: [0, 3, 12, 30, 41, 38, 20, 14, 9, 4, 1, 0, 0, 2],
  corner: ['Slope 1.00, corrected 0.87', 'Concordance 0.62, corrected 0.59'],
};

const THRESHOLDS = Array.from({ length: 12 }, (_, i) => 0.05 * (i + 1));

export const DECISION: LinesFigure = {
  kind: 'lines',
  id: 'decision-curve',
  title: 'Decision curve of death at 60 months',
  alt: 'Net benefit of the model, of treating all and of treating none.',
  xLabel: 'Threshold of risk',
  yLabel: 'Net benefit',
  xFormat: 'share',
  yFormat: 'number',
  lines: [
    { label: 'The model', x: THRESHOLDS, y: THRESHOLDS.map((t) => 0.36 - t * 0.6) },
    { label: 'Treat all', x: THRESHOLDS, y: THRESHOLDS.map((t) => 0.37 - (0.63 * t) / (1 - t)) },
    { label: 'Treat none', x: THRESHOLDS, y: THRESHOLDS.map(() => 0) },
  ],
  from: -0.05,
  to: 0.4,
  reference: null,
};

export const ACCURACY: LinesFigure = {
  ...DECISION,
  id: 'accuracy',
  title: 'Accuracy in time',
  yLabel: 'Area under the curve',
  xFormat: 'number',
  lines: [
    {
      label: 'The model',
      x: YEARS,
      y: [null, 0.7, 0.68, null, 0.66, null],
      low: [null, 0.6, 0.58, null, 0.5, null],
      high: [null, 0.8, 0.78, null, 0.82, null],
    },
  ],
  from: 0.4,
  to: 1,
  reference: 0.5,
};

/** A meta-analysis: squares by weight, the pooled diamond, and an interval without a mark. */
export const POOLED: ForestFigure = {
  kind: 'forest',
  id: 'forest',
  title: 'BCG vaccine against tuberculosis',
  alt: 'Forest plot of four trials and their pooled effect.',
  xLabel: 'Risk ratio (logarithmic axis)',
  rows: [
    {
      label: 'Aronson 1948',
      n: '5.1%',
      estimate: 0.41,
      low: 0.13,
      high: 1.26,
      text: '0.41 (0.13 to 1.26)',
      weight: 5.1,
    },
    {
      label: 'Ferguson 1949',
      n: '6.4%',
      estimate: 0.2,
      low: 0.09,
      high: 0.49,
      text: '0.20 (0.09 to 0.49)',
      weight: 6.4,
    },
    {
      label: 'Madras 1980',
      n: '60.3%',
      estimate: 1.01,
      low: 0.89,
      high: 1.14,
      text: '1.01 (0.89 to 1.14)',
      weight: 60.3,
    },
    { label: 'Pooled', n: '', estimate: 0.49, low: 0.34, high: 0.7, text: '0.49 (0.34 to 0.70)', mark: 'diamond' },
    { label: 'A new study', n: '', estimate: 0.49, low: 0.15, high: 1.55, text: '0.15 to 1.55', mark: 'none' },
  ],
};

/** Differences, on a plain axis. */
export const DIFFERENCES: ForestFigure = {
  ...POOLED,
  xLabel: 'Mean difference, months',
  scale: 'linear',
  rows: [
    { label: 'A', n: '40%', estimate: -120, low: -300, high: 20, text: '-120 (-300 to 20)', weight: 40 },
    { label: 'B', n: '60%', estimate: 40, low: -10, high: 90, text: '40 (-10 to 90)', weight: 60 },
    { label: 'Pooled', n: '', estimate: -10, low: -60, high: 40, text: '-10 (-60 to 40)', mark: 'diamond' },
  ],
};
