#!/usr/bin/env node
// The `dism` command: DISM.exe command lines on the cmdlets of OpenDISM.
import { runProcess } from './process-host.ts';
import { runDism } from './run-dism.ts';

await runProcess((host, args) => runDism(args, host));
