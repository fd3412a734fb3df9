// defineCmdlet: one declaration from which the binder, help, completion, documentation and TypeScript callers read.
// The declared object is itself a function: calling it runs the cmdlet as an async iterable.
import { unnamedSet } from './binder/signature.ts';
import type { CmdletContext } from './context.ts';
import type { MaybePromise } from './maybe-promise.ts';
import {
  type BoundParameters,
  type Extension,
  type InputParameters,
  type ParameterDeclarations,
  unmarked,
} from './parameter.ts';
import { type CallInput, type CallOptions, type CmdletCall, callCmdlet } from './pipeline/call.ts';
import type { RecordType } from './record.ts';

/** 'none' reads only; all others get -WhatIf and -Confirm. */
export type Impact = 'none' | 'low' | 'medium' | 'high';

/** A command that help shows and the tests run. */
export interface CmdletExample {
  readonly title: string;
  readonly command: string;
}

/**
 * What `begin`, `process` and `end` give: records one by one (a generator, async or not), some at once (an array),
 * or nothing. Synchronous forms keep a pipeline free of microtasks; use async generators wherever anything waits.
 */
export type CmdletOutput<T> = AsyncIterable<T> | MaybePromise<Iterable<T> | undefined>;

type Step<D, T, S> = (
  parameters: BoundParameters<D>,
  context: CmdletContext & { readonly state: S },
) => CmdletOutput<T>;

/** A cmdlet's declaration. */
export interface CmdletOptions<D extends ParameterDeclarations, T, S> {
  /** Verb-Noun. */
  readonly name: string;
  /** One sentence. */
  readonly synopsis: string;
  /** What the synopsis leaves open; paragraphs separated by empty lines. */
  readonly description?: string;
  readonly impact: Impact;
  readonly parameters: D;
  /** The set chosen when the arguments fit several. */
  readonly defaultSet?: string;
  /** What it yields. */
  readonly output?: RecordType<T> | readonly RecordType<T>[];
  readonly aliases?: readonly (string | Extension<string>)[];
  readonly examples: readonly CmdletExample[];
  /** Fresh for every invocation; `context.state` in all three steps. */
  readonly state?: () => S;
  /** Once, before the first record; parameters that the pipeline fills are not there yet. */
  readonly begin?: Step<D, T, S>;
  /** Once per record, or once without pipeline input. */
  readonly process?: Step<D, T, S>;
  /** Once, after the last record. */
  readonly end?: Step<D, T, S>;
  /** Always, also after an error or Ctrl+C: release what `state` holds. */
  readonly clean?: (context: CmdletContext & { readonly state: S }) => MaybePromise<void>;
}

/** A cmdlet with its types erased: what the host works with. */
export interface CmdletDefinition {
  readonly name: string;
  readonly synopsis: string;
  readonly description: string;
  readonly impact: Impact;
  readonly parameters: ParameterDeclarations;
  /** All set names, in order of declaration; one unnamed set when none are declared. */
  readonly sets: readonly string[];
  readonly defaultSet: string | undefined;
  readonly output: readonly RecordType<never>[];
  readonly aliases: readonly string[];
  readonly examples: readonly CmdletExample[];
  readonly state: (() => unknown) | undefined;
  readonly begin: ErasedStep | undefined;
  readonly process: ErasedStep | undefined;
  readonly end: ErasedStep | undefined;
  readonly clean: ((context: CmdletContext & { readonly state: unknown }) => MaybePromise<void>) | undefined;
}

export type ErasedStep = (
  parameters: Readonly<Record<string, unknown>>,
  context: CmdletContext & { readonly state: unknown },
) => CmdletOutput<unknown>;

/** Parameters may be left out altogether when none is required. */
type CallArguments<I> =
  Record<never, never> extends I ? [parameters?: I, options?: CallOptions] : [parameters: I, options?: CallOptions];

/** A declared cmdlet: call it from TypeScript, or give it to a session. */
export interface Cmdlet<D extends ParameterDeclarations, T> {
  (...call: CallArguments<CallInput<InputParameters<D>>>): CmdletCall<T>;
  readonly definition: CmdletDefinition;
}

/** Declares a cmdlet. */
export function defineCmdlet<const D extends ParameterDeclarations, T = unknown, S = undefined>(
  options: CmdletOptions<D, T, S>,
): Cmdlet<D, T> {
  const sets = new Set<string>();
  for (const parameter of Object.values(options.parameters)) for (const set of parameter.sets) sets.add(set);
  if (options.defaultSet) sets.add(options.defaultSet);
  const output = options.output;
  const definition: CmdletDefinition = Object.freeze({
    name: options.name,
    synopsis: options.synopsis,
    description: options.description ?? '',
    impact: options.impact,
    parameters: options.parameters,
    sets: sets.size === 0 ? [unnamedSet] : [...sets],
    defaultSet: options.defaultSet,
    output: (output === undefined ? [] : Array.isArray(output) ? output : [output]) as RecordType<never>[],
    aliases: (options.aliases ?? []).map(unmarked),
    examples: options.examples,
    state: options.state,
    begin: options.begin as ErasedStep | undefined,
    process: options.process as ErasedStep | undefined,
    end: options.end as ErasedStep | undefined,
    clean: options.clean as CmdletDefinition['clean'],
  });
  const call = (...[parameters, options]: CallArguments<CallInput<InputParameters<D>>>): CmdletCall<T> =>
    callCmdlet(definition, parameters as CallInput<Record<string, unknown>> | undefined, options) as CmdletCall<T>;
  return Object.assign(call, { definition });
}
