import * as z from 'zod';
import { FlowFigure } from './flow-figure.ts';
import { OncoprintFigure, PairsFigure } from './gene-figures.ts';
import { ModelContent } from './model-document.ts';
import { NomogramFigure } from './nomogram-figure.ts';

/** A cell of a table: JSON has no NaN or infinity, so what isn't a number is null and a column named by `why` says the reason. */
export const Cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;

/**
 * How a column is read: `low` and `high` name the keys of its interval, `why` the key that says why it is absent (`not reached`, `monotone`).
 * Rows may hold further keys that no column shows (CSV writes them all).
 */
export const ResultColumn = z.strictObject({
  key: z.string(),
  label: z.string(),
  format: z.enum(['text', 'count', 'number', 'share', 'ratio', 'p']),
  unit: z.string().optional(),
  low: z.string().optional(),
  high: z.string().optional(),
  why: z.string().optional(),
});
export type ResultColumn = z.infer<typeof ResultColumn>;

export const ResultTable = z.strictObject({
  id: z.string(),
  title: z.string(),
  columns: z.array(ResultColumn),
  rows: z.array(z.record(z.string(), Cell)),
  notes: z.array(z.string()),
});
export type ResultTable = z.infer<typeof ResultTable>;

const RiskTable = z.strictObject({ times: z.array(z.number()), atRisk: z.array(z.array(z.int())) });

/** Step curves with their risk table, as journals print them. All times in the axis's unit. */
export const KaplanMeierFigure = z.strictObject({
  kind: z.literal('kaplan-meier'),
  /** Of a life table, whose values are known at the edges of its intervals: straight lines between them, and no steps. */
  between: z.literal('lines').optional(),
  id: z.string(),
  title: z.string(),
  /** Text for who cannot see it. */
  alt: z.string(),
  xLabel: z.string(),
  yLabel: z.string(),
  curves: z.array(
    z.strictObject({
      label: z.string(),
      n: z.int(),
      events: z.int(),
      /** Survival just after each time; starts at time 0 with 1. Limits are null where undefined. */
      time: z.array(z.number()),
      survival: z.array(z.number()),
      lower: z.array(z.number().nullable()),
      upper: z.array(z.number().nullable()),
      censored: z.array(z.number()),
      /** Null where not reached. */
      median: z.number().nullable(),
      medianLow: z.number().nullable(),
      medianHigh: z.number().nullable(),
    }),
  ),
  riskTable: RiskTable,
  /** Of the medians' intervals and the bands. */
  level: z.number(),
  /** What the medians are counted in. */
  unit: z.string(),
  /** Lines printed in a corner below the curves' names and medians: log-rank p, hazard ratio. */
  corner: z.array(z.string()),
  /** Printed across the picture: SYNTHETIC, naive. */
  stamp: z.string().optional(),
});
export type KaplanMeierFigure = z.infer<typeof KaplanMeierFigure>;

/** Effect against significance, a point a gene. */
export const VolcanoFigure = z.strictObject({
  kind: z.literal('volcano'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  xLabel: z.string(),
  yLabel: z.string(),
  points: z.array(
    z.strictObject({
      label: z.string(),
      /** log2 of the ratio; 0 where it is infinite or zero: `edge` says at which edge it is drawn. */
      x: z.number(),
      edge: z.enum(['none', 'low', 'high']),
      /** -log10 of p. */
      y: z.number(),
      adjusted: z.number(),
    }),
  ),
  /** -log10 p of the line, where any gene passes the adjusted threshold. */
  threshold: z.number().nullable(),
  /** What the line, or its absence, means. */
  thresholdLabel: z.string(),
  stamp: z.string().optional(),
});
export type VolcanoFigure = z.infer<typeof VolcanoFigure>;

/** Rising step curves in the presence of competing events, a panel a cause, with their risk table. All times in the axis's unit. */
export const IncidenceFigure = z.strictObject({
  kind: z.literal('cumulative-incidence'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  xLabel: z.string(),
  yLabel: z.string(),
  panels: z.array(
    z.strictObject({
      title: z.string(),
      curves: z.array(
        z.strictObject({
          label: z.string(),
          events: z.int(),
          /** Incidence just after each time; starts at time 0 with 0. Limits are null where undefined. */
          time: z.array(z.number()),
          incidence: z.array(z.number()),
          lower: z.array(z.number().nullable()),
          upper: z.array(z.number().nullable()),
        }),
      ),
      /** Lines printed in the panel: Gray's p. */
      corner: z.array(z.string()),
    }),
  ),
  riskTable: RiskTable,
  /** Of the bands. */
  level: z.number(),
  stamp: z.string().optional(),
});
export type IncidenceFigure = z.infer<typeof IncidenceFigure>;

/** Shares of the patients that are in each of several states, one over the other, as steps in time. */
export const StatesFigure = z.strictObject({
  kind: z.literal('states'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  xLabel: z.string(),
  yLabel: z.string(),
  /** Corners of the steps; `share` holds the share just after each. The first state lies lowest. */
  time: z.array(z.number()),
  states: z.array(z.strictObject({ label: z.string(), share: z.array(z.number()) })),
  /** Under observation in each state. */
  riskTable: RiskTable,
  stamp: z.string().optional(),
});
export type StatesFigure = z.infer<typeof StatesFigure>;

/** Risks that a model predicts against what happened, a point a group of patients of like risk, on two axes from 0 to `most`. */
export const CalibrationFigure = z.strictObject({
  kind: z.literal('calibration'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  xLabel: z.string(),
  yLabel: z.string(),
  most: z.number(),
  points: z.array(
    z.strictObject({
      predicted: z.number(),
      observed: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  /** How many patients have a risk in each of as many equal parts of the axis. */
  distribution: z.array(z.int()),
  corner: z.array(z.string()),
  stamp: z.string().optional(),
});
export type CalibrationFigure = z.infer<typeof CalibrationFigure>;

/** Lines over an axis: a decision curve, accuracy in time. A line is broken where its `y` is null. */
export const LinesFigure = z.strictObject({
  kind: z.literal('lines'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  xLabel: z.string(),
  yLabel: z.string(),
  /** How marks are printed. */
  xFormat: z.enum(['number', 'share']),
  yFormat: z.enum(['number', 'share']),
  lines: z.array(
    z.strictObject({
      label: z.string(),
      x: z.array(z.number()),
      y: z.array(z.number().nullable()),
      /** Limits of a band. */
      low: z.array(z.number().nullable()).optional(),
      high: z.array(z.number().nullable()).optional(),
    }),
  ),
  /** What is shown of the vertical axis; lines are cut off there. */
  from: z.number(),
  to: z.number(),
  /** A height to compare with. */
  reference: z.number().nullable(),
  stamp: z.string().optional(),
});
export type LinesFigure = z.infer<typeof LinesFigure>;

/** Effects with intervals, a line a row, on a logarithmic axis about 1 or a plain one about 0. */
export const ForestFigure = z.strictObject({
  kind: z.literal('forest'),
  id: z.string(),
  title: z.string(),
  alt: z.string(),
  xLabel: z.string(),
  rows: z.array(
    z.strictObject({
      label: z.string(),
      n: z.string(),
      estimate: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      text: z.string(),
      /** `square` unless said; a pooled effect is a diamond, a prediction interval or a heading for what follows has no mark. */
      mark: z.enum(['square', 'diamond', 'none']).optional(),
      /** Share of the whole that the row has: the square's area goes with it. */
      weight: z.number().optional(),
    }),
  ),
  /** `log` unless said. */
  scale: z.enum(['log', 'linear']).optional(),
  stamp: z.string().optional(),
});
export type ForestFigure = z.infer<typeof ForestFigure>;

export const Figure = z.discriminatedUnion('kind', [
  KaplanMeierFigure,
  VolcanoFigure,
  ForestFigure,
  IncidenceFigure,
  StatesFigure,
  CalibrationFigure,
  LinesFigure,
  FlowFigure,
  OncoprintFigure,
  PairsFigure,
  NomogramFigure,
]);
export type Figure = z.infer<typeof Figure>;

/** The one estimate that an analysis is asked for, where it has one: on the scale that is printed (a ratio), with its interval. */
export const PrimaryEstimate = z.strictObject({
  /** What it estimates: adjusted hazard ratio of exposure. */
  says: z.string(),
  format: z.enum(['number', 'ratio', 'share']),
  estimate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  p: z.number().nullable(),
  n: z.int(),
  events: z.int().nullable(),
  /** Why there is none. */
  why: z.string().optional(),
});
export type PrimaryEstimate = z.infer<typeof PrimaryEstimate>;

const FINDINGS = {
  title: z.string(),
  /** The method in words, a sentence each, with what was actually done. */
  method: z.array(z.string()),
  citations: z.array(z.string()),
  counts: z.strictObject({
    patients: z.int(),
    used: z.int(),
    events: z.int().nullable(),
    /** Patients left out, once each, with the columns to blame. */
    excluded: z.array(z.strictObject({ reason: z.string(), columns: z.array(z.string()), patients: z.int() })),
  }),
  primary: PrimaryEstimate.optional(),
  /** Where the analysis made a model that others can apply. */
  model: ModelContent.optional(),
  assumptions: z.array(z.strictObject({ id: z.string(), says: z.string() })),
  warnings: z.array(z.strictObject({ code: z.string(), says: z.string() })),
  tables: z.array(ResultTable),
  figures: z.array(Figure),
};

/** An analysis within a report: what was asked, and what it answered or why it could not. */
export const ReportPart = z.strictObject({
  /** The plan's name of it; a sensitivity's has the sensitivity's name before it: `S1 T3`. */
  id: z.string(),
  /** The item of the plan: `T3`. */
  item: z.string(),
  /** What differs from the plan, in its words. */
  sensitivity: z.strictObject({ id: z.string(), says: z.string() }).optional(),
  analysis: z.string(),
  request: z.record(z.string(), z.json()),
  findings: z.strictObject(FINDINGS).nullable(),
  refused: z.strictObject({ code: z.string(), says: z.string(), pointer: z.string().nullable() }).nullable(),
});
export type ReportPart = z.infer<typeof ReportPart>;

/** A reporting guideline: each item with the place in the report that answers it, or null where the authors must. */
export const Checklist = z.strictObject({
  name: z.string(),
  citation: z.string(),
  items: z.array(z.strictObject({ item: z.string(), says: z.string(), where: z.string().nullable() })),
});
export type Checklist = z.infer<typeof Checklist>;

/** What a report holds beside its own tables: the analyses of a plan, in its order. */
export const Report = z.strictObject({
  /** Digest of the plan that it followed. */
  plan: z.string(),
  /** The item of the primary analysis. */
  primary: z.string().nullable(),
  /** What the definition says of the cohort: site, approval, registration. */
  about: z.record(z.string(), z.string()),
  parts: z.array(ReportPart),
  checklists: z.array(Checklist),
});
export type Report = z.infer<typeof Report>;

/** What an analysis answers: everything of the document but its identity. */
export const Findings = z.strictObject({ ...FINDINGS, report: Report.optional() });
export type Findings = z.infer<typeof Findings>;

/**
 * A result document. `id` is the digest of what was asked of what by what (frame, request, engine); `content` is the digest of everything
 * else in the document and is checked at each read. It holds no clock and nothing of where it was made.
 */
export const ResultDocument = z.strictObject({
  schema: z.literal('signet-result/1'),
  id: z.string(),
  content: z.string(),
  engine: z.string(),
  analysis: z.string(),
  request: z.record(z.string(), z.json()),
  cohort: z.strictObject({
    name: z.string(),
    title: z.string(),
    /** Printed on every page and across every picture: SYNTHETIC. */
    stamp: z.string().optional(),
  }),
  frame: z.strictObject({ digest: z.string(), revision: z.string(), patients: z.int() }),
  /** Sources whose newest version was refused, so that an older one, or none, answers. */
  refused: z.array(
    z.strictObject({ source: z.string(), reason: z.string(), answeredFrom: z.enum(['older version', 'nothing']) }),
  ),
  /** Of a study over sites: what it rests on, that every site signed. `frame` is then the digest of the sites' sets, its revision the protocol's. */
  study: z
    .strictObject({
      protocol: z.string(),
      /** Each site's set of patients, by its digest, and her approval. */
      sites: z.array(z.strictObject({ site: z.string(), patients: z.int(), set: z.string(), approval: z.string() })),
    })
    .optional(),
  /** Of a release: who lets whom see it, under which digest, and until when. `frame` then names no cohort. */
  release: z
    .strictObject({ owner: z.string(), receiver: z.string(), digest: z.string(), until: z.string() })
    .optional(),
  findings: Findings,
});
export type ResultDocument = z.infer<typeof ResultDocument>;
