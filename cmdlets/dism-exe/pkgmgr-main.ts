#!/usr/bin/env node
// The `pkgmgr` command: command lines of the older Package Manager.
import { failureOf } from './failure.ts';
import { pkgmgrHelp, translatePkgmgr } from './pkgmgr.ts';
import { runProcess } from './process-host.ts';
import { runDism } from './run-dism.ts';

await runProcess(async (host, args) => {
  try {
    const line = translatePkgmgr(args);
    if (line !== 'help') return await runDism(line, host);
    host.write(pkgmgrHelp.join(host.lineEnd) + host.lineEnd);
    return 0;
  } catch (error) {
    const { code, message } = failureOf(error);
    host.write(`${message}${host.lineEnd}`);
    return code;
  }
});
