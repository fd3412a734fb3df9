// A log whose code is loaded with its first line: most commands write none.
import type { LogLevel } from './dism-log.ts';
import type { Logger } from './logger.ts';

/** Opens a log at a path, or at the default place, on its first line. */
export function lazyLog(path: string | undefined, level: LogLevel | undefined, warn: (text: string) => void): Logger {
  let opening: Promise<Logger> | undefined;
  let last: Promise<void> = Promise.resolve();
  const add = (write: (log: Logger) => void): void => {
    opening ??= Promise.all([import('./dism-log.ts'), import('./source-log.ts')]).then(
      // The part of DISM that Microsoft's module calls.
      ([{ openDismLog }, { sourceLog }]) => sourceLog(openDismLog({ path, level, warn }), 'API'),
    );
    last = opening.then(write);
  };
  return {
    error: (text) => add((log) => log.error(text)),
    warning: (text) => add((log) => log.warning(text)),
    info: (text) => add((log) => log.info(text)),
    debug: (text) => add((log) => log.debug(text)),
    flush: async () => {
      await last;
      await (await opening)?.flush();
    },
  };
}
