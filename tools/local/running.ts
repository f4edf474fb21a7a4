import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SignetError } from '../../lib/base/index.ts';

/** A deployment that runs on this machine. */
interface RunningDeployment {
  readonly api: string;
  readonly issuer: string;
  /** By it the issuer gives tokens out. */
  readonly secret: string;
  readonly sites: readonly string[];
}

/** Where a running stack is, for commands in other terminals: one deployment, or several that are apart. */
export interface Running {
  readonly pid: number;
  readonly deployments: readonly RunningDeployment[];
}

/** Where a site of the stack is, the first one where none is named. Undefined where it has no such site. */
export function runningSite(
  { deployments }: Running,
  named?: string,
): (RunningDeployment & { readonly site: string }) | undefined {
  const site = named ?? deployments[0]?.sites[0];
  const deployment = deployments.find(({ sites }) => site !== undefined && sites.includes(site));
  return deployment && site !== undefined ? { ...deployment, site } : undefined;
}

/** Asks a running deployment's issuer for a token of a site. Throws SignetError `no-token`. */
export async function runningToken(
  { issuer, secret, site }: Pick<RunningDeployment, 'issuer' | 'secret'> & { readonly site: string },
  roles: readonly string[],
): Promise<string> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ site, roles }),
  });
  if (!answer.ok) throw new SignetError('no-token', `The issuer answered ${answer.status}.`);
  return ((await answer.json()) as { readonly token: string }).token;
}

const FILE = path.resolve(import.meta.dirname, '..', '..', '.signet', 'running.json');

/** Leaves word of a running stack, readable by its owner alone. */
export function tellRunning(running: Running): void {
  mkdirSync(path.dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify(running), { mode: 0o600 });
  chmodSync(FILE, 0o600); // an older file keeps the mode that it had
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The stack that runs now, if one does. */
export function findRunning(): Running | undefined {
  try {
    const running = JSON.parse(readFileSync(FILE, 'utf8')) as Running;
    return lives(running.pid) ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the word back, unless another stack has left its own since. */
export function forgetRunning(): void {
  if (findRunning()?.pid === process.pid) rmSync(FILE, { force: true });
}
