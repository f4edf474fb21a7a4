import { setTimeout as pause } from 'node:timers/promises';
import { SignetError } from '../../lib/base/index.ts';
import type { Attestation, Codebook, Protocol } from '../../lib/sharing/index.ts';
import type { Hospital } from './hospitals.ts';
import { type SeenAnswer, type SeenStudy, type SeenTrial, StudyClient } from './study-client.ts';

/** A study to carry through hospitals. */
export interface StudyToCarry {
  readonly protocol: Protocol;
  readonly codebook: Codebook;
  /** The name of the cohort at each hospital. */
  readonly cohort: string;
}

/** What is told as it goes. */
export interface CarryTelling {
  /** What it waits for. */
  waits?(says: string): void;
  proposed?(study: string, seen: SeenStudy): void;
  tried?(site: string, trial: SeenTrial): void;
  approved?(site: string): void;
  answered?(answer: SeenAnswer): void;
  attested?(site: string): void;
  /** A site is left behind, or a document refused. */
  lost?(says: string): void;
}

/** A study that was carried through. */
export interface CarriedStudy {
  readonly study: string;
  /** Where each site says that it is. */
  readonly status: Readonly<Record<string, string>>;
  readonly attestations: readonly Attestation[];
}

const LOOK_MILLISECONDS = 500;
const ENDED = new Set(['attested', 'contested', 'stopped', 'expired', 'withdrawn']);

/**
 * Carries a study through: proposed by the first hospital, tried and approved at each, answered by their workers, until every one says that it has ended. Throws
 * SignetError `study-refused` where a trial tells that it would be refused, `study-late` after `minutes`.
 */
export async function carryStudy(
  hospitals: readonly Hospital[],
  { protocol, codebook, cohort }: StudyToCarry,
  telling: CarryTelling,
  minutes = 15,
): Promise<CarriedStudy> {
  const clients = new Map(hospitals.map(({ site, visitor }) => [site, new StudyClient(visitor)]));
  const [proposer] = clients.values();
  const end = Date.now() + minutes * 60_000;
  const study = await proposer!.propose(protocol, codebook);
  telling.proposed?.(study, await proposer!.see(study));
  for (const [site, client] of clients) {
    await until(end, () => client.knows(study), `${site} to learn of the study`, telling);
    const trial = await client.try(study, cohort);
    telling.tried?.(site, trial);
    checkTrial(site, trial);
    await client.approve(study, cohort);
    telling.approved?.(site);
  }
  const follower = new Follower(proposer!, study, telling);
  const status: Record<string, string> = {};
  for (const [site, client] of clients)
    await until(
      end,
      async () => {
        await follower.look();
        const seen = await client.see(study);
        status[site] = `${seen.status}${seen.says === undefined ? '' : `: ${seen.says}`}`;
        return ENDED.has(seen.status);
      },
      `the study to end at ${site}`,
      telling,
    );
  await follower.look();
  return { study, status, attestations: await proposer!.attestations(study) };
}

async function until(end: number, isSo: () => Promise<boolean>, what: string, telling: CarryTelling): Promise<void> {
  while (!(await isSo())) {
    telling.waits?.(`waiting for ${what}`);
    if (Date.now() > end)
      throw new SignetError('study-late', `It takes too long to wait for ${what}`, {
        remedy: 'The lines of the functions, in .signet/functions.log, say why.',
      });
    await pause(LOOK_MILLISECONDS);
  }
}

function checkTrial(site: string, { faults, verdicts }: SeenTrial): void {
  const against = verdicts.find(({ holds, waived }) => !holds && !waived);
  const says = faults[0] ? `${faults[0].pointer}: ${faults[0].says}` : against && `${against.rule}: ${against.says}`;
  if (says !== undefined) throw new SignetError('study-refused', `${site} would refuse the study: ${says}`);
}

/** Looks at a study from one site, and tells what is new. */
class Follower {
  readonly #client: StudyClient;
  readonly #study: string;
  readonly #telling: CarryTelling;
  readonly #told = new Set<string>();

  constructor(client: StudyClient, study: string, telling: CarryTelling) {
    this.#client = client;
    this.#study = study;
    this.#telling = telling;
  }

  async look(): Promise<void> {
    const seen = await this.#client.see(this.#study);
    const rounds = seen.sites.flatMap(({ site, answered }) => answered.map((round) => `${site} ${round}`));
    if (rounds.some((round) => !this.#told.has(round)))
      for (const answer of await this.#client.answers(this.#study))
        this.#once(`${answer.site} ${answer.attempt}.${answer.round}`, () => this.#telling.answered?.(answer));
    for (const { site, attested, gone, refused } of seen.sites) {
      if (attested) this.#once(`${site} attested`, () => this.#telling.attested?.(site));
      if (refused) this.#once(`${site} refused`, () => this.#telling.lost?.(`${site} left: ${refused.code}`));
      if (gone !== undefined) this.#once(`${site} gone`, () => this.#telling.lost?.(`without ${site}: ${gone}`));
    }
    for (const { site, name, why } of seen.evidence)
      this.#once(`${site} ${name} ${why}`, () => this.#telling.lost?.(`${name} of ${site} was refused: ${why}`));
  }

  #once(what: string, tell: () => void): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    tell();
  }
}
