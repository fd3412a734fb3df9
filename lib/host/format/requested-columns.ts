// The columns a person asks for with -Property of Format-Table and Format-List.

import { formatValueAs } from '../language/format-operator.ts';
import {
  expandWildcards,
  type PropertyExpression,
  parsePropertyExpressions,
  readExpression,
  spelledName,
} from '../property-expression.ts';
import { textOf } from '../value/text.ts';
import { cellText, safeText } from './cell-text.ts';
import { type Column, columnsOf } from './view.ts';

/** Cells computed ahead, so that code in columns may wait. */
export interface PreparedRow {
  readonly cells: ReadonlyMap<PropertyExpression, unknown>;
}

/** Columns over prepared rows. */
export interface RequestedColumns {
  readonly columns: readonly Column[];
  prepare(item: unknown): Promise<PreparedRow>;
}

function columnOf(expression: PropertyExpression, label: string): Column {
  const { options } = expression;
  const format = options.get('formatstring');
  const align = textOf(options.get('alignment') ?? options.get('align')).toLowerCase();
  const width = options.get('width');
  const value = (row: unknown): unknown => (row as PreparedRow).cells.get(expression);
  return {
    label,
    width: width === undefined ? undefined : Number(width),
    align: align === 'right' || align === 'left' ? align : undefined,
    value,
    text: (row) => {
      const own = value(row);
      return safeText(
        format === undefined || own === null || own === undefined ? cellText(own) : formatValueAs(own, textOf(format)),
      );
    },
  };
}

/** Columns by name or expression, for records like `sample`. */
export function requestedColumns(properties: readonly unknown[], sample: unknown): RequestedColumns {
  const expressions = expandWildcards(parsePropertyExpressions(properties), sample);
  // A property that the type's view formats keeps that format when asked for by name.
  const views = [...columnsOf(sample, 'list'), ...columnsOf(sample, 'table')];
  const columns = expressions.map((expression): Column => {
    const label = spelledName(expression, sample);
    const view =
      expression.property === undefined || expression.options.size > 0
        ? undefined
        : views.find((column) => column.label.toLowerCase() === label.toLowerCase());
    const own = columnOf(expression, label);
    return view
      ? { ...own, align: view.align, text: (row) => view.text((row as PreparedRow & { item: unknown }).item) }
      : own;
  });
  return {
    columns,
    async prepare(item) {
      const cells = new Map<PropertyExpression, unknown>();
      for (const expression of expressions) cells.set(expression, await readExpression(expression, item));
      return { cells, item } as PreparedRow;
    },
  };
}
