/** Texts that were read lately, up to so many characters together: what wasn't asked for longest goes first. */
export class Recent {
  readonly #texts = new Map<string, string>();
  readonly #most: number;
  #characters = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): string | undefined {
    const text = this.#texts.get(name);
    if (text === undefined) return undefined;
    this.#texts.delete(name);
    this.#texts.set(name, text);
    return text;
  }

  set(name: string, text: string): void {
    this.#forget(name);
    this.#texts.set(name, text);
    this.#characters += text.length;
    for (const [oldest] of this.#texts) {
      if (this.#characters <= this.#most) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    this.#characters -= this.#texts.get(name)?.length ?? 0;
    this.#texts.delete(name);
  }
}
