import { readFileSync } from 'node:fs';
import { DEMO_COHORTS } from '../../demo/cohorts.ts';
import { syntheticCohort } from '../../demo/crlm-synthetic/cohort.ts';

/** Values that the tests plant where a careless line of a log would repeat them. */
export const CANARIES = {
  name: 'Quartermaine',
  born: '1931-07-19',
  cea: '123456789',
  identifier: 'ZQ-7741',
  specimen: 'ZQS-0093',
  file: 'zebedee',
} as const;

/** Every identifier of a patient or specimen in the demo's clinical files. */
function identifiers(): ReadonlySet<string> {
  const found = DEMO_COHORTS.flatMap(({ files }) =>
    files
      .filter(({ key }) => key.startsWith('clinical'))
      .flatMap(({ path }) => readFileSync(path, 'utf8').match(/\bTCGA-[A-Z0-9-]{8,}|\bCRLM-CT-\d+/g) ?? []),
  );
  const { clinical } = syntheticCohort({ seed: 1, patients: 286, clean: false }).tables;
  return new Set([...found, ...clinical.map((row) => row['patient_id']!), ...Object.values(CANARIES)]);
}

/** The lines of a log that hold an identifier or a planted value; each with what it holds. */
export function leaksIn(log: string): readonly string[] {
  const known = identifiers();
  const shapes = /\bTCGA-[A-Z0-9-]{8,}|\bCRLM-CT-\d+|\bSYN-\d{4}/;
  const planted = Object.values(CANARIES);
  return log.split('\n').flatMap((line) => {
    const held = planted.find((value) => line.includes(value)) ?? shapes.exec(line)?.[0];
    return held !== undefined && known.has(held) ? [`${held}: ${line.slice(0, 300)}`] : [];
  });
}
