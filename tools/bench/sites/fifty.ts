import {
  advanceStudy,
  approveStudy,
  progressOf,
  proposeStudy,
  type StudyAnalysis,
  studyRecord,
  studyResult,
  studyStatus,
} from '../../../lib/sharing/index.ts';
import { protocolOf } from '../../sites/protocol.ts';
import { coxTogether, distanceFrom, rowsTogether } from '../../sites/together.ts';
import { type World, worldOf } from '../../sites/world.ts';
import { MADE_CODEBOOK, madeCohort } from './made.ts';

/** A study of many sites, one slow and one gone. */
export interface FiftyBench {
  readonly sites: number;
  /** What it came to, in a word. */
  readonly status: string;
  readonly attempts: number;
  readonly rounds: number;
  /** Documents of all sites, and bytes: of all, and of the site that sent most. */
  readonly documents: number;
  readonly bytes: number;
  readonly most: number;
  /** Hours of the study's own clock from the last approval until each round was complete, and until all had attested. */
  readonly hours: readonly { readonly what: string; readonly at: number }[];
  /** Seconds of processor time from the first round on: all sites, and a site each. */
  readonly processor: number;
  readonly perSite: number;
  /** From all rows of those who stayed, in standard errors. */
  readonly distance: number;
}

const COUNT = 50;
const PATIENTS = 80;
const COVARIATES = ['female', 'age'];
const HOUR = 3_600_000;
/** The slow site's worker comes so often; a round is closed after 24 hours. */
const SLOW_HOURS = 20;
const LONGEST_HOURS = 14 * 24;

const ANALYSES: readonly StudyAnalysis[] = [
  { id: 'cox', method: 'cox/1', mode: 'open', endpoint: 'os', covariates: COVARIATES, ties: 'efron', rounds: 2 },
  {
    id: 'km',
    method: 'kaplan-meier/1',
    mode: 'masked',
    endpoint: 'os',
    group: 'female',
    grid: { unit: 'days', width: 30.4375, last: 1826 },
    at: [365, 1096],
  },
  { id: 'table1', method: 'table-one/1', mode: 'open', by: 'female', variables: ['age', 'marker'], histogram: {} },
];

/** Sites' workers: each comes whenever a document does, but the slow one, who comes by the hour, and the one who is gone. */
class Sites {
  readonly #world: World;
  readonly #study: string;
  readonly #slow: string;
  readonly #prompt: readonly string[];
  readonly #began: number;

  constructor(world: World, study: string, slow: string, gone: string) {
    this.#world = world;
    this.#study = study;
    this.#slow = slow;
    this.#prompt = Object.keys(world.ports).filter((site) => site !== slow && site !== gone);
    this.#began = world.now;
  }

  get hours(): number {
    return (this.#world.now - this.#began) / HOUR;
  }

  /** Lets who is there work until only time can help; answers when that will be. */
  async work(): Promise<number> {
    let until = Number.POSITIVE_INFINITY;
    for (let moved = true; moved; ) {
      moved = false;
      until = Number.POSITIVE_INFINITY;
      const isTurn = this.hours % SLOW_HOURS === 0;
      for (const site of isTurn ? [...this.#prompt, this.#slow] : this.#prompt) {
        const { step, did } = await advanceStudy(this.#study, this.#world.ports[site]!);
        moved ||= did.length > 0;
        if (step.do === 'wait' && step.until !== undefined) until = Math.min(until, step.until);
      }
    }
    return until;
  }

  /** Moves the clock to the slow site's next turn, or to when somebody waits until. */
  wait(until: number): void {
    const turn = this.#began + (Math.floor(this.hours / SLOW_HOURS) + 1) * SLOW_HOURS * HOUR;
    // a deadline is over once it has passed
    this.#world.now = Math.min(turn, Math.max(until, this.#world.now) + 1000);
  }
}

/** Simulates it on a clock of its own. Throws RangeError where it comes to no result. */
export async function benchFifty(told: (says: string) => void): Promise<FiftyBench> {
  const names = Array.from({ length: COUNT }, (_, i) => `site-${String(i + 1).padStart(2, '0')}`);
  const [first, slow, gone] = [names[0]!, names[1]!, names[2]!];
  const world = worldOf(names);
  const protocol = protocolOf({
    title: 'Fifty sites',
    codebook: MADE_CODEBOOK,
    analyses: ANALYSES,
    sites: names.map((site) => ({ site, fingerprint: world.ports[site]!.card.fingerprint })),
  });
  const study = await proposeStudy(protocol, MADE_CODEBOOK, world.ports[first]!);
  for (const [i, site] of names.entries()) {
    told(`approval ${i + 1} of ${COUNT}`);
    await approveStudy(study, madeCohort(site, 500 + i, PATIENTS), world.ports[site]!);
  }
  const sets = new Map(names.map((site) => [site, world.ports[site]!.records.sets.get(study)!.rows]));
  const began = process.cpuUsage();
  const sites = new Sites(world, study, slow, gone);
  const hours: { what: string; at: number }[] = [];
  const status = await untilAttested(sites, study, world, hours, told);
  const { user, system } = process.cpuUsage(began);
  const record = (await studyRecord(study, world.ports[first]!))!;
  const progress = progressOf(record);
  const result = (await studyResult(study, world.ports[first]!))!;
  const files = [...world.exchange.files.values()];
  const sizes = names.map((name) => sum(files.filter(({ site }) => site === name).map(({ jws }) => jws.length)));
  const rows = rowsTogether(
    progress.sites.map((site) => sets.get(site)!),
    'os',
    COVARIATES,
  );
  const answered = record.answers.map(({ document }) => document);
  return {
    sites: COUNT,
    status,
    attempts: Math.max(...answered.map(({ attempt }) => attempt)),
    rounds: new Set(answered.map(({ attempt, round }) => `${attempt}/${round}`)).size,
    documents: files.length,
    bytes: sum(sizes),
    most: Math.max(...sizes),
    hours,
    processor: (user + system) / 1e6,
    perSite: (user + system) / 1e6 / COUNT,
    distance: distanceFrom(coxTogether(rows), result.numbers['cox.beta'] as number[]),
  };
}

/** Lets time pass until every site that stayed has attested, and notes what was seen when. */
async function untilAttested(
  sites: Sites,
  study: string,
  world: World,
  hours: { what: string; at: number }[],
  told: (says: string) => void,
): Promise<string> {
  const [first] = Object.values(world.ports);
  for (;;) {
    const until = await sites.work();
    const record = (await studyRecord(study, first!))!;
    const { status, says } = studyStatus(record, progressOf(record), world.now);
    const what = `${status}: ${says}`;
    told(`${sites.hours.toFixed(1)} h, ${what}`);
    if (hours.at(-1)?.what !== what) hours.push({ what, at: sites.hours });
    if (status === 'attested') return what;
    if (status === 'stopped' || sites.hours > LONGEST_HOURS)
      throw new RangeError(`fifty sites came to no result: ${what}`);
    sites.wait(until);
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
