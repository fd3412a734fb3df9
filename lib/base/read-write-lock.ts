// Orders asynchronous work on one object: any number of readers, or one writer, in the order in which they came.

export class ReadWriteLock {
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
}
