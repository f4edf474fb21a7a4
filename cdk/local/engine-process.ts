/**
 * A data engine in a process of its own, which ends when its parent does: `node engine-process.ts table|queues [FOLDER]`.
 * Without a folder it keeps everything in memory. Its address is the one message that it sends.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { freePort } from './loopback.ts';
import { REGION } from './place.ts';

/** A binary for the commonest machine; any other runs the engine in JavaScript. */
function tableBinary(): string | undefined {
  try {
    const packaged = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return path.join(path.dirname(packaged), 'dynoxide');
  } catch {
    return undefined;
  }
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((wait) => setTimeout(wait, 15));
    }
  }
  throw new Error(`the table engine does not answer at ${url}`);
}

async function startTable(folder: string | undefined): Promise<string> {
  const port = await freePort();
  const binary = tableBinary();
  if (binary) {
    const place = folder === undefined ? [] : ['--db-path', path.join(folder, 'table.db')];
    const engine = spawn(binary, ['serve', '--port', String(port), ...place], { stdio: 'ignore' });
    engine.once('exit', (code) => process.exit(code ?? 1));
    process.once('exit', () => engine.kill());
  } else {
    const { default: dynalite } = await import('dynalite');
    const place = folder === undefined ? {} : { path: path.join(folder, 'table') };
    dynalite({ ...place, createTableMs: 0 }).listen(port, '127.0.0.1');
  }
  const url = `http://127.0.0.1:${port}`;
  await answers(url);
  return url;
}

/** The engine listens on every address of the machine, whatever it is told: it is held to this one. */
function holdToLoopback(): void {
  const listen = net.Server.prototype.listen;
  net.Server.prototype.listen = function held(this: net.Server, ...given: unknown[]) {
    const [first] = given;
    if (typeof first === 'object' && first !== null) given[0] = { ...first, host: '127.0.0.1' };
    return Reflect.apply(listen, this, given) as net.Server;
  } as typeof listen;
}

async function startQueues(folder: string | undefined): Promise<string> {
  holdToLoopback();
  const { startFauxqs } = await import('fauxqs');
  const place = folder === undefined ? {} : { dataDir: path.join(folder, 'queues') };
  const { port } = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1', defaultRegion: REGION, ...place });
  return `http://127.0.0.1:${port}`;
}

const [kind, folder] = process.argv.slice(2);
process.once('disconnect', () => process.exit(0));
const url = kind === 'table' ? await startTable(folder) : await startQueues(folder);
process.send?.({ url });
