// What the rest of the project needs of a log: four levels and a way to wait for the disk.

/** Receives log lines. Writing never throws and never waits. */
export interface Logger {
  error(text: string): void;
  warning(text: string): void;
  info(text: string): void;
  debug(text: string): void;
  /** Resolves when everything logged so far is in the file. */
  flush(): Promise<void>;
}

/** A log that keeps nothing. */
export const noLog: Logger = {
  error: () => {},
  warning: () => {},
  info: () => {},
  debug: () => {},
  flush: () => Promise.resolve(),
};
