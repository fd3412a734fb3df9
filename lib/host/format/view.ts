// Which columns a value shows: from its record type's view, or from its own properties.
import { informationRecord, messageRecords } from '../pipeline/environment.ts';
import { recordTypeOf } from '../record.ts';
import { Hashtable } from '../value/hashtable.ts';
import { getProperty, propertyNames } from '../value/property.ts';
import { typeNameOf } from '../value/text.ts';
import { cellText, safeText } from './cell-text.ts';

/** A column of a table or a line of a list. */
export interface Column {
  readonly label: string;
  readonly width: number | undefined;
  readonly align: 'left' | 'right' | undefined;
  /** The raw value, for alignment and grouping. */
  value(item: unknown): unknown;
  /** The text of the cell. */
  text(item: unknown): string;
}

/** A column that shows a property. */
export function propertyColumn(name: string): Column {
  return {
    label: name,
    width: undefined,
    align: undefined,
    value: (item) => getProperty(item, name),
    text: (item) => safeText(cellText(getProperty(item, name))),
  };
}

const messageTypes: readonly unknown[] = [informationRecord, ...Object.values(messageRecords)];

/** Whether a value prints as plain text rather than as a table or list. */
export function isScalar(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    value instanceof Date ||
    value instanceof Uint8Array ||
    messageTypes.includes(recordTypeOf(value) ?? null) ||
    propertyNames(value).length === 0
  );
}

/** The columns of a value in a shape. */
export function columnsOf(value: unknown, shape: 'list' | 'table'): readonly Column[] {
  const type = recordTypeOf(value);
  const view = type && (type[shape] ?? type[shape === 'list' ? 'table' : 'list']);
  if (view) {
    return view.map(
      ({ property, label, format, width, align }): Column => ({
        label: label ?? property,
        width,
        align,
        value: (item) => getProperty(item, property),
        text: (item) => {
          const own = getProperty(item, property);
          return safeText(format && own !== null && own !== undefined ? format(own, item as never) : cellText(own));
        },
      }),
    );
  }
  if (value instanceof Hashtable) return [propertyColumn('Name'), propertyColumn('Value')];
  return propertyNames(value).map(propertyColumn);
}

/** List or table, when nobody asks. */
export function shapeOf(value: unknown): 'list' | 'table' {
  const type = recordTypeOf(value);
  if (type?.defaultView) return type.defaultView;
  return value instanceof Hashtable || propertyNames(value).length <= 4 ? 'table' : 'list';
}

/** The rows a value gives: a table gives its entries. */
export function rowsOf(value: unknown): readonly unknown[] {
  return value instanceof Hashtable ? [...value].map(([Name, Value]) => ({ Name, Value })) : [value];
}

/** Values of one group continue one table or list. */
export function groupKey(value: unknown): string {
  return `${shapeOf(value)} ${typeNameOf(value)}`;
}
