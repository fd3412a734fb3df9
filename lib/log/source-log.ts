// A log whose lines say which part of the program wrote them, and in which process: `DISM Driver Manager: PID=17 TID=17 text`.
import { threadId } from 'node:worker_threads';
import type { Logger } from './logger.ts';

/** A view on a log for one part of the program. The first thread of a process has the number of the process. */
export function sourceLog(log: Logger, source: string): Logger {
  const thread = threadId === 0 ? process.pid : threadId;
  const line = (text: string): string => `${source}: PID=${process.pid} TID=${thread} ${text}`;
  return {
    error: (text) => log.error(line(text)),
    warning: (text) => log.warning(line(text)),
    info: (text) => log.info(line(text)),
    debug: (text) => log.debug(line(text)),
    flush: () => log.flush(),
  };
}
