// The typed builders that declare a cmdlet's parameters. A declaration is plain data; its TypeScript type carries what
// `process` sees (`BoundParameters`) and what a TypeScript caller may pass (`InputParameters`).
import type { FileTime } from '../base/file-time.ts';
import type { Invocable } from './invocable.ts';

/** What kind of value a parameter takes; the binder converts to it. */
export type ParameterKind =
  | 'String'
  | 'Path'
  | 'Int32'
  | 'UInt32'
  | 'UInt64'
  | 'Double'
  | 'Boolean'
  | 'Switch'
  | 'Enumeration'
  | 'FileTime'
  | 'DateTime'
  | 'ScriptBlock'
  | 'Hashtable'
  | 'Object';

/** Something Microsoft's cmdlet does not have; the conformance table lists it. */
export interface Extension<T> {
  readonly extension: true;
  readonly value: T;
}

/** Marks a position, an alias or a set name as ours, not Microsoft's. */
export function extension<T extends string | number>(value: T): Extension<T> {
  return { extension: true, value };
}

/** The bare value of something that may be marked as an extension. */
export function unmarked<T extends string | number>(value: T | Extension<T>): T {
  return typeof value === 'object' ? value.value : value;
}

/** How a record of the pipeline may fill a parameter. */
export type PipelineBinding = 'property' | 'value' | 'both';

/** What every builder accepts. */
export interface ParameterOptions<T> {
  /** One sentence for Get-Help. */
  readonly help: string;
  /** `true`: in every set of the parameter. A list: only in these sets. */
  readonly mandatory?: true | readonly string[];
  readonly pipeline?: PipelineBinding;
  readonly position?: number | Extension<number>;
  /** The parameter sets it belongs to; absent means all. */
  readonly sets?: readonly (string | Extension<string>)[];
  readonly aliases?: readonly (string | Extension<string>)[];
  /** The cmdlet matches the value as a wildcard pattern. */
  readonly wildcards?: boolean;
  readonly default?: T;
  /** Says what is wrong with a converted value, or nothing. */
  readonly validate?: (value: T) => string | undefined;
  /** Collects all positional arguments that no other parameter took. */
  readonly remaining?: boolean;
  /** `null` is a value here instead of an error. */
  readonly allowNull?: boolean;
  /** The whole parameter is ours, not Microsoft's. */
  readonly extension?: boolean;
  /** Values for completion, given what is bound so far. */
  readonly complete?: (bound: Readonly<Record<string, unknown>>) => Promise<readonly string[]>;
}

/** A declared parameter, types erased: what the binder, help and completion read. */
export interface ParameterDeclaration {
  readonly kind: ParameterKind;
  readonly isArray: boolean;
  readonly help: string;
  readonly mandatory: boolean | readonly string[];
  readonly pipeline: PipelineBinding | undefined;
  readonly position: number | undefined;
  readonly positionIsExtension: boolean;
  /** Empty: all sets. */
  readonly sets: readonly string[];
  readonly extensionSets: readonly string[];
  readonly aliases: readonly string[];
  readonly extensionAliases: readonly string[];
  /** The accepted values of an enumeration, as Microsoft spells them. */
  readonly values: readonly string[];
  readonly wildcards: boolean;
  readonly default: unknown;
  readonly validate: ((value: unknown) => string | undefined) | undefined;
  readonly remaining: boolean;
  readonly allowNull: boolean;
  readonly extension: boolean;
  readonly complete: ((bound: Readonly<Record<string, unknown>>) => Promise<readonly string[]>) | undefined;
}

/** required: given by name. piped: by name or from a record. present: has a default. optional: may be absent. */
export type Presence = 'required' | 'piped' | 'present' | 'optional';

declare const valueType: unique symbol;
declare const presenceType: unique symbol;

/** A declared parameter with the type of its value. */
export interface Parameter<T, P extends Presence> extends ParameterDeclaration {
  readonly [valueType]?: T;
  readonly [presenceType]?: P;
}

export type PresenceOf<O> = O extends { mandatory: true }
  ? O extends { sets: readonly unknown[] }
    ? 'optional'
    : O extends { pipeline: string }
      ? 'piped'
      : 'required'
  : O extends { default: NonNullable<unknown> }
    ? 'present'
    : 'optional';

type ValueOf<D> = D extends Parameter<infer T, Presence> ? T : never;
type PresentKeys<D> = {
  [K in keyof D]: D[K] extends Parameter<unknown, infer P> ? ('optional' extends P ? never : K) : never;
}[keyof D];
type RequiredKeys<D> = {
  [K in keyof D]: D[K] extends Parameter<unknown, infer P> ? ([P] extends ['required'] ? K : never) : never;
}[keyof D];
type Simplify<T> = { [K in keyof T]: T[K] };

/** Declared parameters by name. */
export type ParameterDeclarations = Readonly<Record<string, ParameterDeclaration>>;

/** What `begin`, `process` and `end` see. */
export type BoundParameters<D> = Simplify<
  { readonly [K in PresentKeys<D>]: ValueOf<D[K]> } & {
    readonly [K in Exclude<keyof D, PresentKeys<D>>]?: ValueOf<D[K]> | undefined;
  }
>;

type InputOf<T> = T extends Invocable ? Invocable | ((item: never) => unknown) : T;

/** What a TypeScript caller passes; mandatory parameters that a pipeline can fill may be left out. */
export type InputParameters<D> = Simplify<
  { readonly [K in RequiredKeys<D>]: InputOf<ValueOf<D[K]>> } & {
    readonly [K in Exclude<keyof D, RequiredKeys<D>>]?: InputOf<ValueOf<D[K]>> | undefined;
  }
>;

function declare<T>(
  kind: ParameterKind,
  isArray: boolean,
  options: ParameterOptions<T>,
  values: readonly string[] = [],
): ParameterDeclaration {
  const marked = <V extends string | number>(items: readonly (V | Extension<V>)[] | undefined): V[] =>
    (items ?? []).filter((item) => typeof item === 'object').map(unmarked);
  return Object.freeze({
    kind,
    isArray,
    help: options.help,
    mandatory: options.mandatory ?? false,
    pipeline: options.pipeline,
    position: options.position === undefined ? undefined : unmarked(options.position),
    positionIsExtension: typeof options.position === 'object',
    sets: (options.sets ?? []).map(unmarked),
    extensionSets: marked(options.sets),
    aliases: (options.aliases ?? []).map(unmarked),
    extensionAliases: marked(options.aliases),
    values,
    wildcards: options.wildcards ?? false,
    default: kind === 'Switch' ? false : options.default,
    validate: options.validate as ((value: unknown) => string | undefined) | undefined,
    remaining: options.remaining ?? false,
    allowNull: options.allowNull ?? false,
    extension: options.extension ?? false,
    complete: options.complete,
  });
}

/** A builder of scalar parameters with a builder of array parameters beside it. */
interface Builder<T> {
  <const O extends ParameterOptions<T>>(options: O): Parameter<T, PresenceOf<O>>;
  /** The array form: a single value becomes an array of one. */
  array<const O extends ParameterOptions<readonly T[]>>(options: O): Parameter<readonly T[], PresenceOf<O>>;
}

function builder<T>(kind: ParameterKind): Builder<T> {
  return Object.assign(
    <const O extends ParameterOptions<T>>(options: O) => declare(kind, false, options) as Parameter<T, PresenceOf<O>>,
    {
      array: <const O extends ParameterOptions<readonly T[]>>(options: O) =>
        declare(kind, true, options) as Parameter<readonly T[], PresenceOf<O>>,
    },
  );
}

/** Text. */
export const string: Builder<string> = builder<string>('String');
/** A path of the local machine; relative ones are resolved against the session's location. */
export const path: Builder<string> = builder<string>('Path');
/** A whole number, negative too. */
export const int32: Builder<number> = builder<number>('Int32');
/** 0 to 4294967295. */
export const uint32: Builder<number> = builder<number>('UInt32');
/** 0 to 2^53: sizes and offsets. */
export const uint64: Builder<number> = builder<number>('UInt64');
/** A number with a fraction. */
export const double: Builder<number> = builder<number>('Double');
/** `$true` or `$false`. */
export const boolean: Builder<boolean> = builder<boolean>('Boolean');
/** A point in time with 100 ns precision. */
export const fileTime: Builder<FileTime> = builder<FileTime>('FileTime');
/** A calendar date and time. */
export const dateTime: Builder<Date> = builder<Date>('DateTime');
/** Code: a `{ }` of the language or a function of TypeScript. */
export const scriptBlock: Builder<Invocable> = builder<Invocable>('ScriptBlock');
/** A table of keys and values. */
export const hashtable: Builder<ReadonlyMap<string, unknown>> = builder<ReadonlyMap<string, unknown>>('Hashtable');
/** Any value, unconverted. */
export const any: Builder<unknown> = builder<unknown>('Object');

/** A flag: `-Name`, `-Name:$false`. Always present as a boolean. */
export function switchParameter(options: Omit<ParameterOptions<boolean>, 'default'>): Parameter<boolean, 'present'> {
  return declare('Switch', false, options as ParameterOptions<boolean>) as Parameter<boolean, 'present'>;
}

/** One of a few names, in any letter case. */
export function enumeration<const V extends readonly string[], const O extends ParameterOptions<V[number]>>(
  values: V,
  options: O,
): Parameter<V[number], PresenceOf<O>> {
  return declare('Enumeration', false, options, values) as Parameter<V[number], PresenceOf<O>>;
}

/** Several of a few names. */
enumeration.array = <const V extends readonly string[], const O extends ParameterOptions<readonly V[number][]>>(
  values: V,
  options: O,
): Parameter<readonly V[number][], PresenceOf<O>> =>
  declare('Enumeration', true, options, values) as Parameter<readonly V[number][], PresenceOf<O>>;
