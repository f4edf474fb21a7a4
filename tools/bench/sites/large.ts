import { advanceStudy, approveStudy, proposeStudy, type SiteCohort, studyResult } from '../../../lib/sharing/index.ts';
import { protocolOf } from '../../sites/protocol.ts';
import { coxTogether, distanceFrom, rowsTogether } from '../../sites/together.ts';
import { worldOf } from '../../sites/world.ts';
import { MADE_CODEBOOK, madeCohort } from './made.ts';

/** A Cox model over large sites beside the same rows in one place; seconds of processor time. */
export interface LargeBench {
  readonly sites: number;
  readonly patients: number;
  readonly events: number;
  /** A site's: taking and judging its set and signing, then each step of its rounds; of the busiest site. */
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
/** The one place is measured so often: the first run compiles. */
const RUNS = 5;

async function secondsOf(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Carries a study of two rounds through, open, over three sites of `patients` each. Throws RangeError where it comes to no result. */
export async function benchLarge(patients: number, told: (says: string) => void): Promise<LargeBench> {
  const world = worldOf(SITES);
  told('drawing the patients');
  const cohorts = new Map(SITES.map((site, i): [string, SiteCohort] => [site, madeCohort(site, 100 + i, patients)]));
  const protocol = protocolOf({
    title: 'A large study',
    codebook: MADE_CODEBOOK,
    analyses: [
      { id: 'cox', method: 'cox/1', mode: 'open', endpoint: 'os', covariates: COVARIATES, ties: 'efron', rounds: 2 },
    ],
    sites: SITES.map((site) => ({ site, fingerprint: world.ports[site]!.card.fingerprint })),
  });
  told('the study');
  const study = await proposeStudy(protocol, MADE_CODEBOOK, world.ports[SITES[0]!]!);
  const approvals: number[] = [];
  for (const site of SITES)
    approvals.push(await secondsOf(() => approveStudy(study, cohorts.get(site)!, world.ports[site]!)));
  const rows = rowsTogether(
    SITES.map((site) => world.ports[site]!.records.sets.get(study)!.rows),
    'os',
    COVARIATES,
  );
  const steps = new Map<string, number[]>(SITES.map((site) => [site, []]));
  for (let moved = true; moved; ) {
    moved = false;
    for (const site of SITES) {
      const before = world.exchange.files.size;
      const seconds = await secondsOf(() => advanceStudy(study, world.ports[site]!));
      if (world.exchange.files.size === before) continue;
      steps.get(site)!.push(seconds);
      moved = true;
    }
  }
  told('the same rows in one place');
  const alone: number[] = [];
  for (let run = 0; run < RUNS; run++) alone.push(await secondsOf(() => coxTogether(rows)));
  const result = await studyResult(study, world.ports[SITES[0]!]!);
  if (!result) throw new RangeError('a study of large sites came to no result');
  const sent = [...world.exchange.files.values()].filter(({ site }) => site === SITES[1]);
  return {
    sites: SITES.length,
    patients,
    events: rows.event.reduce((sum, each) => sum + each, 0),
    approval: Math.max(...approvals),
    rounds: [...steps.values()].sort((a, b) => total(b) - total(a))[0]!,
    all: total([...steps.values()].flat()),
    onePlace: median(alone),
    bytes: total(sent.map(({ jws }) => jws.length)),
    distance: distanceFrom(coxTogether(rows), result.numbers['cox.beta'] as number[]),
    step: result.numbers['cox.step'] as number,
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
