/** Places of whole numbers up to 2^53 in a list, by open addressing: a Map that boxes neither. */
export class KeyPlaces {
  private keys = new Float64Array(1024).fill(-1);
  private places = new Int32Array(1024);
  private count = 0;

  /** The place of a number that is at least 0; -1 where it has none. */
  find(key: number): number {
    const { keys } = this;
    const mask = keys.length - 1;
    for (let at = Math.imul(key, 0x9e3779b1) >>> 7; ; at++) {
      const here = keys[at & mask]!;
      if (here === key) return this.places[at & mask]!;
      if (here === -1) return -1;
    }
  }

  /** Gives a number that has none a place. */
  set(key: number, place: number): void {
    if (2 * ++this.count > this.keys.length) this.grow();
    this.put(key, place);
  }

  private put(key: number, place: number): void {
    const mask = this.keys.length - 1;
    let at = Math.imul(key, 0x9e3779b1) >>> 7;
    while (this.keys[at & mask] !== -1) at++;
    this.keys[at & mask] = key;
    this.places[at & mask] = place;
  }

  private grow(): void {
    const { keys, places } = this;
    this.keys = new Float64Array(2 * keys.length).fill(-1);
    this.places = new Int32Array(2 * keys.length);
    for (let i = 0; i < keys.length; i++) if (keys[i] !== -1) this.put(keys[i]!, places[i]!);
  }
}
