import { SignetError } from '../../lib/base/index.ts';
import type { Keep } from './keep.ts';

const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EADDRINUSE';

/**
 * The ports of the stack's addresses: those of the last time where it keeps things and they are free, so that what was printed holds.
 * A port is chosen by listening at it, never looked for and taken later: another process may have it in between.
 */
export class Ports {
  readonly #keep: Keep;
  readonly #chosen: Record<string, number>;

  constructor(keep: Keep) {
    this.#keep = keep;
    this.#chosen = { ...keep.read<Record<string, number>>('ports') };
  }

  /**
   * Starts the part at the port that was asked for, else at its last one, else at any free one.
   * Throws SignetError `port-taken` where the one that was asked for is in use.
   */
  async open<T extends { readonly url: string }>(
    part: string,
    start: (port: number) => Promise<T>,
    asked = 0,
  ): Promise<T> {
    const server = await (asked === 0 ? this.#again(part, start) : this.#at(asked, start));
    this.#chosen[part] = Number(new URL(server.url).port);
    if (this.#keep.lasting) this.#keep.write('ports', this.#chosen);
    return server;
  }

  async #again<T>(part: string, start: (port: number) => Promise<T>): Promise<T> {
    try {
      return await start(this.#chosen[part] ?? 0);
    } catch (error) {
      if (!isTaken(error)) throw error;
      return start(0);
    }
  }

  async #at<T>(asked: number, start: (port: number) => Promise<T>): Promise<T> {
    try {
      return await start(asked);
    } catch (cause) {
      if (!isTaken(cause)) throw cause;
      throw new SignetError('port-taken', `port ${asked} is in use`, {
        remedy: 'Stop what uses it, or leave --port out: a free one is chosen then.',
        cause,
      });
    }
  }
}
