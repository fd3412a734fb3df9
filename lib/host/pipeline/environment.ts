// The seam between a running command and whoever runs it: a session of the language, or a TypeScript caller.
import type { Logger } from '../../log/logger.ts';
import type { BinaryOutput, ProgressRecord } from '../context.ts';
import type { ErrorRecord } from '../error-record.ts';
import type { HostServices } from '../host-services.ts';
import type { Emit } from '../invocable.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { defineRecord, type RecordType } from '../record.ts';
import { textOf } from '../value/text.ts';
import type { Inquire } from './inquire.ts';

/** A message beside the output; `Tags` holds PSHOST for Write-Host. */
export interface InformationRecord {
  readonly MessageData: unknown;
  readonly Source: string;
  readonly Tags: readonly string[];
}

/** Makes a message record; as text it is its message. */
export const informationRecord: RecordType<InformationRecord> = defineRecord<InformationRecord>(
  'System.Management.Automation.InformationRecord',
  { text: ({ MessageData }) => textOf(MessageData) },
);

/** A warning, verbose or debug message that a redirection made part of the output. */
export interface MessageRecord {
  readonly Message: string;
}

const messageRecordOf = (kind: string): RecordType<MessageRecord> =>
  defineRecord<MessageRecord>(`System.Management.Automation.${kind}Record`, { text: ({ Message }) => Message });

/** Makes records of messages by their stream. */
export const messageRecords = {
  warning: messageRecordOf('Warning'),
  verbose: messageRecordOf('Verbose'),
  debug: messageRecordOf('Debug'),
} as const;

/** Where everything that is not output goes. All of it returns at once. */
export interface Streams {
  error(record: ErrorRecord): void;
  warning(text: string): void;
  verbose(text: string): void;
  debug(text: string): void;
  information(record: InformationRecord): void;
  progress(source: string, record: ProgressRecord): void;
  /** Information is redirected, so it counts even where it would not be shown. */
  readonly takesAllInformation?: boolean | undefined;
  /** Hears of every message of the commands inside a function, shown or not: its -ErrorVariable and siblings. */
  readonly collect?: Collectors | undefined;
}

/** Receivers of copies of messages. */
export interface Collectors {
  error(record: ErrorRecord): void;
  warning(text: string): void;
  information(record: InformationRecord): void;
}

export type PreferenceName =
  | 'ErrorActionPreference'
  | 'WarningPreference'
  | 'VerbosePreference'
  | 'DebugPreference'
  | 'InformationPreference'
  | 'ProgressPreference'
  | 'WhatIfPreference'
  | 'ConfirmPreference';

/** What somebody answered when asked before a change. */
export type ConfirmAnswer = 'yes' | 'yesToAll' | 'no' | 'noToAll';

/** The variables of whoever calls a command; a scope is named as in `$global:x`, and empty for the nearest. */
export interface Variables {
  names(): readonly string[];
  /** undefined when there is none. */
  get(name: string, scope?: string): unknown;
  set(name: string, value: unknown, scope?: string): void;
  remove(name: string, scope?: string): void;
}

/** What a command needs of its surroundings. */
export interface Environment {
  readonly cwd: string;
  resolvePath(path: string): string;
  readonly signal: AbortSignal;
  readonly binaryOutput: BinaryOutput;
  readonly streams: Streams;
  /** The log for a command with these parameters. */
  openLog(parameters: Readonly<Record<string, unknown>>, warn: (text: string) => void): Logger;
  /** The value of a preference variable, as text or boolean. */
  preference(name: PreferenceName): unknown;
  /** Assigns a variable of the caller, for -OutVariable and its siblings. */
  setVariable(name: string, value: unknown): void;
  getVariable(name: string): unknown;
  /** Absent for TypeScript callers. */
  readonly variables?: Variables;
  /** Adds to `$Error`. */
  rememberError(record: ErrorRecord): void;
  /** Asks a person; rejects with a usage error when there is none to ask. */
  confirm(message: string, caption: string): Promise<ConfirmAnswer>;
  /** Asks whether to go on after a message; absent where there is nobody to ask. */
  readonly inquire?: Inquire | undefined;
  /** Runs text as a script among the caller's variables; absent for TypeScript callers. */
  readonly runText?: (text: string, emit: Emit) => MaybePromise<void>;
  readonly environmentVariables?: Record<string, string | undefined>;
  /** The session; absent for TypeScript callers. */
  readonly host?: HostServices;
}
