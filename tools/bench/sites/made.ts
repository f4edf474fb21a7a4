import type { Codebook, SiteCohort } from '../../../lib/sharing/index.ts';
import { random } from '../../../lib/stats/index.ts';
import { frameOfColumns } from '../../sites/frame.ts';

/** What the made sites' studies call things. */
export const MADE_CODEBOOK: Codebook = {
  type: 'codebook/1',
  variables: {
    female: { type: 'boolean' },
    age: { type: 'number', unit: 'years', range: [18, 100], centre: 62 },
    marker: { type: 'number', range: [-20, 20], centre: 0 },
  },
  endpoints: { os: { origin: 'diagnosis', unit: 'days', event: 'death' } },
};

const DEFINITION = `title: Made rows
tables:
  - match: patients.csv
    rows: patient
    patient: patient
    columns:
      time: { type: duration, unit: days }
      event: { type: boolean, codes: { "1": true, "0": false } }
      female: { type: boolean, codes: { "1": true, "0": false } }
      age: { type: number, unit: years }
      marker: number
endpoints:
  os: { origin: diagnosis, time: time, event: event }
`;

/** A site's made patients: the older, and those with more of the marker, die sooner. The same for the same seed. */
export function madeCohort(site: string, seed: number, patients: number): SiteCohort {
  const draw = random(seed);
  const rows = Array.from({ length: patients }, (_, i) => {
    const female = draw.uniform() < 0.45 ? 1 : 0;
    const age = Math.round(40 + 45 * draw.uniform());
    const marker = Math.round(1000 * (draw.uniform() + draw.uniform() + draw.uniform() - 1.5)) / 1000;
    const hazard = Math.exp(0.03 * (age - 62) + 0.4 * marker - 0.3 * female) / 900;
    const death = Math.ceil(-Math.log(1 - draw.uniform()) / hazard);
    const seen = Math.ceil(300 + 3350 * draw.uniform());
    return { patient: `${site}${i}`, time: Math.min(death, seen), event: death <= seen ? 1 : 0, female, age, marker };
  });
  const names = ['patient', 'time', 'event', 'female', 'age', 'marker'] as const;
  const columns = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
  return { name: 'made', ...frameOfColumns(DEFINITION, columns) };
}
