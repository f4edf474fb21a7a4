import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
const ASSEMBLIES = path.join(ROOT, '.signet', 'assembly');
const DAY_MILLISECONDS = 86_400_000;
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
  const folder = path.join(ASSEMBLIES, await inputsDigest());
  if (existsSync(folder)) {
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }
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
  await forgetOld();
  return folder;
}

/** Removes assemblies that nobody has asked for in a day: a running stack may still be loading from a younger one. */
async function forgetOld(): Promise<void> {
  for (const name of await readdir(ASSEMBLIES)) {
    const old = path.join(ASSEMBLIES, name);
    const { mtimeMs } = await stat(old);
    if (Date.now() - mtimeMs > DAY_MILLISECONDS) await rm(old, { recursive: true, force: true });
  }
}
