/**
 * `npm run oracles -- FILE DATASETS_DIR [--answers OUT.json]`: computes every case of a file of reference results and compares it with R's. One
 * line a failing case, then, as the last line, `N passed, N failed, N not built`; exit 1 if any failed or isn't built.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { disagreements, toFile } from './oracles/agreement.ts';
import type { OracleCase, OracleFile } from './oracles/case.ts';
import { answerOf } from './oracles/families.ts';

const USAGE = 'usage: npm run oracles -- FILE DATASETS_DIR [--answers OUT.json]';

interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'not built';
  readonly says: readonly string[];
  readonly answer?: unknown;
}

function judge(given: OracleCase, directory: string): Verdict {
  try {
    const answer = answerOf(given, directory);
    if (answer === undefined) return { outcome: 'not built', says: [] };
    const says = disagreements(answer, given.result, given.tol);
    return { outcome: says.length === 0 ? 'passed' : 'failed', says, answer };
  } catch (error) {
    return { outcome: 'failed', says: [error instanceof Error ? error.message : String(error)] };
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { answers: { type: 'string' } },
    allowPositionals: true,
  });
  const [file, directory, ...others] = positionals;
  if (file === undefined || directory === undefined || others.length > 0) throw new TypeError(USAGE);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as OracleFile;
  const tally = { passed: 0, failed: 0, 'not built': 0 };
  const answers: { id: string; result: unknown }[] = [];
  for (const given of cases) {
    const { outcome, says, answer } = judge(given, directory);
    tally[outcome]++;
    if (answer !== undefined) answers.push({ id: given.id, result: toFile(answer) });
    if (outcome === 'failed') {
      const more = says.length > 1 ? ` (and ${says.length - 1} more)` : '';
      console.log(`${given.id}: ${says[0]}${more}`);
    }
  }
  if (values.answers !== undefined) writeFileSync(values.answers, `${JSON.stringify({ cases: answers })}\n`);
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally['not built']} not built`);
  process.exitCode = tally.failed + tally['not built'] > 0 ? 1 : 0;
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
