/**
 * `npm run --silent token -- --site SITE --role ROLE [--role ROLE]`: prints a token of the stack that runs on this machine, and nothing else.
 */
import { parseArgs } from 'node:util';
import { ROLES, type Role } from '../lib/http/index.ts';
import { findRunning } from './local/running.ts';

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
const { site = running.sites[0]!, role: roles } = values;
if (!running.sites.includes(site)) fail(`The running stack has no site ${site}: it has ${running.sites.join(', ')}.`);
const unknown = roles.find((role) => !isRole(role));
if (unknown !== undefined) fail(`${unknown} is no role: there are ${ROLES.join(', ')}.`);

const answer = await fetch(`${running.issuer}/token`, {
  method: 'POST',
  headers: { authorization: `Bearer ${running.secret}` },
  body: JSON.stringify({ site, roles }),
});
if (!answer.ok) fail(`The issuer answered ${answer.status}.`);
console.log(((await answer.json()) as { token: string }).token);
