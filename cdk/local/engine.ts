import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { SignetError } from '../../lib/base/index.ts';
import type { Loopback } from './loopback.ts';

/** Starts a data engine; with a folder its data outlive it. Throws SignetError `no-engine`. */
export async function startEngine(kind: 'table' | 'queues', folder?: string): Promise<Loopback> {
  const given = folder === undefined ? [kind] : [kind, folder];
  const process = fork(path.join(import.meta.dirname, 'engine-process.ts'), given, {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  process.stderr?.on('data', (text: Buffer) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  const url = await new Promise<string>((started, failed) => {
    process.once('message', (message) => started((message as { url: string }).url));
    process.once('exit', () =>
      failed(new SignetError('no-engine', `the engine of ${kind} ended: ${complaint.trim()}`)),
    );
  });
  return {
    url,
    stop: async () => {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const ended = once(process, 'exit');
      process.disconnect();
      await ended;
    },
  };
}
