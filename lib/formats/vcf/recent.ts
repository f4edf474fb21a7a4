/** Slots at first; doubled where half of them are taken. A power of two. */
const FIRST_SLOTS = 2_048;

/** Whole numbers from 0 to below 2^53 - 1 that were met: a set of them that makes no object for each. */
export class Recent {
  /** One more than the number; 0 where the slot is free. */
  #slots = new Float64Array(FIRST_SLOTS);
  #size = 0;

  has(key: number): boolean {
    return this.#slots[this.#slotOf(key)] !== 0;
  }

  /** Adds a number that it hasn't. */
  add(key: number): void {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    this.#slots[this.#slotOf(key)] = key + 1;
    this.#size += 1;
  }

  clear(): void {
    if (this.#size > 0) this.#slots.fill(0);
    this.#size = 0;
  }

  /** Where the number is, or would be. */
  #slotOf(key: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const [high, low] = [Math.floor(key / 4_294_967_296), key | 0];
    let slot = Math.imul(high ^ low ^ (low >>> 15), 0x9e3779b1) >>> 7;
    for (slot &= mask; slots[slot] !== 0 && slots[slot] !== key + 1; ) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const taken of before) if (taken !== 0) this.#slots[this.#slotOf(taken - 1)] = taken;
  }
}
