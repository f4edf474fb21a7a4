import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignetError } from '../../lib/base/index.ts';

/** Where the stack keeps things: a folder that was named and stays, or one of its own that goes with it. */
export class Keep {
  readonly folder: string;
  /** Whether it outlives the stack. */
  readonly lasting: boolean;

  constructor(folder?: string) {
    this.lasting = folder !== undefined;
    this.folder = folder === undefined ? mkdtempSync(path.join(tmpdir(), 'signet-')) : path.resolve(folder);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  /** The document of that name, or the one made now; readable by its owner alone. Throws SignetError `unreadable-data`. */
  async orMake<T>(name: string, make: () => T | Promise<T>): Promise<T> {
    return this.read<T>(name) ?? this.write(name, await make());
  }

  /** The document of that name, if it was ever written. Throws SignetError `unreadable-data`. */
  read<T>(name: string): T | undefined {
    const file = path.join(this.folder, `${name}.json`);
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as T;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new SignetError('unreadable-data', `${file} is not what this stack wrote`, {
        remedy: 'Start with another folder, or remove this one.',
        cause,
      });
    }
  }

  write<T>(name: string, document: T): T {
    writeFileSync(path.join(this.folder, `${name}.json`), JSON.stringify(document), { mode: 0o600 });
    return document;
  }

  /** Removes what was not to last. */
  release(): void {
    if (!this.lasting) rmSync(this.folder, { recursive: true, force: true });
  }
}
