/**
 * `npm run --silent token -- --site SITE --role ROLE [--role ROLE]`: prints a token of the stack that runs on this machine, and nothing else.
 */
import { parseArgs } from 'node:util';
import { isSignetError } from '../lib/base/index.ts';
import { ROLES, type Role } from '../lib/http/index.ts';
import { findRunning, runningSite, runningToken } from './local/running.ts';

function fail(says: string): never {
  console.error(says);
  process.exit(1);
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

const { values } = parseArgs({
  options: { site: { type: 'string' }, role: { type: 'string', multiple: true, default: ['analyst'] } },
});
const running = findRunning();
if (!running) fail('No stack is running on this machine: npm start starts one.');
const { role: roles } = values;
const at = runningSite(running, values.site);
if (!at) {
  const all = running.deployments.flatMap(({ sites }) => sites);
  fail(`The running stack has no site ${values.site}: it has ${all.join(', ')}.`);
}
const unknown = roles.find((role) => !isRole(role));
if (unknown !== undefined) fail(`${unknown} is no role: there are ${ROLES.join(', ')}.`);

try {
  console.log(await runningToken(at, roles));
} catch (error) {
  if (!isSignetError(error)) throw error;
  fail(error.message);
}
