/**
 * `npm run conformance -- DIR`: reads every file that lies under a folder named `passed`, `failed` or `non_readable`, and prints how many of
 * the valid ones are refused and how many of the invalid ones are caught, by version and reason. A refusal, a row set apart and a warning of
 * the specification count alike. Exits 0 when no valid file is refused and four fifths of the invalid ones are caught.
 */
import { conformanceOf, printConformance } from './conformance/run.ts';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new TypeError('say which directory: npm run conformance -- DIR');
const outcome = await conformanceOf(directory);
for (const line of printConformance(outcome)) console.log(line);
process.exitCode = outcome.refused === 0 && outcome.caught >= 0.8 * outcome.invalid ? 0 : 1;
