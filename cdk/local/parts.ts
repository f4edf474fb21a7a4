/** The parts of a stack, which are stopped one after the other, the last started first. */
export class Parts {
  readonly #stops: (() => unknown)[] = [];

  /** Keeps how a part is stopped. */
  add<T extends { stop(): unknown }>(part: T): T {
    this.#stops.push(() => part.stop());
    return part;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}
