import { readFileSync } from 'node:fs';
import { ANALYSES, answerAsked } from '../../../../lib/analyses/index.ts';
import { type ResultDocument, resultId, seal } from '../../../../lib/result/index.ts';
import type { ReleaseAsk, SiteCohort } from '../../../../lib/sharing/index.ts';
import { frameOfColumns } from '../../../../tools/sites/frame.ts';

/** What R says of a site of `survival::lung`. */
interface SiteNumbers {
  readonly n: number;
  readonly events: number;
  readonly beta: readonly number[];
  readonly vcov: readonly (readonly number[])[];
}

interface Reference {
  readonly data: Readonly<Record<string, readonly (number | string | null)[]>>;
  readonly cox: { readonly per_site_efron: Readonly<Record<string, SiteNumbers>> };
  readonly logistic: { readonly per_site: Readonly<Record<string, SiteNumbers>> };
  readonly logrank: {
    readonly per_site: Readonly<
      Record<
        string,
        { readonly observed: number[]; readonly expected: number[]; readonly variance: readonly (readonly number[])[] }
      >
    >;
  };
  readonly describe: {
    readonly per_site: Readonly<
      Record<string, Readonly<Record<string, { readonly mean: number; readonly sd: number }>>>
    >;
  };
}

export const LUNG = (
  JSON.parse(readFileSync(new URL('../../../fixtures/sites/reference.json', import.meta.url), 'utf8')) as {
    readonly lung: Reference;
  }
).lung;

const TRUTH = '{ type: boolean, codes: { "1": true, "0": false } }';
const YAML = `title: Advanced lung cancer
tables:
  - match: patients.csv
    rows: patient
    patient: patient
    columns:
      time: { type: duration, unit: days }
      event: ${TRUTH}
      female: ${TRUTH}
      dead1y: ${TRUTH}
      age: { type: number, unit: years }
      ecog: { type: number }
endpoints:
  os: { origin: randomisation, time: time, event: event }
`;

/** A site's patients of `survival::lung` as its cohort: complete for institution and ECOG. */
export function lungAt(site: string): SiteCohort {
  const own = LUNG.data['site']!.flatMap((name, i) => (name === site ? [i] : []));
  const columns = Object.fromEntries(
    ['time', 'event', 'female', 'age', 'ecog', 'dead1y'].map((name) => [name, own.map((i) => LUNG.data[name]![i]!)]),
  );
  const patient = own.map((i) => `${site}${String(i).padStart(3, '0')}`);
  return { name: 'lung', ...frameOfColumns(YAML, { patient, ...columns }) };
}

/** The document of a question asked of a cohort. */
export async function resultOf(
  { frame, name }: SiteCohort,
  asked: { readonly analysis: string; readonly [name: string]: unknown },
): Promise<ResultDocument> {
  const analysis = ANALYSES.find((each) => each.name === asked.analysis)!;
  const request = analysis.request.parse(asked) as ResultDocument['request'];
  const findings = await answerAsked(analysis, frame, request, { stage: () => {}, stopped: () => {} });
  const engine = 'signet/test';
  return seal({
    schema: 'signet-result/1',
    id: resultId(frame.digest, request, engine),
    engine,
    analysis: analysis.name,
    request,
    cohort: { name, title: 'Advanced lung cancer' },
    frame: { digest: frame.digest, revision: 'in memory', patients: frame.rows },
    refused: [],
    findings: JSON.parse(JSON.stringify(findings)),
  });
}

/** How the tests share: with south, until spring. */
export const ASK: ReleaseAsk = { receiver: 'south', until: '2027-03-01T00:00:00Z', waivers: [], test: false };
