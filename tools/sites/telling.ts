import type { Progress } from '../local/progress.ts';
import { alignColumns } from '../local/table.ts';
import type { CarryTelling } from './carry.ts';
import type { SeenAnswer, SeenTrial } from './study-client.ts';

/** Tells of a study as it goes: what changes on the progress's line, what stands by `print`. */
export function studyTelling(progress: Progress, print: (line: string) => void): CarryTelling {
  const stand = (line: string): void => {
    progress.clear();
    print(line);
  };
  return {
    waits: (says) => progress.show(says),
    proposed: (study, { words }) => {
      stand(`\nProposed: ${study}`);
      for (const each of words) print(`  ${each}`);
    },
    tried: (site, trial) => stand(`\n${site} tries it on her own data; nothing of it leaves\n${trialLines(trial)}`),
    approved: (site) => stand(`${site} approves: who is in it is frozen until the study ends`),
    answered: (answer) => stand(answerLine(answer)),
    attested: (site) => stand(`${site} attests the result`),
    lost: (says) => stand(says),
  };
}

function trialLines({ n, left, verdicts, fields, withheld }: SeenTrial): string {
  const failing = verdicts.filter(({ holds }) => !holds);
  return [
    `  ${n} patients, ${left} more not complete; ${verdicts.length - failing.length} of ${verdicts.length} rules hold`,
    ...verdicts
      .filter(({ rule }) => rule === 'atoms' || rule === 'ledger')
      .map(({ rule, says }) => `  ${rule}: ${says}`),
    ...failing.map(({ rule, says, waived }) => `  ${rule}: ${says}: ${waived ? 'waived' : 'does not hold'}`),
    alignColumns([
      ['  would leave', 'round', 'mode', 'numbers'],
      ...fields.map(({ analysis, round, mode, numbers, says }) => [
        `  ${analysis}: ${says}`,
        String(round),
        mode,
        String(numbers),
      ]),
    ]),
    ...withheld.map(({ what, rule }) => `  withheld: ${what} (rule ${rule})`),
  ].join('\n');
}

function answerLine({ site, round, attempt, open, masked }: SeenAnswer): string {
  const parts = Object.entries(open).map(([id, value]) => `${id} ${numbersIn(value)} numbers`);
  if (masked) parts.push(`${masked.numbers} numbers behind masks`);
  return `round ${round}${attempt > 1 ? `, attempt ${attempt}` : ''}: ${site} answers: ${parts.join(', ')}`;
}

function numbersIn(value: unknown): number {
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + numbersIn(each), 0);
}
