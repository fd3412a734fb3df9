// Variables that are computed where they are read.
import { homedir } from 'node:os';
import type { Session } from '../session.ts';
import { Version } from '../value/version.ts';

/** The value of an automatic variable by its lower-case name; undefined for all other names. */
export function automaticVariable(name: string, session: Session, version: (() => string) | undefined): unknown {
  switch (name) {
    case '?':
      return session.lastSucceeded;
    case 'error':
      return session.errors;
    case 'lastexitcode':
      return session.lastExitCode;
    case 'pwd':
      return session.cwd;
    case 'home':
      return homedir();
    case 'pid':
      return process.pid;
    case 'psversiontable':
      return Object.freeze({
        PSVersion: new Version('7.4.0'),
        PSEdition: 'Core',
        OpenDismVersion: version?.() ?? '',
        Platform: process.platform,
      });
    case 'islinux':
      return process.platform === 'linux';
    case 'iswindows':
      return process.platform === 'win32';
    case 'ismacos':
      return process.platform === 'darwin';
    default:
      return undefined;
  }
}
