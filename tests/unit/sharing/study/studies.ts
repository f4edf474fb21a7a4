import { expect } from 'vitest';
import {
  type AnswerDocument,
  approveStudy,
  type Codebook,
  DEFAULT_THRESHOLDS,
  documentDigest,
  dryRun,
  type Protocol,
  proposeStudy,
  type SiteCohort,
  type StudyAnalysis,
  studyRecord,
} from '../../../../lib/sharing/index.ts';
import { random } from '../../../../lib/stats/index.ts';
import { frameOfColumns } from '../../../../tools/sites/frame.ts';
import { settle, type World, worldOf } from '../../../../tools/sites/world.ts';

/** A patient of the made-up sites. Time in whole days. */
export interface Patient {
  readonly patient: string;
  readonly time: number;
  readonly event: 0 | 1;
  readonly female: 0 | 1;
  readonly age: number | null;
  readonly stage: 'I' | 'II' | 'III';
  readonly responded: 0 | 1;
  /** Of what the panel covers; null where the patient wasn't sequenced. */
  readonly genes: readonly string[] | null;
}

export const SITES = ['centre', 'north', 'south'] as const;
const SIZES: Readonly<Record<string, number>> = { centre: 96, north: 120, south: 70 };

/** Patients of a site, the same for the same seed: older ones, and those of stage III, die sooner. */
export function patientsOf(site: string, seed = 1, size = SIZES[site] ?? 60): Patient[] {
  const draw = random(seed * 1000 + site.length * 7 + site.charCodeAt(0));
  return Array.from({ length: size }, (_, i): Patient => {
    const age = Math.round(45 + 40 * draw.uniform());
    const female = draw.uniform() < 0.45 ? 1 : 0;
    const stage = (['I', 'II', 'III'] as const)[Math.floor(3 * draw.uniform())]!;
    const hazard = Math.exp(0.03 * (age - 62) + (stage === 'III' ? 0.6 : 0) - 0.3 * female) / 900;
    const death = Math.ceil(-Math.log(1 - draw.uniform()) / hazard);
    const seen = Math.ceil(300 + 1500 * draw.uniform());
    const responded = draw.uniform() < 1 / (1 + Math.exp(-0.8 * female + 0.02 * (age - 62))) ? 1 : 0;
    const genes = ['KRAS', 'TP53'].filter(() => draw.uniform() < 0.4);
    return {
      patient: `${site}${String(i).padStart(4, '0')}`,
      time: Math.min(death, seen),
      event: death <= seen ? 1 : 0,
      female,
      age,
      stage,
      responded,
      genes: i % 5 === 0 ? null : genes,
    };
  });
}

export const YAML = `title: Made-up site
tables:
  - match: patients.csv
    rows: patient
    patient: patient
    columns:
      time: { type: duration, unit: days }
      event: { type: boolean, codes: { "1": true, "0": false } }
      female: { type: boolean, codes: { "1": true, "0": false } }
      responded: { type: boolean, codes: { "1": true, "0": false } }
      age: { type: number, unit: years }
      stage: { codes: [I, II, III] }
endpoints:
  os: { origin: diagnosis, time: time, event: event }
`;

/** A site's cohort of these patients. */
export function cohortOf(patients: readonly Patient[], yaml = YAML): SiteCohort {
  const columns = Object.fromEntries(
    (['patient', 'time', 'event', 'female', 'age', 'stage', 'responded'] as const).map((name) => [
      name,
      patients.map((patient) => patient[name]),
    ]),
  );
  return { name: 'cohort', ...frameOfColumns(yaml, columns) };
}

export const CODEBOOK: Codebook = {
  type: 'codebook/1',
  variables: {
    female: { type: 'boolean' },
    responded: { type: 'boolean' },
    age: { type: 'number', unit: 'years', range: [18, 100], centre: 62 },
    stage: { type: 'category', levels: ['I', 'II', 'III'] },
  },
  endpoints: { os: { origin: 'diagnosis', unit: 'days', event: 'death' } },
};

export const COX: StudyAnalysis = {
  id: 'cox',
  method: 'cox/1',
  mode: 'open',
  endpoint: 'os',
  covariates: ['female', 'age'],
  ties: 'efron',
  rounds: 4,
};
export const KM: StudyAnalysis = {
  id: 'km',
  method: 'kaplan-meier/1',
  mode: 'masked',
  endpoint: 'os',
  group: 'female',
  grid: { unit: 'days', width: 30.4375, last: 1461 },
  at: [365],
};
export const TABLE: StudyAnalysis = {
  id: 'table1',
  method: 'table-one/1',
  mode: 'open',
  by: 'female',
  variables: ['age', 'stage'],
  histogram: { age: { from: 20, width: 5, to: 100 } },
};

/** A protocol over the world's sites. */
export function protocolOf(world: World, analyses: readonly StudyAnalysis[], more: Partial<Protocol> = {}): Protocol {
  return {
    type: 'protocol/1',
    title: 'Sex and age',
    proposer: 'north',
    sites: Object.keys(world.ports).map((site) => ({ site, fingerprint: world.ports[site]!.card.fingerprint })),
    codebook: documentDigest(CODEBOOK),
    cohort: { criteria: [] },
    analyses: [...analyses],
    thresholds: DEFAULT_THRESHOLDS,
    rounds: 6,
    hours: { round: 24, wait: 24 },
    expires: '2027-06-01T00:00:00Z',
    use: ['DUO:0000007'],
    duplicates: 'site of first treatment',
    ...more,
  };
}

/** Three sites with patients of their own. */
export function threeSites(seed = 1): { readonly world: World; readonly cohorts: Record<string, SiteCohort> } {
  return {
    world: worldOf(SITES),
    cohorts: Object.fromEntries(SITES.map((site) => [site, cohortOf(patientsOf(site, seed))])),
  };
}

/** Waivers of these rules. */
export const lifted = (...rules: readonly string[]): NonNullable<Protocol['waivers']> =>
  rules.map((rule) => ({ rule, says: 'to show what it is for' }));

/** Proposes by north, and has all sites approve; south from this cohort. */
export async function study(
  { world, cohorts }: ReturnType<typeof threeSites>,
  analyses: readonly StudyAnalysis[],
  south: SiteCohort = cohorts['south']!,
  more: Partial<Protocol> = {},
): Promise<string> {
  const id = await proposeStudy(protocolOf(world, analyses, more), CODEBOOK, world.ports['north']!);
  for (const site of SITES) await approveStudy(id, site === 'south' ? south : cohorts[site]!, world.ports[site]!);
  return id;
}

/** What south answers to a round. */
export async function answerOf(world: World, id: string, round = 1): Promise<AnswerDocument> {
  await settle(world, id);
  const record = (await studyRecord(id, world.ports['north']!))!;
  return record.answers.find(({ document }) => document.site === 'south' && document.round === round)!.document;
}

/** Which rule keeps south from approving. */
export async function refusedBy(
  sites: ReturnType<typeof threeSites>,
  analyses: readonly StudyAnalysis[],
  south: SiteCohort = sites.cohorts['south']!,
  more: Partial<Protocol> = {},
): Promise<string[]> {
  const { ports } = sites.world;
  const id = await proposeStudy(protocolOf(sites.world, analyses, more), CODEBOOK, ports['north']!);
  const { verdicts } = await dryRun(id, south, ports['south']!);
  await expect(approveStudy(id, south, ports['south']!)).rejects.toMatchObject({ code: 'rule-refuses' });
  return [...new Set(verdicts.filter(({ holds, waived }) => !holds && !waived).map(({ rule }) => rule))];
}
