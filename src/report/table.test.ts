import { describe, expect, test } from 'vitest';
import { createStyle } from './style.ts';
import { table, type TableColumn } from './table.ts';

const columns: TableColumn[] = [
  { title: 'NAME' },
  { title: 'MEMORY', align: 'right' },
  { title: 'IMAGE', shrink: true },
];

describe('table', () => {
  test('aligns columns and leaves no blanks at the end of lines', () => {
    const rows = [
      ['gateway', '700 MiB', 'clawproof/gateway:2026.9.6'],
      ['egress', '12 MiB', 'squid'],
    ];
    expect(table(columns, rows)).toBe(
      [
        'NAME      MEMORY  IMAGE',
        'gateway  700 MiB  clawproof/gateway:2026.9.6',
        'egress    12 MiB  squid',
        '',
      ].join('\n'),
    );
  });

  test('cuts the column that may shrink where the terminal ends', () => {
    const lines = table(columns, [['gateway', '1 GiB', 'a/very/long/image:reference']], { width: 30 }).split(
      '\n',
    );
    expect(lines[1]).toBe('gateway   1 GiB  a/very/long/…');
    expect(lines[1]).toHaveLength(30);
  });

  test('keeps the columns in line with colours and wide characters', () => {
    const { green } = createStyle(true);
    const lines = table(
      [{ title: 'A' }, { title: 'B' }],
      [
        [green('ok'), 'x'],
        ['日本', 'x'],
      ],
    ).split('\n');
    expect(lines.slice(1)).toEqual([`${green('ok')}    x`, '日本  x', '']);
  });

  test('colours the heading', () => {
    const { bold } = createStyle(true);
    expect(table([{ title: 'A' }], [['x']], { heading: bold })).toBe(`${bold('A')}\nx\n`);
  });

  test('of nothing is nothing', () => {
    expect(table(columns, [])).toBe('');
  });
});
