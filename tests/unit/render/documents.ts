import { ANALYSES } from '../../../lib/analyses/index.ts';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { type Findings, type ForestFigure, type ResultDocument, seal } from '../../../lib/result/index.ts';
import { crlmTcia, tcgaRead } from '../analyses/cohorts.ts';
import { frameOf, SILENT } from '../analyses/frames.ts';

type Json = ResultDocument['request'];

/** A document around findings. */
export function documentOf(
  findings: Findings,
  request: Json,
  title = 'Resected colorectal liver metastases',
): ResultDocument {
  return seal({
    schema: 'signet-result/1',
    id: '5e'.repeat(32),
    engine: 'signet 0.1.0',
    analysis: String(request['analysis']),
    request,
    cohort: { name: 'crlm-tcia', title },
    frame: { digest: 'f0'.repeat(32), revision: '01JD0000000000000000000000', patients: findings.counts.patients },
    refused: [],
    findings,
  });
}

/** What an analysis answers of a frame. */
async function answerOf(frame: CohortFrame, request: Json): Promise<ResultDocument> {
  const analysis = ANALYSES.find(({ name }) => name === request['analysis'])!;
  const asked = analysis.request.parse(request);
  return documentOf(await analysis.run(frame, asked, SILENT), asked as Json, frame.title);
}

/** Survival of the patients of a frame. */
export function survivalOf(frame: CohortFrame, request: Json): Promise<ResultDocument> {
  return answerOf(frame, { analysis: 'survival', endpoint: 'os', ...request });
}

/** Overall survival by Clinical Risk Score in 197 patients. */
export function crlmSurvival(request: Json = { by: 'crs' }): Promise<ResultDocument> {
  return survivalOf(crlmTcia(), request);
}

/** Every gene of an exome against stage in 149 patients. */
export function readScan(request: Json = { outcome: 'stage' }): Promise<ResultDocument> {
  return answerOf(tcgaRead(), { analysis: 'association-scan', ...request });
}

/** `each` patients in each of the groups named, dying in turn; the third of them censored, or all. */
export function groupedFrame(labels: readonly string[], each: number, events = true): CohortFrame {
  const rows = labels.flatMap((_, g) =>
    Array.from({ length: each }, (_, i) => ({ g, time: 1 + ((i * 7 + g * 3) % 60), i })),
  );
  return frameOf({
    time: rows.map(({ time, g }) => time + g * 2),
    event: rows.map(({ i }) => (events && i % 3 !== 0 ? 1 : 0)),
    groups: { arm: { labels, codes: rows.map(({ g }) => g) } },
  });
}

/** A forest plot of a model's terms, with what goes wrong in such: no estimate, no end, an interval beyond the axis. */
export const FOREST: ForestFigure = {
  kind: 'forest',
  id: 'forest',
  title: 'Hazard ratios of death, multivariable Cox regression',
  alt: 'Forest plot of eight hazard ratios of death. Node-positive primary 1.84 (1.21 to 2.80).',
  xLabel: 'Hazard ratio (logarithmic axis)',
  rows: [
    { label: 'Node-positive primary', n: '118/197', estimate: 1.84, low: 1.21, high: 2.8, text: '1.84 (1.21 to 2.80)' },
    {
      label: 'Disease-free interval under 12 months',
      n: '130/197',
      estimate: 1.12,
      low: 0.74,
      high: 1.69,
      text: '1.12 (0.74 to 1.69)',
    },
    {
      label: 'More than one metastasis',
      n: '97/197',
      estimate: 0.91,
      low: 0.66,
      high: 1.26,
      text: '0.91 (0.66 to 1.26)',
    },
    {
      label:
        'Largest metastasis over 5 cm, measured at the pathologist’s table where it was and on the last CT otherwise',
      n: '51/197',
      estimate: 1.47,
      low: 1.02,
      high: 2.11,
      text: '1.47 (1.02 to 2.11)',
    },
    { label: 'CEA over 200 ng/ml', n: '9/197', estimate: 2.9, low: 0.35, high: 96, text: '2.90 (0.35 to 96.0)' },
    { label: 'BRAF V600E', n: '4/197', estimate: null, low: null, high: null, text: 'infinite, monotone likelihood' },
    { label: 'KRAS altered', n: '80/197', estimate: 3.1, low: 1.4, high: null, text: '3.10 (1.40 to not reached)' },
    { label: 'Male', n: '110/197', estimate: 1, low: null, high: null, text: 'reference' },
  ],
};

/** Findings that hold nothing but figures. */
export function figuresOnly(figures: Findings['figures']): ResultDocument {
  return documentOf(
    {
      title: 'Figures',
      method: [],
      citations: [],
      counts: { patients: 197, used: 197, events: null, excluded: [] },
      assumptions: [],
      warnings: [],
      tables: [],
      figures,
    },
    { analysis: 'none' },
  );
}
