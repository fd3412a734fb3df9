// One running command's way to the message streams: applies -ErrorAction and its siblings, fills -ErrorVariable and
// its siblings, and turns "Stop" into an exception.
import type { CommonValues } from '../binder/common-parameters.ts';
import type { ProgressRecord } from '../context.ts';
import { ErrorRecord, ThrownValue } from '../error-record.ts';
import { HostError, PipelineStopped } from '../host-error.ts';
import { isTruthy } from '../value/convert.ts';
import { textOf } from '../value/text.ts';
import { type Collectors, type Environment, informationRecord, type PreferenceName } from './environment.ts';
import { makeInquiry } from './inquire.ts';

/** The streams of one command. */
export interface CommandStreams {
  error(error: unknown, target?: unknown): void;
  leftOut(error: Error): void;
  warning(text: string): void;
  verbose(text: string): void;
  debug(text: string): void;
  information(message: unknown, tags?: readonly string[]): void;
  progress(record: ProgressRecord): void;
}

/** Collects values into a variable of the caller; `+name` appends to what it holds. */
export function variableCollector(
  environment: Environment,
  name: string | undefined,
): ((value: unknown) => void) | undefined {
  if (name === undefined || name === '') return undefined;
  const append = name.startsWith('+');
  const variable = append ? name.slice(1) : name;
  const before = append ? environment.getVariable(variable) : null;
  const values: unknown[] = Array.isArray(before)
    ? [...before]
    : before === null || before === undefined
      ? []
      : [before];
  environment.setVariable(variable, values);
  return (value) => {
    values.push(value);
  };
}

function isSilent(action: string): boolean {
  return action === 'silentlycontinue' || action === 'ignore';
}

/** Makes the streams of a command from its common parameters and the caller's preferences. */
export function makeCommandStreams(
  commandName: string,
  common: CommonValues,
  environment: Environment,
): CommandStreams {
  const action = (given: string | undefined, preference: PreferenceName): string =>
    String(given ?? environment.preference(preference) ?? 'Continue').toLowerCase();
  const errors = variableCollector(environment, common.ErrorVariable);
  const warnings = variableCollector(environment, common.WarningVariable);
  const informations = variableCollector(environment, common.InformationVariable);
  const goesOn = makeInquiry(environment.inquire, environment.signal);
  const stopped = (what: string, why: string, text: string): ThrownValue => {
    const message = `${commandName} stopped because ${why} ${what} messages${why.endsWith('for') ? ' is Stop' : ''}: ${text}`;
    return new ThrownValue(new ErrorRecord(new HostError('ActionPreferenceStop', message), commandName));
  };
  /** What follows a message that was shown. */
  const heed = (chosen: string, what: string, text: string): void => {
    if (chosen === 'stop') throw stopped(what, 'the preference for', text);
    if (chosen === 'inquire' && !goesOn(text)) throw stopped(what, 'it was told to halt at one of its', text);
  };
  const level = (given: boolean | undefined, preference: PreferenceName): string => {
    if (given !== undefined) return given ? 'continue' : 'silentlycontinue';
    return action(undefined, preference);
  };

  const streams: CommandStreams = {
    leftOut(error) {
      if (action(common.ErrorAction, 'ErrorActionPreference') === 'stop') streams.error(error);
      else streams.warning(error.message);
    },
    error(error, target) {
      if (error instanceof PipelineStopped) throw error;
      const record =
        error instanceof ErrorRecord
          ? error
          : error instanceof ThrownValue
            ? error.record
            : new ErrorRecord(
                typeof error === 'string' ? new HostError('Error', error, { symbol: 'Internal' }) : error,
                commandName,
                target,
              );
      const chosen = action(common.ErrorAction, 'ErrorActionPreference');
      if (chosen === 'ignore') return;
      errors?.(record);
      environment.streams.collect?.error(record);
      environment.rememberError(record);
      if (chosen === 'stop') throw new ThrownValue(record);
      if (chosen === 'inquire' && !goesOn(record.Exception.Message)) throw new ThrownValue(record);
      if (chosen !== 'silentlycontinue') environment.streams.error(record);
    },
    warning(text) {
      const chosen = action(common.WarningAction, 'WarningPreference');
      if (chosen === 'ignore') return;
      warnings?.(text);
      environment.streams.collect?.warning(text);
      if (isSilent(chosen)) return;
      environment.streams.warning(text);
      heed(chosen, 'warning', text);
    },
    verbose(text) {
      const chosen = level(common.Verbose, 'VerbosePreference');
      if (!isSilent(chosen)) environment.streams.verbose(text);
      heed(chosen, 'verbose', text);
    },
    debug(text) {
      const chosen = level(common.Debug, 'DebugPreference');
      if (!isSilent(chosen)) environment.streams.debug(text);
      heed(chosen, 'debug', text);
    },
    information(message, tags = []) {
      const chosen = action(common.InformationAction, 'InformationPreference');
      if (chosen === 'ignore') return;
      const record = informationRecord({ MessageData: message, Source: commandName, Tags: tags });
      informations?.(record);
      environment.streams.collect?.information(record);
      // Write-Host shows even where information messages are silent, unless the caller asks for silence on this call.
      const shown = tags.includes('PSHOST') && common.InformationAction === undefined;
      if (isSilent(chosen) && !shown && !environment.streams.takesAllInformation) return;
      environment.streams.information(record);
      heed(chosen, 'information', textOf(message));
    },
    progress(record) {
      const chosen = action(common.ProgressAction, 'ProgressPreference');
      if (isSilent(chosen)) return;
      environment.streams.progress(commandName, record);
      heed(chosen, 'progress', record.Activity);
    },
  };
  return streams;
}

/** Whether changes are only to be talked about. */
export function isWhatIf(common: CommonValues, environment: Environment): boolean {
  return common.WhatIf ?? isTruthy(environment.preference('WhatIfPreference'));
}

/** What a function's -ErrorVariable, -WarningVariable and -InformationVariable collect of the commands inside it. */
export function makeCollectors(common: CommonValues, environment: Environment): Collectors | undefined {
  const outer = environment.streams.collect;
  const errors = variableCollector(environment, common.ErrorVariable);
  const warnings = variableCollector(environment, common.WarningVariable);
  const informations = variableCollector(environment, common.InformationVariable);
  if (!errors && !warnings && !informations) return outer;
  return {
    error(record) {
      errors?.(record);
      outer?.error(record);
    },
    warning(text) {
      warnings?.(text);
      outer?.warning(text);
    },
    information(record) {
      informations?.(record);
      outer?.information(record);
    },
  };
}

/** Decides about one change: -WhatIf, -Confirm, then the preferences against the cmdlet's impact. */
export function makeShouldProcess(
  impact: string,
  common: CommonValues,
  environment: Environment,
): (target: string, action: string) => Promise<boolean> {
  const ranks: Readonly<Record<string, number>> = { none: 0, low: 1, medium: 2, high: 3 };
  let answer: 'yesToAll' | 'noToAll' | undefined;
  return async (target, action) => {
    if (isWhatIf(common, environment)) {
      const message = `What if: Performing the operation "${action}" on target "${target}".`;
      environment.streams.information(informationRecord({ MessageData: message, Source: '', Tags: ['PSHOST'] }));
      return false;
    }
    const threshold = ranks[String(environment.preference('ConfirmPreference') ?? 'High').toLowerCase()] ?? 0;
    const asks = common.Confirm ?? (threshold > 0 && (ranks[impact] ?? 0) >= threshold);
    if (!asks || answer === 'yesToAll') return true;
    if (answer === 'noToAll') return false;
    const given = await environment.confirm(
      `Performing the operation "${action}" on target "${target}".`,
      'Are you sure you want to perform this action?',
    );
    if (given === 'yesToAll' || given === 'noToAll') answer = given;
    return given === 'yes' || given === 'yesToAll';
  };
}
