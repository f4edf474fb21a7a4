import { advanceStudy, approveStudy, proposeStudy, type SiteCohort, studyResult } from '../../../lib/sharing/index.ts';
import type { CoxRows } from '../../../lib/stats/index.ts';
import { protocolOf } from '../../sites/protocol.ts';
import { coxTogether, distanceFrom, rowsTogether } from '../../sites/together.ts';
import { type World, worldOf } from '../../sites/world.ts';
import { MADE_CODEBOOK, madeCohort } from './made.ts';

/** A Cox model over large sites beside the same rows in one place; seconds of processor time. */
export interface LargeBench {
  readonly sites: number;
  readonly patients: number;
  readonly events: number;
  /** A site's: taking and judging its set and signing, then each time that it put documents (the last site of a round answers the next one too); of the busiest site. */
  readonly approval: number;
  readonly rounds: readonly number[];
  /** The rounds of all sites together. */
  readonly all: number;
  readonly onePlace: number;
  /** What one site sent, in bytes. */
  readonly bytes: number;
  /** How far the study is from all rows in one place, and the Newton step that it tells itself; standard errors. */
  readonly distance: number;
  readonly step: number;
}

const SITES = ['centre', 'north', 'south'];
const COVARIATES = ['female', 'age', 'marker'];
const RUNS = 5;

async function secondsOf(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Studies of two rounds, open, over three sites of `patients` each, in turn with the same rows in one place; medians. Throws RangeError where one comes to no result. */
export async function benchLarge(patients: number, told: (says: string) => void): Promise<LargeBench> {
  told('drawing the patients');
  const cohorts = new Map(SITES.map((site, i): [string, SiteCohort] => [site, madeCohort(site, 100 + i, patients)]));
  const studies: Measured[] = [];
  const alone: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    told(`study ${run + 1} of ${RUNS}, then the same rows in one place`);
    const measured = await measure(cohorts);
    studies.push(measured);
    alone.push(await secondsOf(() => coxTogether(measured.rows)));
  }
  const [{ rows, bytes, beta, step }] = studies as [Measured];
  const stepCount = Math.min(...studies.map(({ rounds }) => rounds.length));
  return {
    sites: SITES.length,
    patients,
    events: rows.event.reduce((sum, each) => sum + each, 0),
    approval: median(studies.map(({ approval }) => approval)),
    rounds: Array.from({ length: stepCount }, (_, r) => median(studies.map(({ rounds }) => rounds[r]!))),
    all: median(studies.map(({ all }) => all)),
    onePlace: median(alone),
    bytes,
    distance: distanceFrom(coxTogether(rows), beta),
    step,
  };
}

/** A study as it was measured; of the site that took longest. */
interface Measured extends Pick<LargeBench, 'approval' | 'rounds' | 'all' | 'bytes' | 'step'> {
  readonly rows: CoxRows;
  readonly beta: readonly number[];
}

async function measure(cohorts: ReadonlyMap<string, SiteCohort>): Promise<Measured> {
  const world = worldOf(SITES);
  const protocol = protocolOf({
    title: 'A large study',
    codebook: MADE_CODEBOOK,
    analyses: [
      { id: 'cox', method: 'cox/1', mode: 'open', endpoint: 'os', covariates: COVARIATES, ties: 'efron', rounds: 2 },
    ],
    sites: SITES.map((site) => ({ site, fingerprint: world.ports[site]!.card.fingerprint })),
  });
  const study = await proposeStudy(protocol, MADE_CODEBOOK, world.ports[SITES[0]!]!);
  const approvals: number[] = [];
  for (const site of SITES)
    approvals.push(await secondsOf(() => approveStudy(study, cohorts.get(site)!, world.ports[site]!)));
  const sets = SITES.map((site) => world.ports[site]!.records.sets.get(study)!.rows);
  const steps = await stepsOf(world, study);
  const result = await studyResult(study, world.ports[SITES[0]!]!);
  if (!result) throw new RangeError('a study of large sites came to no result');
  const sent = [...world.exchange.files.values()].filter(({ site }) => site === SITES[1]);
  return {
    approval: Math.max(...approvals),
    rounds: steps.toSorted((a, b) => total(b) - total(a))[0]!,
    all: total(steps.flat()),
    bytes: total(sent.map(({ jws }) => jws.length)),
    step: result.numbers['cox.step'] as number,
    rows: rowsTogether(sets, 'os', COVARIATES),
    beta: result.numbers['cox.beta'] as number[],
  };
}

/** Lets sites work in turn, and measures each time that one put something. */
async function stepsOf(world: World, study: string): Promise<number[][]> {
  const steps: number[][] = SITES.map(() => []);
  for (let moved = true; moved; ) {
    moved = false;
    for (const [s, site] of SITES.entries()) {
      const before = world.exchange.files.size;
      const seconds = await secondsOf(() => advanceStudy(study, world.ports[site]!));
      if (world.exchange.files.size === before) continue;
      steps[s]!.push(seconds);
      moved = true;
    }
  }
  return steps;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
