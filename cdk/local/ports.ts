import { SignetError } from '../../lib/base/index.ts';
import type { Keep } from './keep.ts';
import { freePort, listen } from './loopback.ts';

async function isFree(port: number): Promise<boolean> {
  try {
    await (await listen(() => undefined, port)).stop();
    return true;
  } catch {
    return false;
  }
}

/** The ports of the stack's addresses: those of the last time where it keeps things and they are free, so that what was printed holds. */
export class Ports {
  readonly #keep: Keep;
  readonly #claimed: Record<string, number>;

  constructor(keep: Keep) {
    this.#keep = keep;
    this.#claimed = { ...keep.read<Record<string, number>>('ports') };
  }

  /** A port for the part. Throws SignetError `port-taken` where the one that was asked for is in use. */
  async claim(part: string, asked = 0): Promise<number> {
    if (asked !== 0 && !(await isFree(asked)))
      throw new SignetError('port-taken', `port ${asked} is in use`, {
        remedy: 'Stop what uses it, or leave --port out: a free one is chosen then.',
      });
    const kept = this.#claimed[part];
    const port = asked !== 0 ? asked : kept !== undefined && (await isFree(kept)) ? kept : await freePort();
    this.#claimed[part] = port;
    if (this.#keep.lasting) this.#keep.write('ports', this.#claimed);
    return port;
  }
}
