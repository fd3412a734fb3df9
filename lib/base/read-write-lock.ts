// Orders asynchronous work on one object: any number of readers, or one writer, in the order in which they came.

export class ReadWriteLock {
  static #count = 0;
  /** Its place among all locks: who takes several takes them in this order, so that nobody waits in a circle. */
  readonly #place = ReadWriteLock.#count++;
  /** Settles when the last writer is done. */
  #writer: Promise<unknown> = Promise.resolve();
  /** Settles when all readers since then are done. */
  #readers: Promise<unknown> = Promise.resolve();

  /** Runs `action` beside other readers, after all writers that came before. */
  read<T>(action: () => Promise<T> | T): Promise<T> {
    const turn = this.#writer.then(action);
    this.#readers = Promise.allSettled([this.#readers, turn]);
    return turn;
  }

  /** Runs `action` alone, after all that came before. */
  write<T>(action: () => Promise<T> | T): Promise<T> {
    const turn = Promise.allSettled([this.#writer, this.#readers]).then(action);
    this.#writer = turn.catch(() => {});
    this.#readers = Promise.resolve();
    return turn;
  }

  /** Runs `action` as the only writer of this lock and as a reader of the others. */
  writeWith<T>(others: Iterable<ReadWriteLock>, action: () => Promise<T> | T): Promise<T> {
    const locks = [...new Set<ReadWriteLock>([this, ...others])].sort((a, b) => a.#place - b.#place);
    const take = (at: number): Promise<T> | T => {
      const lock = locks[at];
      if (lock === undefined) return action();
      return lock === this ? lock.write(() => take(at + 1)) : lock.read(() => take(at + 1));
    };
    return Promise.resolve(take(0));
  }
}
