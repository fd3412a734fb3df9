#!/usr/bin/env node
// The `opendism` command: the only place that ends the process. All it does lies in command.ts, which is imported only
// after Node.js (from 22.1) was told to keep compiled code between runs.
import * as nodeModule from 'node:module';

(nodeModule as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();
const { runCommandLine } = await import('./command.ts');
process.exitCode = await runCommandLine(process.argv.slice(2), (status) => process.exit(status));
process.exit();
