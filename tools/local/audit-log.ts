import { SignetError } from '../../lib/base/index.ts';
import { findRunning, runningSite, runningToken } from './running.ts';

/** A log as it was read: its lines, and the head that was named beside them. */
export interface ReadLog {
  readonly lines: readonly string[];
  readonly head: string | undefined;
}

/** The log of a site of the stack that runs on this machine, page by page. Throws SignetError `no-stack`, `no-log`. */
export async function readRunningLog(named?: string): Promise<ReadLog> {
  const running = findRunning();
  if (!running)
    throw new SignetError('no-stack', 'No stack is running on this machine', {
      remedy: 'Start one with npm start, or name a file.',
    });
  const at = runningSite(running, named);
  if (!at) throw new SignetError('no-log', `The running stack has no site ${named}`);
  const { api, site } = at;
  const token = await runningToken(at, ['auditor']);
  const lines: string[] = [];
  let head: string | undefined;
  for (let next: string | undefined = '/audit'; next !== undefined; ) {
    const page: Response = await fetch(`${api}${next}`, { headers: { authorization: `Bearer ${token}` } });
    if (!page.ok) throw new SignetError('no-log', `The stack answered ${page.status} for the log of ${site}`);
    lines.push(...linesOf(await page.text()));
    head = page.headers.get('signet-audit-head') ?? undefined;
    next = /^<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
  }
  return { lines, head };
}

/** The lines of a log's text; the last need not be ended. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
