import { textWidth, truncate } from './width.ts';

export interface TableColumn {
  title: string;
  /** Right for numbers. Default: left. */
  align?: 'left' | 'right';
  /** Gives way when the table is too wide for the terminal; at most one column should. */
  shrink?: boolean;
}

const GAP = '  ';
const NARROWEST = 8;

/**
 * A table without lines, for the terminal: a heading row, then the rows, columns two spaces apart. Cells may hold colour
 * codes, except in a column that shrinks. Ends with a line end; empty when there are no rows.
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: { width?: number; heading?: (text: string) => string } = {},
): string {
  if (rows.length === 0) return '';
  const heading = options.heading ?? ((text: string) => text);
  const widths = columnWidths(columns, rows, options.width);
  const line = (cells: readonly string[], style: (text: string) => string) =>
    columns
      .map((column, index) => cell(cells[index] ?? '', column, widths[index] ?? 0, style))
      .join(GAP)
      .trimEnd();
  const lines = [
    line(
      columns.map((column) => column.title),
      heading,
    ),
    ...rows.map((row) => line(row, (text) => text)),
  ];
  return `${lines.join('\n')}\n`;
}

function columnWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  limit = Infinity,
): number[] {
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[index] ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1);
  return widths.map((width, index) =>
    columns[index]?.shrink && total > limit ? Math.max(NARROWEST, width - (total - limit)) : width,
  );
}

function cell(text: string, column: TableColumn, width: number, style: (text: string) => string): string {
  const shown = column.shrink ? truncate(text, width) : text;
  const padding = ' '.repeat(Math.max(0, width - textWidth(shown)));
  return column.align === 'right' ? padding + style(shown) : style(shown) + padding;
}
