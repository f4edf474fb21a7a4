import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDynoxide } from '../../../cdk/local/dynoxide.ts';
import { Keep } from '../../../cdk/local/keep.ts';
import { type Loopback, listen } from '../../../cdk/local/loopback.ts';
import { Ports } from '../../../cdk/local/ports.ts';

let folder: string;
const running: Loopback[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'signet-ports-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function door(port: number): Promise<Loopback> {
  const server = await listen((_, response) => void response.end(), port);
  running.push(server);
  return server;
}

const portOf = ({ url }: Loopback): number => Number(new URL(url).port);

describe('the ports of a stack', () => {
  it('are those of the last time', async () => {
    const first = await new Ports(new Keep(folder)).open('api', door);
    await first.stop();
    const again = await new Ports(new Keep(folder)).open('api', door);
    expect(portOf(again)).toBe(portOf(first));
  });

  it('are others where somebody else has the last ones now', async () => {
    const first = await new Ports(new Keep(folder)).open('api', door);
    const again = await new Ports(new Keep(folder)).open('api', door);
    expect(portOf(again)).not.toBe(portOf(first));
    await again.stop();
    expect(portOf(await new Ports(new Keep(folder)).open('api', door))).toBe(portOf(again));
  });

  it('are refused where the one asked for is taken', async () => {
    const taken = await door(0);
    await expect(new Ports(new Keep(folder)).open('api', door, portOf(taken))).rejects.toMatchObject({
      code: 'port-taken',
    });
  });

  it('pass on any other fault of the part', async () => {
    const broken = (): Promise<Loopback> => Promise.reject(new TypeError('broken'));
    await expect(new Ports(new Keep(folder)).open('api', broken)).rejects.toThrow('broken');
    await expect(new Ports(new Keep(folder)).open('api', broken, 1)).rejects.toThrow('broken');
  });
});

describe('the table engine', () => {
  /** A binary that finds its port taken so many times before it listens. */
  function engine(refusals: number): string {
    const file = path.join(folder, 'engine');
    const tries = path.join(folder, 'tries');
    writeFileSync(tries, '');
    writeFileSync(
      file,
      `#!/bin/sh
printf x >> ${tries}
if [ $(wc -c < ${tries}) -le ${refusals} ]; then echo "error: port $3 is already in use" >&2; exit 1; fi
echo "listening on http://127.0.0.1:$3" >&2
exec sleep 60
`,
    );
    chmodSync(file, 0o700);
    return file;
  }

  it('is started at another port where its own was taken meanwhile', async () => {
    const started = await startDynoxide(engine(2));
    started.process.kill();
    expect(started.process.spawnargs[3]).toBe(new URL(started.url).port);
  });

  it('says why it never starts', async () => {
    await expect(startDynoxide(engine(1000))).rejects.toThrow(/does not start: error: port \d+ is already in use/);
  });
});
