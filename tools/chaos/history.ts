import { type ChaosFile, DEFINITION, FILES, type Version } from './world.ts';

/** What was done to each file, in order: a version that was put, or a delete. */
export class History {
  readonly #done = new Map<ChaosFile, (Version | 'deleted')[]>(FILES.map((file) => [file, []]));

  put(version: Version): void {
    this.#done.get(version.file)!.push(version);
  }

  deleted(file: ChaosFile): void {
    this.#done.get(file)!.push('deleted');
  }

  /** Of the file what lies in the bucket now. */
  newest(file: ChaosFile): Version | undefined {
    const last = this.#done.get(file)!.at(-1);
    return last === 'deleted' ? undefined : last;
  }

  /**
   * What a fresh cohort has to be given to be in the same state: every file's newest version, and before a bad one the good one that
   * still answers. Which that is hangs on which versions a worker happened to see: any good one that ever lay there is right, or none.
   * Throws where another answers.
   */
  toReplay(answering: Readonly<Partial<Record<ChaosFile, number>>>): readonly Version[] {
    const files = [DEFINITION, ...FILES.filter((file) => file !== DEFINITION)] as const;
    const newest = files.map((file) => this.newest(file)).filter((version) => version !== undefined);
    const before = newest
      .filter(({ good, file }) => !good && answering[file] !== undefined)
      .map(({ file }) => this.#goodOf(file, answering[file]!));
    return [...before, ...newest];
  }

  #goodOf(file: ChaosFile, number: number): Version {
    const version = this.#done
      .get(file)!
      .find((each): each is Version => each !== 'deleted' && each.good && each.number === number);
    if (!version) throw new Error(`${file} answers from a version ${number} that never lay in the bucket`);
    return version;
  }
}
