import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KernelLine } from './line.ts';

const SCRIPT = fileURLToPath(new URL('kernels.R', import.meta.url));

/** The R on the PATH, in its own words; undefined where there is none. */
export function versionOfR(): string | undefined {
  const { status, stdout, stderr } = spawnSync('Rscript', ['--version'], { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}

/** R's seconds for a line, on the very data; undefined where the line has none or R lacks the package. */
export function secondsOfR({ id, files }: KernelLine): number | undefined {
  if (files === undefined) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-bench-'));
  try {
    for (const [name, values] of Object.entries(files())) {
      writeFileSync(path.join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    const answer = execFileSync('Rscript', [SCRIPT, id, folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const seconds = /^seconds (\S+)/m.exec(answer)?.[1];
    return seconds === undefined ? undefined : Number(seconds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
