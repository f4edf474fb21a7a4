/**
 * A data engine in a process of its own, which ends when its parent does: `node engine-process.ts table|queues [FOLDER]`.
 * Without a folder it keeps everything in memory. Its address is the one message that it sends.
 */
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { dynoxideBinary, startDynoxide } from './dynoxide.ts';
import { addressOf } from './loopback.ts';
import { REGION } from './place.ts';

/** A binary for the commonest machine; any other runs the engine in JavaScript. */
async function startTable(folder: string | undefined): Promise<string> {
  const binary = dynoxideBinary();
  if (binary === undefined) return startDynalite(folder);
  const engine = await startDynoxide(binary, folder && path.join(folder, 'table.db'));
  engine.process.once('exit', (code) => process.exit(code ?? 1));
  return engine.url;
}

async function startDynalite(folder: string | undefined): Promise<string> {
  const { default: dynalite } = await import('dynalite');
  const place = folder === undefined ? {} : { path: path.join(folder, 'table') };
  const server = dynalite({ ...place, createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return addressOf(server);
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
