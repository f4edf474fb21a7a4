import { type SiteCohort, type StudyAnalysis, studyRecord } from '../../../lib/sharing/index.ts';
import { protocolOf } from '../../sites/protocol.ts';
import { cohortOfTables, SYNTHETIC_CODEBOOK, SYNTHETIC_SITES, syntheticTables } from '../../sites/synthetic.ts';
import { conduct, type World, worldOf } from '../../sites/world.ts';

/** What a method sends: of the site that sends most. */
export interface MethodRow {
  readonly method: string;
  readonly mode: string;
  /** Bytes of the answer in each round, its signature among them. */
  readonly answers: readonly number[];
  /** All that the site wrote of the study: approval, answers, attestation. */
  readonly bytes: number;
}

/** Bytes of the documents that every study has. */
export interface FoundingRow {
  readonly document: string;
  readonly bytes: number;
}

const model = { covariates: ['ras', 'right', 'age'], rounds: 2 };
const grid = { unit: 'months' as const, width: 1, last: 60 };

const METHODS: readonly StudyAnalysis[] = (['open', 'masked'] as const).flatMap((mode): StudyAnalysis[] => [
  { ...model, rounds: mode === 'open' ? 2 : 4, id: 'cox', method: 'cox/1', mode, endpoint: 'os', ties: 'efron' },
  {
    ...model,
    rounds: mode === 'open' ? 2 : 4,
    id: 'with-concordance',
    method: 'cox/1',
    mode,
    endpoint: 'os',
    ties: 'efron',
    concordance: true,
  },
  { ...model, rounds: mode === 'open' ? 2 : 4, id: 'finegray', method: 'fine-gray/1', mode, endpoint: 'progression' },
  { ...model, rounds: mode === 'open' ? 2 : 4, id: 'logistic', method: 'logistic/1', mode, outcome: 'converted' },
  { id: 'logrank', method: 'log-rank/1', mode, endpoint: 'os', group: 'ras' },
  { id: 'mh', method: 'mantel-haenszel/1', mode, outcome: 'converted', exposure: 'ras' },
  { id: 'km', method: 'kaplan-meier/1', mode, endpoint: 'os', group: 'ras', grid, at: [12, 36] },
  { id: 'genes', method: 'gene-scores/1', mode, endpoint: 'os', genes: ['TP53', 'APC', 'SMAD4', 'PIK3CA', 'FBXW7'] },
  ...(mode === 'open'
    ? [
        {
          id: 'table1',
          method: 'table-one/1' as const,
          mode,
          by: 'ras',
          variables: ['age', 'right', 'ecog'],
          histogram: { age: { from: 20, width: 5, to: 100 } },
        },
      ]
    : []),
]);

/** Carries a study of each method and mode over the demo's three sites through, and tells what crossed. Throws RangeError where one came to no result. */
export async function benchMethods(): Promise<{ readonly rows: MethodRow[]; readonly founding: FoundingRow[] }> {
  const cohorts = Object.fromEntries(
    SYNTHETIC_SITES.map((site): [string, SiteCohort] => [site.site, cohortOfTables(site, syntheticTables(site))]),
  );
  const rows: MethodRow[] = [];
  let founding: FoundingRow[] = [];
  for (const analysis of METHODS) {
    const world = worldOf(SYNTHETIC_SITES.map(({ site }) => site));
    const protocol = protocolOf({
      title: 'RAS, side and age',
      codebook: SYNTHETIC_CODEBOOK,
      analyses: [analysis],
      sites: SYNTHETIC_SITES.map(({ site }) => ({ site, fingerprint: world.ports[site]!.card.fingerprint })),
    });
    const study = await conduct(world, protocol, SYNTHETIC_CODEBOOK, cohorts);
    const record = await studyRecord(study, world.ports['north']!);
    if (record?.attestations.size !== SYNTHETIC_SITES.length)
      throw new RangeError(
        `${analysis.method}, ${analysis.mode}: ${record?.refusals[0]?.document.code ?? 'no result'}`,
      );
    rows.push(rowOf(analysis, world, study));
    founding = foundingOf(world, study);
  }
  return { rows, founding };
}

function filesOf({ exchange }: World, study: string, site: string): { readonly name: string; readonly jws: string }[] {
  return [...exchange.files].flatMap(([key, file]) => (key.startsWith(`${study}/${site}/`) ? [file] : []));
}

function rowOf(analysis: StudyAnalysis, world: World, study: string): MethodRow {
  const bySite = SYNTHETIC_SITES.map(({ site }) => {
    const files = filesOf(world, study, site).filter(({ name }) => !/^(protocol|codebook)/.test(name));
    const answers = files.filter(({ name }) => /^a\d/.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      answers: answers.map(({ jws }) => jws.length),
      bytes: files.reduce((sum, { jws }) => sum + jws.length, 0),
    };
  });
  const [most] = bySite.sort((a, b) => b.bytes - a.bytes);
  const method = analysis.method.replace('/1', '') + (analysis.id === 'with-concordance' ? ' with concordance' : '');
  return { method, mode: analysis.mode, ...most! };
}

function foundingOf(world: World, study: string): FoundingRow[] {
  return ['codebook', 'protocol', 'approval', 'attestation'].map((document) => ({
    document,
    bytes: Math.max(
      ...SYNTHETIC_SITES.flatMap(({ site }) => filesOf(world, study, site))
        .filter(({ name }) => name === `${document}.json`)
        .map(({ jws }) => jws.length),
    ),
  }));
}
