import { readFileSync } from 'node:fs';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { alteration, frameOf, pseudonym } from './read.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/conversion-by-hand/${name}`, import.meta.url), 'utf8');
}

/** The definition of the conversion study, as it is written. */
function conversionStudy(): string {
  return readFileSync(new URL('../../../demo/crlm-synthetic/cohort.yaml', import.meta.url), 'utf8');
}

const TABLES = ['treatment.csv', 'response.csv', 'surgery.csv', 'specimens.csv'];

/** Patients written by hand, one for each rule of the conversion study: see the fixture's README. */
export function byHand(change: (yaml: string) => string = (yaml) => yaml): CohortFrame {
  const { frame } = frameOf(change(conversionStudy()), {
    'clinical.xlsx': fixture('clinical.csv'),
    ...Object.fromEntries(TABLES.map((name) => [name, fixture(name)])),
    'panels/p1.json': { rows: [], facts: [{ panels: [{ id: 'P1', genes: GENES, coveredMb: 1.1 }] }] },
    'mutations.maf': {
      rows: [alteration('s-q01', 'KRAS', { protein: 'p.G12D', filter: 'PASS', alleleFraction: 0.3, depth: 100 })],
    },
  });
  return frame;
}

const GENES = ['KRAS', 'NRAS', 'BRAF'].map((symbol) => ({ symbol }));

/** Their identifiers by row of the frame; those whom validation set apart are none. */
export function identifiers(): readonly string[] {
  const ids = fixture('clinical.csv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(',')));
  return [...new Set(ids)]
    .filter((id) => !id.startsWith('a'))
    .map((id) => ({ id, key: pseudonym('patient', id) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ id }) => id);
}
