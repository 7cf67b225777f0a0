/** A countdown that can be held and goes on with what was left. Times in ms. */
export class Countdown {
  #left: number;
  #startedAt = 0;
  #handle: ReturnType<typeof setTimeout> | null = null;

  constructor(
    duration: number,
    private readonly onEnd: () => void,
  ) {
    this.#left = duration;
  }

  run(): void {
    if (this.#handle !== null) return;
    this.#startedAt = performance.now();
    this.#handle = setTimeout(this.onEnd, this.#left);
  }

  hold(): void {
    if (this.#handle === null) return;
    clearTimeout(this.#handle);
    this.#handle = null;
    this.#left = Math.max(0, this.#left - (performance.now() - this.#startedAt));
  }
}
