import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { freePort } from './loopback.ts';

/** A table engine that runs: its address, and the process that it is. */
export interface Dynoxide {
  readonly url: string;
  readonly process: ChildProcess;
}

/** How often it may find that another process has taken the port that was free a moment ago. */
const ATTEMPTS = 20;

/** The binary of the table engine, where there is one for this machine. */
export function dynoxideBinary(): string | undefined {
  try {
    const packaged = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return path.join(path.dirname(packaged), 'dynoxide');
  } catch {
    return undefined;
  }
}

/**
 * Starts the engine on this machine's loopback address, in memory or with its rows in the file. It must be told its port, and ends where another
 * process has taken that meanwhile: then it is started at another. Its own word that it listens is waited for, so that nobody else's answer is
 * taken for its own. It ends with this process. Throws an Error where it never listens.
 */
export async function startDynoxide(binary: string, file?: string): Promise<Dynoxide> {
  let complaint = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await freePort();
    const place = file === undefined ? [] : ['--db-path', file];
    const engine = spawn(binary, ['serve', '--port', String(port), ...place], { stdio: ['ignore', 'ignore', 'pipe'] });
    endWithUs(engine);
    const says = await firstWords(engine);
    if (says.includes('listening on')) return { url: `http://127.0.0.1:${port}`, process: engine };
    complaint = says;
  }
  throw new Error(`the table engine does not start: ${complaint}`);
}

/** It is another process, and would outlive this one. */
function endWithUs(engine: ChildProcess): void {
  const end = (): boolean => engine.kill();
  process.once('exit', end);
  engine.once('exit', () => process.off('exit', end));
}

/** What it says until it listens or ends. */
function firstWords(engine: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (!said.includes('listening on')) return;
      engine.stderr!.off('data', hear).resume(); // what it says from now on is read, and kept nowhere
      resolve(said);
    };
    engine.stderr!.on('data', hear);
    engine.once('error', reject).once('close', () => resolve(said.trim()));
  });
}
