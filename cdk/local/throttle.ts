/** A bucket of tokens: so many requests a second, and so many at once. Without limits it admits everything. */
export class Throttle {
  readonly #rate: number;
  readonly #burst: number;
  #left: number;
  #at = performance.now();

  constructor(rate = Number.POSITIVE_INFINITY, burst = Number.POSITIVE_INFINITY) {
    this.#rate = rate;
    this.#burst = burst;
    this.#left = burst;
  }

  admits(now = performance.now()): boolean {
    if (this.#burst === Number.POSITIVE_INFINITY) return true;
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1000) * this.#rate);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
