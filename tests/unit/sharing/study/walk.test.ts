import { describe, expect, it } from 'vitest';
import { isSignetError } from '../../../../lib/base/index.ts';
import {
  approveStudy,
  makeRelease,
  proposeStudy,
  type StudyAnalysis,
  smallAtoms,
} from '../../../../lib/sharing/index.ts';
import { conduct, type World } from '../../../../tools/sites/world.ts';
import { ASK, resultOf } from '../release/lung.ts';
import { CODEBOOK, COX, cohortOf, patientsOf, protocolOf, SITES, threeSites } from './studies.ts';

/*
 * A partner that asks ten thousand times in a row, each time of a few patients more or fewer: whatever it is given cannot be combined to fewer than
 * five, and from the first question on that would, nothing is given any more.
 */

const SOUTH = patientsOf('south');
const ASKED = 10_000;

/** What became of a question. */
interface Told {
  readonly asked: string;
  readonly as: 'given' | 'atoms' | 'lock' | 'other';
}

async function told(asked: string, ask: () => Promise<unknown>): Promise<Told> {
  try {
    await ask();
    return { asked, as: 'given' };
  } catch (error) {
    if (!isSignetError(error, 'rule-refuses')) throw error;
    const [rule] = error.message.split(':');
    return { asked, as: rule === 'atoms' || rule === 'lock' ? rule : 'other' };
  }
}

/** Cuts of age, ever finer, each from below and from above, of all, of women and of men. */
function* questions(): Generator<string> {
  for (let step = 16; ; step /= 2)
    for (let age = 40 + step / 2; age < 90; age += step)
      for (const also of ['', ' && female', ' && !female']) {
        yield `age > ${age}${also}`;
        yield `age <= ${age}${also}`;
      }
}

/** Lets the exchange hold no more than what is asked now: ten thousand folders are read one at a time. */
function forget(world: World, study: string): void {
  for (const key of [...world.exchange.files.keys()]) if (key.startsWith(study)) world.exchange.files.delete(key);
}

describe('Ten thousand studies and releases in a row', () => {
  it('give a partner nothing that comes to fewer than five, and close the endpoint at the first that would', async () => {
    const { world, cohorts } = threeSites();
    const south = world.ports['south']!;
    await conduct(world, protocolOf(world, [COX]), CODEBOOK, cohorts);
    const curve: StudyAnalysis = {
      id: 'km',
      method: 'kaplan-meier/1',
      mode: 'open',
      endpoint: 'os',
      grid: { unit: 'days', width: 91.3125, last: 1461 },
      at: [],
    };
    const answers: Told[] = [];
    for (const cel of questions()) {
      if (answers.length >= ASKED) break;
      // every tenth question is put as a result to be released, the others as a study
      if (answers.length % 10 === 9) {
        const result = await resultOf(cohorts['south']!, {
          analysis: 'survival',
          endpoint: 'os',
          where: cel,
        } as never).catch(() => undefined);
        const release = { ...ASK, receiver: 'north' };
        if (result)
          answers.push(await told(`release ${cel}`, () => makeRelease(result, cohorts['south']!, release, south)));
        else answers.push({ asked: `release ${cel}`, as: 'other' });
        continue;
      }
      const protocol = protocolOf(world, [curve], {
        title: `${answers.length}`,
        cohort: { criteria: [{ cel, says: cel }] },
      });
      const study = await proposeStudy(protocol, CODEBOOK, world.ports['north']!);
      answers.push(await told(cel, () => approveStudy(study, cohorts['south']!, south)));
      forget(world, study);
    }
    expect(answers).toHaveLength(ASKED);
    const refused = answers.filter(({ as }) => as === 'lock' || as === 'atoms');
    expect(refused.filter(({ asked }) => asked.startsWith('release')).length).toBeGreaterThan(500);
    expect(refused.length).toBeGreaterThan(5000);
    const first = answers.findIndex(({ as }) => as === 'atoms');
    expect(first).toBeGreaterThanOrEqual(0);
    expect(answers.slice(first + 1).filter(({ as }) => as === 'given')).toEqual([]);
    // what was given, all of it together
    const sent = await south.records.sent('cohort');
    expect(
      smallAtoms(
        sent.map(({ patients }) => new Set(patients)),
        5,
      ),
    ).toBe(0);
    expect(await south.records.locks('cohort')).toEqual([{ cohort: 'cohort', endpoint: 'os', partner: 'north' }]);
    // naive: the same questions, answered where at least five are asked about, single somebody out at once
    const naive: Set<string>[] = [];
    for (const cel of questions()) {
      const [, sign, age] = /age (>|<=) ([\d.]+)/.exec(cel)!;
      const those = SOUTH.filter(
        (patient) =>
          (sign === '>') === patient.age! > Number(age) &&
          (!cel.includes('female') || (patient.female === 1) !== cel.includes('!')),
      );
      if (those.length >= 5) naive.push(new Set(those.map(({ patient }) => patient)));
      if (naive.length >= 100) break;
    }
    expect(smallAtoms(naive, 2)).toBeGreaterThan(0);
  }, 300_000);

  it('leave other partners, other endpoints and other cohorts as they were', async () => {
    const { world, cohorts } = threeSites();
    await conduct(world, protocolOf(world, [COX]), CODEBOOK, cohorts);
    const south = world.ports['south']!;
    await south.records.lock({ cohort: 'cohort', endpoint: 'os', partner: 'north' });
    const two = (sites: readonly string[]) => ({
      sites: protocolOf(world, []).sites.filter(({ site }) => sites.includes(site)),
    });
    const ask = async (by: string, sites: readonly string[], analyses: readonly StudyAnalysis[], name = 'cohort') => {
      const protocol = protocolOf(world, analyses, {
        ...two(sites),
        proposer: by,
        title: `${by} ${sites.join()} ${name}`,
      });
      const study = await proposeStudy(protocol, CODEBOOK, world.ports[by]!);
      return (await told(study, () => approveStudy(study, { ...cohortOf(SOUTH), name }, south))).as;
    };
    const cox = [{ ...COX, rounds: 1 } as StudyAnalysis];
    const odds: StudyAnalysis[] = [
      { id: 'mh', method: 'mantel-haenszel/1', mode: 'open', outcome: 'responded', exposure: 'female' },
    ];
    expect(await ask('north', ['north', 'south'], cox)).toBe('lock');
    expect(await ask('centre', [...SITES], cox)).toBe('lock');
    expect(await ask('centre', ['centre', 'south'], cox)).toBe('given');
    expect(await ask('north', ['north', 'south'], odds)).toBe('given');
    expect(await ask('north', ['north', 'south'], cox, 'another')).toBe('given');
  });
});
