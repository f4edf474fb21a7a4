/**
 * `npm run audit -- verify [FILE.jsonl] [--head N:DIGEST] [--site SITE]`: whether a site's audit log is whole: that of a file, or else of the stack that
 * runs on this machine. `--head` is a head that others hold (an approval, an attestation, the header Signet-Audit-Head). Last line: `N entries, chain
 * holds`, or the first entry that doesn't hold and why; status 1 then.
 *
 * `npm run audit`: known vulnerabilities of what is deployed, by the registry that serves the packages. A registry without that service is told
 * from one that finds something. Last line: the verdict; status 1 where a finding is high or critical, or the answer can't be read.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type AuditHead, verifyChain } from '../lib/audit/index.ts';
import { isSignetError } from '../lib/base/index.ts';
import { linesOf, readRunningLog } from './local/audit-log.ts';

interface Report {
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
  readonly error?: { readonly code?: string; readonly summary?: string };
  readonly message?: string;
}

/** What an audit's answer comes to. */
export interface Verdict {
  readonly says: string;
  readonly ok: boolean;
}

const NO_SERVICE = /ENOAUDIT|audit endpoint returned an error|40[45]|ENOTFOUND|ECONNREFUSED|EAI_AGAIN/;

/** Reads what `npm audit --json` wrote. */
export function verdictOf(output: string): Verdict {
  let report: Report;
  try {
    report = JSON.parse(output) as Report;
  } catch {
    return { says: 'the audit gave no answer that can be read', ok: false };
  }
  const found = report.metadata?.vulnerabilities;
  if (!found) {
    const why = [report.error?.code, report.error?.summary, report.message].filter(Boolean).join(' ');
    if (NO_SERVICE.test(why)) return { says: 'not audited: the registry has no such service', ok: true };
    return { says: `the audit failed: ${why || 'no reason given'}`, ok: false };
  }
  const grave = (found['high'] ?? 0) + (found['critical'] ?? 0);
  return {
    says: `${grave} high or critical, ${(found['total'] ?? 0) - grave} lesser vulnerabilities`,
    ok: grave === 0,
  };
}

/** A head as it is written: the entry's number and its digest. */
function headIn(text: string | undefined): AuditHead | undefined {
  if (text === undefined) return undefined;
  const [, n, digest] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (n === undefined || digest === undefined)
    throw new TypeError(`${text} is no head: N:DIGEST, with 64 hexadecimal digits`);
  return { n: Number(n), digest };
}

/** Verifies the log of a text. */
export function logVerdict(lines: readonly string[], head?: string): Verdict {
  const verdict = verifyChain(lines, headIn(head));
  if (verdict.holds) return { says: `${verdict.entries} entries, chain holds`, ok: true };
  return { says: `entry ${verdict.entry} ${verdict.says}`, ok: false };
}

async function verifyLog(args: readonly string[]): Promise<Verdict> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { head: { type: 'string' }, site: { type: 'string' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file !== undefined) return logVerdict(linesOf(readFileSync(file, 'utf8')), values.head);
  const { lines, head } = await readRunningLog(values.site);
  const held = logVerdict(lines, values.head);
  return held.ok ? logVerdict(lines, head === undefined || head.startsWith('0:') ? undefined : head) : held;
}

async function verdict([verb, ...args]: readonly string[]): Promise<Verdict> {
  if (verb === 'verify') return verifyLog(args);
  const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev'], { encoding: 'utf8' });
  return verdictOf(stdout);
}

if (import.meta.main) {
  try {
    const { says, ok } = await verdict(process.argv.slice(2));
    console.log(says);
    process.exitCode = ok ? 0 : 1;
  } catch (error) {
    const remedy = isSignetError(error) ? error.remedy : undefined;
    console.error([error instanceof Error ? error.message : String(error), remedy].filter(Boolean).join('. '));
    process.exitCode = 1;
  }
}
