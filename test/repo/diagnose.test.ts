import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cases } from '../../src/operate/diagnose/cases/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/diagnose.md'), 'utf8');

it('docs/diagnose.md lists every kind of trouble, as the program calls it, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \| (.+?) \| (.+?) \|$/gmu)].map(
    ([, id, title, symptom]) => ({ id, title, symptom }),
  );
  expect(rows).toEqual(cases.map(({ id, title, symptom }) => ({ id, title, symptom })));
});
