import type { Codebook, Protocol, StudyAnalysis } from '../../lib/sharing/index.ts';
import { protocolOf } from './protocol.ts';
import { SYNTHETIC_CODEBOOK } from './synthetic.ts';

const { ras, right, age, sex, ecog, tbs } = SYNTHETIC_CODEBOOK.variables;
const { os } = SYNTHETIC_CODEBOOK.endpoints;

/** What the demo's study calls things: those of the sites' variables that it uses. */
export const DEMO_CODEBOOK: Codebook = {
  type: 'codebook/1',
  variables: { ras: ras!, right: right!, age: age!, sex: sex!, ecog: ecog!, tbs: tbs! },
  endpoints: { os: os! },
};

/** Cox open on RAS, right side and age; Kaplan-Meier by RAS behind masks; Table 1 open. */
export const DEMO_ANALYSES = {
  cox: {
    id: 'cox',
    method: 'cox/1',
    mode: 'open',
    endpoint: 'os',
    covariates: ['ras', 'right', 'age'],
    ties: 'efron',
    rounds: 2,
  },
  km: {
    id: 'km',
    method: 'kaplan-meier/1',
    mode: 'masked',
    endpoint: 'os',
    group: 'ras',
    grid: { unit: 'months', width: 1, last: 60 },
    at: [12, 24, 36],
  },
  table1: {
    id: 'table1',
    method: 'table-one/1',
    mode: 'open',
    by: 'ras',
    variables: ['age', 'right', 'sex', 'ecog', 'tbs'],
    histogram: { age: { from: 20, width: 5, to: 100 } },
  },
} as const satisfies Record<string, StudyAnalysis>;

const SECONDS = 1 / 3600;

/** How long the demo's sites wait for one another: no hospital would have so little time. */
const DEMO_HOURS = { round: 600 * SECONDS, wait: 10 * SECONDS };

/** The protocol that the first of these sites proposes. */
export function demoProtocol(
  sites: readonly { readonly site: string; readonly fingerprint: string }[],
  expires: string,
): Protocol {
  return protocolOf(
    {
      title: 'RAS, side and age in unresectable colorectal liver metastases (SYNTHETIC)',
      codebook: DEMO_CODEBOOK,
      // plain copies: what is proposed is JSON
      analyses: Object.values(DEMO_ANALYSES).map((analysis) => structuredClone(analysis) as StudyAnalysis),
      sites,
    },
    { hours: DEMO_HOURS, expires },
  );
}
