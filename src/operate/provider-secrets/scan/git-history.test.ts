import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Collector } from './collector.ts';
import { formsOf } from './forms.ts';
import { GitHistory } from './git-history.ts';

const VALUE = 'a-key-of-some-provider-0123456789';
const LOG = `clawproof-commit aaaaaaaaaaaaaaaaaaaa
a message

diff --git a/notes.txt b/notes.txt
index 000..111 100644
--- a/notes.txt
+++ b/notes.txt
@@ -1 +0,0 @@
-token ${VALUE}
clawproof-commit bbbbbbbbbbbbbbbbbbbb
with ${VALUE} in it
diff --git a/clean.txt b/clean.txt
+++ b/clean.txt
+nothing
`;

function search(text: string, size: number): { places: string[]; commits: number } {
  const collector = new Collector(formsOf({ name: 'KEY', value: VALUE }), () => []);
  const history = new GitHistory(collector);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) history.push(bytes.subarray(at, at + size));
  history.end();
  return { places: collector.findings.map(({ place }) => place), commits: history.commits };
}

describe('GitHistory', () => {
  test.prop([fc.integer({ min: 1, max: 400 })])(
    'finds keys in changes and messages, wherever pieces end',
    (size) => {
      expect(search(LOG, size)).toEqual({
        places: ['git, commit aaaaaaaaaaaa, notes.txt', 'git, commit bbbbbbbbbbbb, its message'],
        commits: 2,
      });
    },
  );

  it('finds nothing in an empty history', () => {
    expect(search('', 10)).toEqual({ places: [], commits: 0 });
  });

  it('finds a key in a line without end', () => {
    expect(search(`clawproof-commit cccccccccccc\n${'x'.repeat(3_000_000)} ${VALUE}`, 65_536).places).toEqual(
      ['git, commit cccccccccccc, its message'],
    );
  });
});
