import { setTimeout as pause } from 'node:timers/promises';
import type { Codebook, StudyAnalysis } from '../../lib/sharing/index.ts';
import type { Hospital } from '../../tools/sites/hospitals.ts';

const DEFINITION = `title: Metastases
tables:
  - match: "patients.csv"
    rows: patient
    patient: id
    columns:
      ras: { type: boolean }
      right: { type: boolean }
      age: { type: number, unit: years, range: [18, 100] }
      os_time: { from: months, type: duration, unit: months }
      died: { type: boolean }
endpoints:
  os: { origin: start of treatment, time: os_time, event: died }
`;

/** Patients of a site, of a generator of its own: who has RAS altered dies sooner. */
export function patientsOf(seed: number, count: number): string {
  let state = seed * 7919 + 17;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const rows = Array.from({ length: count }, (_, i) => {
    const [ras, right, age] = [next() < 0.45, next() < 0.3, Math.round(40 + 40 * next())];
    const dies = -Math.log(next()) * 30 * Math.exp(-0.5 * Number(ras) - 0.4 * Number(right));
    const ends = 6 + 54 * next();
    return [`P${seed}-${i}`, +ras, +right, age, Math.min(dies, ends).toFixed(2), +(dies <= ends)].join(',');
  });
  return ['id,ras,right,age,months,died', ...rows].join('\n');
}

export const CODEBOOK: Codebook = {
  type: 'codebook/1',
  variables: {
    ras: { type: 'boolean' },
    right: { type: 'boolean' },
    age: { type: 'number', unit: 'years', range: [18, 100], centre: 60 },
  },
  endpoints: { os: { origin: 'start of treatment', unit: 'months', event: 'death' } },
};

export const COX: StudyAnalysis = {
  id: 'cox',
  method: 'cox/1',
  mode: 'open',
  endpoint: 'os',
  covariates: ['ras', 'right', 'age'],
  ties: 'efron',
  rounds: 2,
};
export const KM: StudyAnalysis = {
  id: 'km',
  method: 'kaplan-meier/1',
  mode: 'masked',
  endpoint: 'os',
  group: 'ras',
  grid: { unit: 'months', width: 1, last: 48 },
  at: [12, 24],
};
export const TABLE: StudyAnalysis = {
  id: 'table1',
  method: 'table-one/1',
  mode: 'open',
  by: 'ras',
  variables: ['age', 'right'],
  histogram: { age: { from: 20, width: 10, to: 100 } },
};

/** Puts a hospital's cohort `livers`, the same for the same seed, and waits until it answers. */
export async function giveLivers({ visitor }: Hospital, seed: number, patients: number): Promise<void> {
  await visitor.put('livers', 'cohort.yaml', DEFINITION, 'application/yaml');
  await visitor.put('livers', 'patients.csv', patientsOf(seed, patients), 'text/csv');
  await until(async () => (await visitor.cohort('livers'))?.patients === patients);
}

/** Waits until it is so. */
export async function until(isSo: () => Promise<boolean>, seconds = 90): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s`);
    await pause(250);
  }
}

/** What was answered. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly json: any;
}

/** What the API says to somebody of a hospital who is steward, analyst and viewer. */
export async function askAt(
  { visitor }: Hospital,
  path: string,
  body?: object,
  accept = 'application/json',
): Promise<Answered> {
  const response = await visitor.ask(path, {
    headers: { accept },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}
