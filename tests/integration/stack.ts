import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startStack } from '../../cdk/local/index.ts';
import { ROLES, type Role } from '../../lib/http/index.ts';
import { synthesise } from '../../tools/assembly.ts';
import type { Site } from './client.ts';
import { leaksIn } from './privacy.ts';

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    api: string;
    s3: string;
    bucket: string;
    issuer: string;
    /** Every line that any function wrote. */
    logFile: string;
    keys: Record<'a' | 'b', S3Keys>;
    tokens: Record<Site, Record<Role | 'all' | 'none', string>>;
  }
}

/** Starts the one local stack that all integration tests share: sites `a` and `b` are known to it, `nowhere` isn't. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'signet-tests-'));
  const logFile = path.join(folder, 'functions.log');
  const log = createWriteStream(logFile);
  const stack = await startStack({
    assembly: await synthesise(),
    sites: ['a', 'b'],
    onLog: (line: string) => log.write(`${line}\n`),
  });
  const tokensOf = async (site: Site) => {
    const roles: [Role | 'all' | 'none', readonly Role[]][] = [
      ['all', ROLES],
      ['none', []],
      ...ROLES.map((role) => [role, [role]] as [Role, Role[]]),
    ];
    const pairs = await Promise.all(
      roles.map(async ([name, list]) => [name, await stack.token({ site, roles: list })] as const),
    );
    return Object.fromEntries(pairs) as Record<Role | 'all' | 'none', string>;
  };
  project.provide('api', stack.api);
  project.provide('s3', stack.s3);
  project.provide('bucket', stack.sourcesBucket);
  project.provide('issuer', stack.issuer);
  project.provide('logFile', logFile);
  project.provide('keys', { a: await stack.keys({ site: 'a' }), b: await stack.keys({ site: 'b' }) });
  project.provide('tokens', { a: await tokensOf('a'), b: await tokensOf('b'), nowhere: await tokensOf('nowhere') });
  return async () => {
    const memory = [...stack.memory()].map(([name, { peak, size }]) => `${name} ${peak} of ${size} MiB`);
    console.log(`most memory that a function had: ${memory.join(', ')}`);
    await stack.stop();
    await new Promise((ended) => log.end(ended));
    const leaks = leaksIn(readFileSync(logFile, 'utf8'));
    await rm(folder, { recursive: true, force: true });
    if (leaks.length > 0)
      throw new Error(`the log of the whole run holds what identifies a patient:\n${leaks.join('\n')}`);
  };
}
