// Turns a given value into what a parameter's declaration asks for, or says precisely why it cannot.

import { HostError, type SourceSpan } from '../host-error.ts';
import { invocableOf, isInvocable } from '../invocable.ts';
import type { ParameterDeclaration } from '../parameter.ts';
import { isTruthy, toDate, toFileTime, toHashtable, toNumber } from '../value/convert.ts';
import { roundHalfEven } from '../value/number.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import { isNumeric } from '../value/typed-number.ts';
import { actionPreferences } from './common-parameters.ts';
import { didYouMean } from './near-miss.ts';

/** What conversion needs to know of the session. */
export interface ConversionContext {
  resolvePath(path: string): string;
}

/** A value that cannot become what the parameter needs; `undefined` results mean it, with the reason in `Failure`. */
class Failure {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

const limits: Readonly<Record<string, readonly [number, number]>> = {
  Int32: [-0x80000000, 0x7fffffff],
  UInt32: [0, 0xffffffff],
  UInt64: [0, Number.MAX_SAFE_INTEGER],
};

function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > 80 ? text.slice(0, 77) + '...' : text;
}

function wholeNumber(value: unknown, kind: 'Int32' | 'UInt32' | 'UInt64'): number | Failure {
  const number = value === null ? undefined : toNumber(value);
  if (number === undefined || Number.isNaN(number)) return new Failure(`'${shown(value)}' is not a number`);
  const whole = roundHalfEven(number);
  const [least, most] = limits[kind]!;
  if (whole < least || whole > most) return new Failure(`${shown(value)} is not between ${least} and ${most}`);
  return whole;
}

function enumerationValue(value: unknown, values: readonly string[]): string | Failure {
  // The one enumeration that is often given by number: `-ErrorAction 0`.
  if (values === actionPreferences && isNumeric(value) && values[Number(value)] !== undefined)
    return values[Number(value)]!;
  const text = textOf(value).toLowerCase();
  const exact = values.find((candidate) => candidate.toLowerCase() === text);
  if (exact !== undefined) return exact;
  const prefixed = text === '' ? [] : values.filter((candidate) => candidate.toLowerCase().startsWith(text));
  if (prefixed.length === 1) return prefixed[0]!;
  return new Failure(
    `'${shown(value)}' is not one of ${values.join(', ')}.${didYouMean(text, values)}`.replace(/\.$/, ''),
  );
}

function convertOne(declaration: ParameterDeclaration, value: unknown, context: ConversionContext): unknown {
  switch (declaration.kind) {
    case 'String':
      return textOf(value);
    case 'Path': {
      const text = textOf(value);
      return text === '' ? text : context.resolvePath(text);
    }
    case 'Int32':
    case 'UInt32':
    case 'UInt64':
      return wholeNumber(value, declaration.kind);
    case 'Double':
      return toNumber(value) ?? new Failure(`'${shown(value)}' is not a number`);
    case 'Boolean':
    case 'Switch':
      if (typeof value === 'boolean') return value;
      if (isNumeric(value)) return Number(value) !== 0;
      if (declaration.kind === 'Switch' && typeof value === 'object' && value !== null) return isTruthy(value);
      if (typeof value === 'string' && /^\$?(true|false)$/i.test(value)) return /true/i.test(value);
      return new Failure(`'${shown(value)}' is not $true or $false`);
    case 'Enumeration':
      return enumerationValue(value, declaration.values);
    case 'FileTime':
      return toFileTime(value) ?? new Failure(`'${shown(value)}' is not a date`);
    case 'DateTime':
      return toDate(value) ?? new Failure(`'${shown(value)}' is not a date`);
    case 'ScriptBlock':
      if (isInvocable(value)) return value;
      if (typeof value === 'function') return invocableOf(value as (item: unknown) => unknown);
      return new Failure(`'${shown(value)}' is not a script block; write it in braces: { $_.Name }`);
    case 'Hashtable':
      return (
        toHashtable(value) ?? new Failure(`a ${typeNameOf(value)} is not a table; write it as @{ Name = 'value' }`)
      );
    default:
      return value;
  }
}

function convert(declaration: ParameterDeclaration, value: unknown, context: ConversionContext): unknown {
  if (value === null || value === undefined) {
    if (declaration.kind === 'Object' || declaration.allowNull) return declaration.isArray ? [null] : null;
    return new Failure('the value is null');
  }
  if (!declaration.isArray) {
    if (Array.isArray(value) && declaration.kind !== 'Object') {
      if (value.length === 1) return convertOne(declaration, value[0], context);
      if (declaration.kind !== 'String') return new Failure('it takes one value and was given several');
      return new Failure(`it takes one value and was given ${value.length}`);
    }
    return convertOne(declaration, value, context);
  }
  const items: unknown[] = [];
  for (const item of Array.isArray(value) ? value : [value]) {
    const converted =
      item === null && declaration.kind !== 'Object'
        ? new Failure('an element is null')
        : convertOne(declaration, item, context);
    if (converted instanceof Failure) return converted;
    items.push(converted);
  }
  return items;
}

/** Converts and validates an argument; throws a usage error that names the parameter. */
export function convertArgument(
  commandName: string,
  name: string,
  declaration: ParameterDeclaration,
  value: unknown,
  context: ConversionContext,
  span?: SourceSpan,
): unknown {
  const converted = convert(declaration, value, context);
  const fault =
    converted instanceof Failure
      ? `cannot use the value for -${name}: ${converted.reason}.`
      : converted !== null && declaration.validate?.(converted);
  if (!fault) return converted;
  const id = converted instanceof Failure ? 'CannotConvertArgument' : 'ParameterArgumentValidationError';
  const message = converted instanceof Failure ? fault : `the value of -${name} is not valid: ${fault}`;
  throw new HostError(id, `${commandName}: ${message}`, { Target: name, span });
}

/** Converts a value from the pipeline; undefined when it does not fit or is null or empty. */
export function convertFromPipeline(
  declaration: ParameterDeclaration,
  value: unknown,
  context: ConversionContext,
): unknown {
  if (value === undefined) return undefined;
  if (value === null || value === '') return declaration.allowNull || declaration.kind === 'Object' ? value : undefined;
  const converted = convert(declaration, value, context);
  if (converted instanceof Failure || (converted !== null && declaration.validate?.(converted))) return undefined;
  return converted;
}
