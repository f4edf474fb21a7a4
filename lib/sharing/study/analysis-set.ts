import { DAYS_PER_MONTH, digestOf } from '../../base/index.ts';
import { type CohortFrame, MISSING } from '../../cohort/index.ts';
import type { Codebook, Protocol } from '../documents.ts';
import type { SiteEndpoint } from '../methods/site-rows.ts';
import type { AnalysisSet } from '../ports.ts';
import { type CodebookFault, checkCriterion, codedVariable } from './coding.ts';
import { describedVariables, namedGenes, usedEndpoints, usedVariables } from './protocol.ts';

/** A cohort as a study reads it. */
export interface SiteCohort {
  /** The site's own name of it. */
  readonly name: string;
  readonly frame: CohortFrame;
  /** Opaque key of each row's patient. */
  readonly keys: readonly string[];
}

/** Who a study is about at a site, and where cohort and codebook differ; with a fault the set is not to be used. */
export interface TakenSet {
  readonly set: AnalysisSet;
  readonly faults: readonly CodebookFault[];
}

/**
 * Takes a study's set of a cohort: the eligible of whom the protocol's criteria are true and who are complete in everything that models, tests
 * and curves use. Throws SignetError `invalid-criterion`, and what the frame says of a criterion.
 */
export function analysisSetOf(cohort: SiteCohort, protocol: Protocol, codebook: Codebook): TakenSet {
  const { frame } = cohort;
  const rows = eligibleRows(frame, protocol, codebook);
  const coded = new Map(
    [...usedVariables(protocol), ...describedVariables(protocol), ...criteriaVariables(protocol, codebook)].map(
      (name) => [name, codedVariable(frame, codebook, name, rows)],
    ),
  );
  const endpoints = new Map(usedEndpoints(protocol).map((name) => [name, codedEndpoint(frame, codebook, name, rows)]));
  const used = usedVariables(protocol).map((name) => coded.get(name)!.values);
  const isComplete = (i: number): boolean =>
    used.every((values) => !Number.isNaN(values[i]!)) && [...endpoints.values()].every(({ time }) => time[i]! >= 0);
  const complete = Int32Array.from(rows.keys()).filter(isComplete);
  const patients = Array.from(complete, (i) => cohort.keys[rows[i]!]!);
  const genes = new Map(
    namedGenes(protocol).map((gene) => {
      const codes = geneCodes(frame, gene);
      return [gene, Uint8Array.from(complete, (i) => codes[rows[i]!]!)];
    }),
  );
  const set: AnalysisSet = {
    cohort: cohort.name,
    digest: digestOf({ frame: frame.digest, patients }),
    patients,
    left: rows.length - complete.length,
    rows: {
      n: complete.length,
      variables: Object.fromEntries(
        [...coded].map(([name, { values }]) => [name, Float64Array.from(complete, (i) => values[i]!)]),
      ),
      endpoints: Object.fromEntries(
        [...endpoints].map(([name, { time, cause }]) => [
          name,
          {
            time: Float64Array.from(complete, (i) => time[i]!),
            cause: Uint8Array.from(complete, (i) => cause[i]!),
          },
        ]),
      ),
      ...(genes.size > 0 && { genes }),
    },
  };
  return { set, faults: [...[...coded.values()].flatMap(({ faults }) => faults), ...endpointFaults(frame, protocol)] };
}

function eligibleRows(frame: CohortFrame, { cohort }: Protocol, codebook: Codebook): Int32Array {
  let rows = frame.eligibility().eligible;
  for (const [i, { cel }] of cohort.criteria.entries()) {
    const pointer = `/cohort/criteria/${i}/cel`;
    checkCriterion(cel, codebook, pointer);
    const holding = new Set(frame.where(cel, pointer).rows);
    rows = rows.filter((row) => holding.has(row));
  }
  return rows;
}

function criteriaVariables({ cohort }: Protocol, codebook: Codebook): string[] {
  const names = cohort.criteria.flatMap(({ cel }, i) => [
    ...checkCriterion(cel, codebook, `/cohort/criteria/${i}/cel`),
  ]);
  return [...new Set(names)];
}

function codedEndpoint(frame: CohortFrame, { endpoints }: Codebook, name: string, rows: Int32Array): SiteEndpoint {
  const nothing = { time: new Float64Array(rows.length).fill(Number.NaN), cause: new Uint8Array(rows.length) };
  if (!Object.hasOwn(frame.definition.endpoints, name)) return nothing;
  const { time, event, competing } = frame.endpoint(name, `/endpoints/${name}`);
  const scale = endpoints[name]!.unit === 'days' ? DAYS_PER_MONTH : 1;
  return {
    // whole days come back as whole days: they were divided to be months
    time: Float64Array.from(rows, (row) =>
      event[row] === MISSING ? Number.NaN : Math.round(time[row]! * scale * 1e9) / 1e9,
    ),
    cause: Uint8Array.from(rows, (row) => {
      if (event[row] === 1) return 1;
      const other = competing?.cause[row] ?? 0;
      return other > 0 ? other + 1 : 0;
    }),
  };
}

function endpointFaults(frame: CohortFrame, protocol: Protocol): CodebookFault[] {
  return usedEndpoints(protocol).flatMap((name): CodebookFault[] => {
    const pointer = `/endpoints/${name}`;
    if (!Object.hasOwn(frame.definition.endpoints, name))
      return [
        {
          pointer,
          says: `The cohort has no endpoint ${name}`,
          remedy: 'Add an endpoint of that name to the definition.',
        },
      ];
    return frame.endpoint(name, pointer).entry === undefined
      ? []
      : [
          {
            pointer,
            says: 'Its patients come under observation after time zero, which studies over sites do not offer',
            remedy: 'Add an endpoint of that name without entry to the definition.',
          },
        ];
  });
}

/** A gene by row of the frame: 1 altered, 0 looked at and not, 2 not looked at. */
export function geneCodes(frame: CohortFrame, gene: string): Uint8Array {
  const matrix = frame.genes();
  const place = matrix.symbols.indexOf(gene);
  const covered = place < 0 ? matrix.covering(gene) : matrix.covered(place);
  const altered = place < 0 ? undefined : matrix.altered(place);
  const has = (bits: Uint32Array | undefined, row: number): boolean =>
    ((bits?.[row >>> 5] ?? 0) >>> (row & 31)) % 2 === 1;
  return Uint8Array.from({ length: frame.rows }, (_, row) => (has(altered, row) ? 1 : has(covered, row) ? 0 : 2));
}
