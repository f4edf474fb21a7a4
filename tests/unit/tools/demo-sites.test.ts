import { beforeAll, describe, expect, it } from 'vitest';
import { renderSvg } from '../../../lib/render/index.ts';
import {
  type Attestation,
  progressOf,
  studyDocument,
  studyRecord,
  studyResult,
  studyStatus,
} from '../../../lib/sharing/index.ts';
import { besideTogether, printBeside } from '../../../tools/sites/beside/index.ts';
import type { Numbers } from '../../../tools/sites/beside/part.ts';
import { demoRows } from '../../../tools/sites/demo-rows.ts';
import { DEMO_CODEBOOK, demoProtocol } from '../../../tools/sites/demo-study.ts';
import { disagreements } from '../../../tools/sites/outcome.ts';
import { cohortOfTables, SYNTHETIC_SITES, syntheticTables } from '../../../tools/sites/synthetic.ts';
import { conduct, worldOf } from '../../../tools/sites/world.ts';

const NAMES = SYNTHETIC_SITES.map(({ site }) => site);
const cohorts = Object.fromEntries(
  SYNTHETIC_SITES.map((site) => [site.site, cohortOfTables(site, syntheticTables(site))] as const),
);
const rows = NAMES.map((site) => demoRows(cohorts[site]!));

let numbers: Numbers;
let attestations: readonly Attestation[];
let forest: string;

beforeAll(async () => {
  const world = worldOf(NAMES);
  const sites = NAMES.map((site) => ({ site, fingerprint: world.ports[site]!.card.fingerprint }));
  const study = await conduct(world, demoProtocol(sites, '2028-01-01T00:00:00Z'), DEMO_CODEBOOK, cohorts);
  numbers = (await studyResult(study, world.ports['north']!))!.numbers;
  const record = (await studyRecord(study, world.ports['north']!))!;
  const progress = progressOf(record);
  forest = renderSvg(studyDocument(record, progress, studyStatus(record, progress, world.now)), 'cox-forest');
  attestations = [...record.attestations.values()].map(({ document }) => document);
}, 60_000);

const faultsOf = (of: Numbers, sites = rows): string[] => besideTogether(of, sites).flatMap(({ faults }) => faults);

describe("The demo's study beside all rows in one place", () => {
  it('matches in every part, and tells the distance and what was withheld', () => {
    expect(faultsOf(numbers)).toEqual([]);
    const printed = besideTogether(numbers, rows).map(printBeside).join('\n');
    expect(printed).toMatch(/286 patients, 242 deaths/);
    expect(printed).toMatch(/true distance from all rows: \d\.\de-4 SE/);
    expect(printed).toMatch(/right, ras: no +no withheld, yes withheld +no 129, yes 35/);
  });

  it('differs in model, curves and table where a patient is missing among the rows', () => {
    const [north, ...others] = rows;
    const without = (values: Float64Array): Float64Array => values.slice(1);
    const fewer = {
      n: north!.n - 1,
      variables: Object.fromEntries(Object.entries(north!.variables).map(([name, all]) => [name, without(all)])),
      endpoints: { os: { time: without(north!.endpoints['os']!.time), cause: north!.endpoints['os']!.cause.slice(1) } },
    };
    for (const { title, faults } of besideTogether(numbers, [fewer, ...others]))
      expect(faults, title).not.toHaveLength(0);
  });

  it.each([
    ['cox.beta', 0.02],
    ['km.1.deaths', 1],
    ['table1.0.age', 1e-6],
    ['table1.1.sex', 1],
  ])('differs where %s was attested otherwise', (name, by) => {
    const altered = (numbers[name] as number[]).map((value) => value + by);
    expect(faultsOf({ ...numbers, [name]: altered })).not.toHaveLength(0);
  });
});

describe("The demo's forest plot", () => {
  it('is the one in the README', async () => {
    await expect(forest).toMatchFileSnapshot('../../../docs/sites-forest.svg');
  });
});

describe('Attestations of the demo', () => {
  const carried = (of: readonly Attestation[], says = 'attested: every site came to the same numbers') => ({
    study: '',
    status: Object.fromEntries(NAMES.map((site) => [site, says])),
    attestations: of,
  });

  it('agree', () => {
    expect(disagreements(carried(attestations), NAMES)).toEqual([]);
  });

  it('are missed, and told where a site came to other numbers, to another result, or says otherwise', () => {
    expect(disagreements(carried(attestations.slice(1)), NAMES)).toEqual(['centre attests nothing']);
    const [first, second, third] = attestations;
    const beta = (second!.numbers['cox.beta'] as number[]).map((value) => value + 1e-6);
    const otherNumbers = { ...second!, numbers: { ...second!.numbers, 'cox.beta': beta } };
    expect(disagreements(carried([first!, otherNumbers, third!]), NAMES)).toEqual([
      `${second!.site} attests other numbers of cox.beta than ${first!.site}`,
    ]);
    const otherResult = { ...second!, result: '0'.repeat(64) };
    expect(disagreements(carried([first!, otherResult, third!]), NAMES)[0]).toContain('attests the result 0000');
    expect(disagreements(carried(attestations, 'contested: north came to other numbers'), NAMES)).toHaveLength(3);
  });
});
