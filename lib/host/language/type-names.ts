// The names of types: `[int]`, `[System.Int32]` and `[int32]` are one.
import type { NumberType } from '../value/typed-number.ts';

/** Types of numbers by their name in lower case. */
export const numberTypes: Readonly<Record<string, NumberType>> = {
  sbyte: 'SByte',
  byte: 'Byte',
  int16: 'Int16',
  uint16: 'UInt16',
  int32: 'Int32',
  uint32: 'UInt32',
  int64: 'Int64',
  uint64: 'UInt64',
  single: 'Single',
  double: 'Double',
  decimal: 'Decimal',
  biginteger: 'BigInteger',
};

const aliases: Readonly<Record<string, string>> = {
  int: 'int32',
  long: 'int64',
  short: 'int16',
  uint: 'uint32',
  ulong: 'uint64',
  ushort: 'uint16',
  bigint: 'biginteger',
  'numerics.biginteger': 'biginteger',
  float: 'single',
  bool: 'boolean',
  datetimeoffset: 'datetime',
  psobject: 'object',
  'management.automation.scriptblock': 'scriptblock',
  'collections.hashtable': 'hashtable',
  'collections.idictionary': 'hashtable',
  dictionary: 'hashtable',
  'collections.generic.dictionary': 'hashtable',
  'management.automation.psobject': 'object',
  'management.automation.pscustomobject': 'pscustomobject',
  'management.automation.switchparameter': 'switch',
  'management.automation.psreference': 'ref',
  switchparameter: 'switch',
  'collections.specialized.ordereddictionary': 'ordered',
  'collections.arraylist': 'list',
  'collections.generic.list': 'list',
  'collections.objectmodel.collection': 'list',
  arraylist: 'list',
  'text.regularexpressions.regex': 'regex',
  'management.automation.errorrecord': 'errorrecord',
  'object[]': 'array',
  'io.fileinfo': 'fileinfo',
  'io.directoryinfo': 'directoryinfo',
  'management.automation.semanticversion': 'version',
  semver: 'version',
};

/** A type name in its one spelling: lower case, without `System.`, aliases resolved. */
export function canonicalType(name: string): string {
  const lower = name
    .toLowerCase()
    .replace(/^system\./, '')
    .replace(/\[[^\]]*[^[\]][^\]]*\]$/, '')
    .replace(/`\d+$/, '');
  if (lower.endsWith('[]') && lower !== 'object[]') return canonicalType(lower.slice(0, -2)) + '[]';
  return aliases[lower] ?? lower;
}

/** Full names of types whose name says more than `System.` and itself. */
const fullNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(numberTypes).map(([key, type]) => [key, `System.${type}`])),
  biginteger: 'System.Numerics.BigInteger',
  string: 'System.String',
  char: 'System.Char',
  boolean: 'System.Boolean',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  object: 'System.Object',
  array: 'System.Object[]',
  hashtable: 'System.Collections.Hashtable',
  ordered: 'System.Collections.Specialized.OrderedDictionary',
  guid: 'System.Guid',
  version: 'System.Version',
  uri: 'System.Uri',
  math: 'System.Math',
  convert: 'System.Convert',
  environment: 'System.Environment',
  'io.path': 'System.IO.Path',
  'io.file': 'System.IO.File',
  'io.directory': 'System.IO.Directory',
  regex: 'System.Text.RegularExpressions.Regex',
  switch: 'System.Management.Automation.SwitchParameter',
  scriptblock: 'System.Management.Automation.ScriptBlock',
  pscustomobject: 'System.Management.Automation.PSCustomObject',
  errorrecord: 'System.Management.Automation.ErrorRecord',
  void: 'System.Void',
  type: 'System.Type',
};

/** How a type reads as text: its short name where the language has one. */
const shownNames: Readonly<Record<string, string>> = {
  int32: 'int',
  int64: 'long',
  int16: 'short',
  uint16: 'ushort',
  uint32: 'uint',
  uint64: 'ulong',
  boolean: 'bool',
  single: 'float',
  biginteger: 'bigint',
  object: 'System.Object',
  array: 'array',
};
const shownAsWritten = new Set(
  'sbyte byte double decimal string char datetime timespan hashtable guid version uri regex switch scriptblock void type xml'.split(
    ' ',
  ),
);

const made = new Map<string, TypeValue>();

/** The value of `[name]` standing alone, and of `.GetType()`. One object for each type. */
export class TypeValue {
  readonly Name: string;
  readonly FullName: string;
  readonly #canonical: string;

  private constructor(canonical: string, fullName: string) {
    this.#canonical = canonical;
    this.FullName = fullName;
    this.Name = fullName.replace(/\[.*[^\]]\]$/, '').replace(/^.*[.+](?=.)/, '');
  }

  /** The type of a name as scripts write it. */
  static of(name: string): TypeValue {
    const canonical = canonicalType(name);
    // Lists are one type with several names.
    const key = canonical === 'list' ? name.toLowerCase() : canonical;
    let type = made.get(key);
    if (!type) {
      type = new TypeValue(canonical, fullNameOf(canonical, name));
      if (made.size > 1000) made.clear();
      made.set(key, type);
    }
    return type;
  }

  /** The name in lower case, without `System.`. */
  get canonical(): string {
    return this.#canonical;
  }

  toString(): string {
    const name = this.#canonical.replace(/\[\]$/, '');
    const shown = shownNames[name] ?? (shownAsWritten.has(name) ? name : undefined);
    return shown === undefined ? this.FullName : this.#canonical.endsWith('[]') ? `${shown}[]` : shown;
  }
}

function fullNameOf(canonical: string, written: string): string {
  if (canonical.endsWith('[]') && canonical !== 'array')
    return `${fullNameOf(canonical.slice(0, -2), written.slice(0, -2))}[]`;
  if (canonical === 'list' && !/generic|objectmodel/i.test(written)) return 'System.Collections.ArrayList';
  return fullNames[canonical] ?? written;
}
