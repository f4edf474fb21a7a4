import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LocalFunction } from '../../../cdk/local/function.ts';

let folder: string;
let running: LocalFunction | undefined;
const lines: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'signet-function-'));
  writeFileSync(
    path.join(folder, 'handler.mjs'),
    `let calls = 0;
export async function handler(event, context) {
  calls += 1;
  if (event.throws) throw new TypeError(event.throws);
  if (event.waits) await new Promise((go) => setTimeout(go, event.waits));
  if (event.grows) { globalThis.kept = Buffer.alloc(event.grows * 1024 * 1024, 1); }
  if (event.logs) console.log(event.logs);
  if (event.ends) process.exit(3);
  return { calls, variable: process.env.SIGNET_X, region: process.env.AWS_REGION, home: process.env.HOME ?? null,
    left: context.getRemainingTimeInMillis(), memory: context.memoryLimitInMB };
}`,
  );
});
afterEach(() => running?.stop());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(properties: Record<string, unknown> = {}, most = 2): LocalFunction {
  lines.length = 0;
  const resource = {
    id: 'F',
    stack: 'S',
    type: 'AWS::Lambda::Function',
    name: 's-f',
    properties: {
      Handler: 'handler.handler',
      MemorySize: 256,
      Runtime: 'nodejs24.x',
      Timeout: 10,
      Environment: { Variables: { SIGNET_X: 'x' } },
      ...properties,
    },
  };
  running = new LocalFunction(resource, {
    folder,
    environment: { AWS_REGION: 'eu-central-1' },
    most,
    onLog: (line) => lines.push(line),
  });
  return running;
}

describe('A function', () => {
  it('runs its bundle in a process with the variables of the template, and no other', async () => {
    const answer = await start().invoke({});
    expect(answer).toMatchObject({ calls: 1, variable: 'x', region: 'eu-central-1', home: null, memory: '256' });
    expect((answer as { left: number }).left).toBeGreaterThan(5000);
  });

  it('keeps an environment for the next invocation, and starts others for those at the same time', async () => {
    const f = start();
    await f.invoke({});
    expect(await f.invoke({})).toMatchObject({ calls: 2 });
    const both = (await Promise.all([f.invoke({ waits: 200 }), f.invoke({ waits: 200 })])) as { calls: number }[];
    expect(both.map(({ calls }) => calls).sort()).toEqual([1, 3]);
  });

  it('lets invocations beyond its environments wait', async () => {
    const f = start({}, 1);
    const all = (await Promise.all([f.invoke({}), f.invoke({}), f.invoke({})])) as { calls: number }[];
    expect(all.map(({ calls }) => calls)).toEqual([1, 2, 3]);
  });

  it('fails where the handler throws, and lives on', async () => {
    const f = start();
    await expect(f.invoke({ throws: 'no' })).rejects.toThrow('TypeError: no');
    expect(await f.invoke({})).toMatchObject({ calls: 2 });
  });

  it('is ended at its timeout, and starts anew', async () => {
    const f = start({ Timeout: 1 });
    await expect(f.invoke({ waits: 60_000 })).rejects.toThrow('longer than 1 s');
    expect(await f.invoke({})).toMatchObject({ calls: 1 });
  });

  it('is ended beyond its memory, and its peak told', async () => {
    const f = start({ MemorySize: 128 });
    await expect(f.invoke({ grows: 200 })).rejects.toThrow('grew beyond 128 MB');
    expect(f.memory).toMatchObject({ size: 128 });
    expect(f.memory.peak).toBeGreaterThanOrEqual(128);
  });

  it('fails where its process ends or is killed', async () => {
    const f = start();
    await expect(f.invoke({ ends: true })).rejects.toThrow('ended');
    expect(f.kill()).toBe(false);
    const invoked = f.invoke({ waits: 60_000 });
    await new Promise((go) => setTimeout(go, 100));
    expect(f.kill()).toBe(true);
    await expect(invoked).rejects.toThrow('ended');
    expect(await f.invoke({})).toMatchObject({ calls: 1 });
  });

  it('does not run on another runtime than the template states', () => {
    expect(() => start({ Runtime: 'nodejs22.x' })).toThrow('nodejs22.x');
  });

  it('is late where it is stalled, and is kept', async () => {
    const f = start();
    await f.invoke({});
    const began = performance.now();
    const invoked = f.invoke({ waits: 50 });
    await new Promise((go) => setTimeout(go, 20));
    expect(f.stall(400)).toBe(true);
    expect(await invoked).toMatchObject({ calls: 2 });
    expect(performance.now() - began).toBeGreaterThan(350);
    expect(await f.invoke({})).toMatchObject({ calls: 3 });
  });

  it('hands on what it writes, line by line', async () => {
    await start().invoke({ logs: 'one\ntwo' });
    await new Promise((go) => setTimeout(go, 100));
    expect(lines).toEqual(['one', 'two']);
  });
});
