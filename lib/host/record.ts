// Records: what flows through pipelines. Plain frozen data; the type hangs on the prototype, so keys, JSON and
// structural comparison see the data alone. A record type also says how its records look: views are declared with it.
import { DismError } from '../base/error.ts';

/** One column of a table or one line of a list. */
export interface ViewColumn<T> {
  readonly property: keyof T & string;
  /** The heading, when it is not the property's name. */
  readonly label?: string;
  /** The text of the value; default is the language's own text of it. */
  readonly format?: (value: unknown, record: T) => string;
  /** Table width in cells; default is as wide as the content. */
  readonly width?: number;
  readonly align?: 'left' | 'right';
}

/** How records of a type are shown and turned into text. */
export interface RecordOptions<T> {
  /** The type whose views and name it inherits. */
  readonly parent?: Pick<RecordType<never>, 'typeName' | 'typeNames' | 'defaultView'>;
  /** The properties Format-List shows; plain names or columns. */
  readonly list?: readonly ((keyof T & string) | ViewColumn<T>)[];
  /** The columns Format-Table shows. */
  readonly table?: readonly ((keyof T & string) | ViewColumn<T>)[];
  /** Which one is used when nobody asks: the one declared, list if both are. */
  readonly defaultView?: 'list' | 'table';
  /** The record as text, in strings and where Microsoft has a string. */
  readonly text?: (record: T) => string;
}

/** A declared record type: calling it makes a record. */
export interface RecordType<T> {
  (fields: T): Readonly<T>;
  readonly typeName: string;
  /** Its own name, then its ancestors'. */
  readonly typeNames: readonly string[];
  readonly list: readonly ViewColumn<T>[] | undefined;
  readonly table: readonly ViewColumn<T>[] | undefined;
  readonly defaultView: 'list' | 'table' | undefined;
}

const tag = Symbol.for('opendism.record-type');

/** Declares a record type. `T` is an interface of plain readonly data. */
export function defineRecord<T extends object>(typeName: string, options: RecordOptions<T> = {}): RecordType<T> {
  const parent = options.parent as unknown as RecordType<T> | undefined;
  const columns = (view: RecordOptions<T>['list']): ViewColumn<T>[] | undefined =>
    view?.map((column) => (typeof column === 'string' ? { property: column } : column));
  const prototype: object = Object.create(Object.prototype);
  const create = (fields: T): Readonly<T> => {
    const record = Object.assign(Object.create(prototype), fields) as Record<string, unknown>;
    for (const key in record) {
      if (typeof record[key] === 'bigint') record[key] = safeNumber(record[key], `${typeName}.${key}`);
    }
    return Object.freeze(record) as Readonly<T>;
  };
  const type: RecordType<T> = Object.assign(create, {
    typeName,
    typeNames: [typeName, ...(parent?.typeNames ?? [])],
    list: columns(options.list) ?? (options.table ? undefined : parent?.list),
    table: columns(options.table) ?? (options.list ? undefined : parent?.table),
    defaultView: options.defaultView ?? (options.list ? 'list' : options.table ? 'table' : parent?.defaultView),
  });
  const text = options.text;
  Object.defineProperties(prototype, {
    [tag]: { value: type },
    toString: {
      value(this: T): string {
        return text ? text(this) : typeName;
      },
    },
  });
  return type;
}

/** The declared type of a record; undefined for other values. */
export function recordTypeOf(value: unknown): RecordType<object> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { [tag]?: RecordType<object> })[tag];
}

/** A 64-bit value as a number; records hold no bigint. */
export function safeNumber(value: bigint, target: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
    throw new DismError('LimitExceeded', `${target} is ${value}, more than a record can hold (2^53).`, {
      Target: target,
    });
  }
  return Number(value);
}
