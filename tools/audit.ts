/**
 * `npm run audit`: known vulnerabilities of what is deployed, by the registry that serves the packages. A registry without that service is told
 * from one that finds something. Last line: the verdict; status 1 where a finding is high or critical, or the answer can't be read.
 */
import { spawnSync } from 'node:child_process';

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

if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev'], { encoding: 'utf8' });
  const { says, ok } = verdictOf(stdout);
  console.log(says);
  process.exitCode = ok ? 0 : 1;
}
