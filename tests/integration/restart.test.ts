import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../../cdk/local/index.ts';
import { DEMO_COHORTS } from '../../demo/cohorts.ts';
import { uploadsOf } from '../../demo/uploads.ts';
import { synthesise } from '../../tools/assembly.ts';
import { settle } from '../../tools/local/settle.ts';
import { Visitor } from '../../tools/local/visitor.ts';

const SITE = 'kept';
const cohort = await uploadsOf(DEMO_COHORTS[0]!);
const QUESTION = { analysis: 'survival', endpoint: 'os' };

let folder: string;

async function start(): Promise<{ stack: Stack; visitor: Visitor }> {
  const stack = await startStack({
    assembly: await synthesise(),
    sites: [SITE],
    data: folder,
    onLog: () => undefined,
  });
  return { stack, visitor: await Visitor.at(stack, SITE) };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signet-kept-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('A stack that keeps its data', () => {
  it('has after a restart its addresses, keys, tokens, files, answers and messages', async () => {
    const before = await start();
    await before.visitor.putCohort(cohort);
    await settle(before.visitor, cohort, () => undefined);
    const first = await before.visitor.result(cohort.name, QUESTION);
    const keys = await before.stack.keys({ site: SITE });
    const { token } = before.visitor;
    before.visitor.leave();
    await before.stack.stop();

    const after = await start();
    try {
      expect(after.stack.api).toBe(before.stack.api);
      expect(await after.stack.keys({ site: SITE })).toEqual(keys);
      const answer = await fetch(`${after.stack.api}/cohorts/${cohort.name}/results/${first.id}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(await answer.json()).toEqual(first);
      await after.visitor.put(cohort.name, 'more.txt', 'a\n1\n', 'text/plain');
      for (let tries = 0; (await after.visitor.sources(cohort.name)).length < 3; tries += 1) {
        expect(tries).toBeLessThan(200);
        await new Promise((wait) => setTimeout(wait, 100));
      }
      expect((await stat(path.join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
    } finally {
      after.visitor.leave();
      await after.stack.stop();
    }
  });

  it('says that a port is taken', async () => {
    const { stack, visitor } = await start();
    try {
      const port = Number(new URL(stack.api).port);
      const other = startStack({ assembly: await synthesise(), sites: [SITE], onLog: () => undefined, port });
      await expect(other).rejects.toMatchObject({ code: 'port-taken', remedy: expect.stringMatching(/\S/) });
    } finally {
      visitor.leave();
      await stack.stop();
    }
  });
});
