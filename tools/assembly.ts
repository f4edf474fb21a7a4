import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
const INPUTS = ['lib/**/*.ts', 'functions/**/*.ts', 'cdk/**/*.ts', 'package-lock.json', 'tsconfig.json'];

/** The digest of everything the template and the bundles are made from. */
async function inputsDigest(): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(INPUTS, { cwd: ROOT }))
    if (!file.startsWith(path.join('cdk', 'local'))) files.push(file);
  const hash = createHash('sha256').update(process.version);
  for (const file of files.sort()) hash.update(file).update(await readFile(path.join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder of the synthesised template and its bundles, made by `cdk/app.ts` as a deployment makes it. It is kept under `.signet/` and
 * made again only where something it is made from has changed.
 */
export async function synthesise(): Promise<string> {
  const folder = path.join(ROOT, '.signet', 'assembly', await inputsDigest());
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  try {
    await promisify(execFile)(process.execPath, [path.join(ROOT, 'cdk', 'app.ts')], {
      cwd: ROOT,
      env: { ...process.env, CDK_OUTDIR: making },
      maxBuffer: 64 * 1024 * 1024,
    });
    await rename(making, folder);
  } catch (cause) {
    await rm(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw cause;
  }
  return folder;
}
