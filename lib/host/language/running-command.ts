// $PSCmdlet: what an advanced function may ask of its own invocation.

import { ErrorRecord, ThrownValue } from '../error-record.ts';
import type { Emit } from '../invocable.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { forEach } from '../maybe-promise.ts';
import type { CommandStreams } from '../pipeline/command-streams.ts';
import { enumerate, isTruthy } from '../value/convert.ts';
import type { Hashtable } from '../value/hashtable.ts';
import { textOf } from '../value/text.ts';

/** $MyInvocation: how something was called. */
export interface Invocation {
  readonly MyCommand: { readonly Name: string };
  readonly InvocationName: string;
  readonly BoundParameters: Hashtable;
  readonly UnboundArguments: readonly unknown[];
  readonly ExpectingInput: boolean;
  readonly ScriptName: string;
  readonly PSCommandPath: string;
}

/** What the methods of $PSCmdlet do. */
export interface CommandAbilities {
  readonly emit: Emit;
  readonly streams: CommandStreams;
  shouldProcess(target: string, action: string): Promise<boolean>;
  confirm(message: string, caption: string): Promise<boolean>;
}

/** One running advanced function. */
export class RunningCommand {
  readonly MyInvocation: Invocation;
  ParameterSetName = '';
  readonly #abilities: CommandAbilities;

  constructor(invocation: Invocation, abilities: CommandAbilities) {
    this.MyInvocation = invocation;
    this.#abilities = abilities;
  }

  /** Calls one of the methods below by its lower-case name. */
  call(method: string, args: readonly unknown[]): unknown {
    return methods[method]!(this.#abilities, this.MyInvocation.MyCommand.Name, args);
  }
}

type Method = (abilities: CommandAbilities, name: string, args: readonly unknown[]) => unknown;

const methods: Readonly<Record<string, Method>> = {
  shouldprocess: ({ shouldProcess }, name, [target, action]) =>
    shouldProcess(textOf(target), action === undefined ? name : textOf(action)),
  shouldcontinue: ({ confirm }, _, [message, caption]) => confirm(textOf(message), textOf(caption ?? 'Confirm')),
  writeobject: ({ emit }, _, [value, each]): MaybePromise<void> =>
    isTruthy(each) ? forEach(enumerate(value), emit) : emit(value),
  writeerror: ({ streams }, _, [error]) => streams.error(error),
  writewarning: ({ streams }, _, [text]) => streams.warning(textOf(text)),
  writeverbose: ({ streams }, _, [text]) => streams.verbose(textOf(text)),
  writedebug: ({ streams }, _, [text]) => streams.debug(textOf(text)),
  writeinformation: ({ streams }, _, [message]) => streams.information(message),
  throwterminatingerror: (_, name, [error]) => {
    throw new ThrownValue(ErrorRecord.from(error, name));
  },
};

/** The methods of $PSCmdlet by lower-case name. */
export const runningCommandMethods: Readonly<Record<string, (self: RunningCommand, ...args: unknown[]) => unknown>> =
  Object.fromEntries(
    Object.keys(methods).map((name) => [name, (self: RunningCommand, ...args: unknown[]) => self.call(name, args)]),
  );
