import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import { type JournalEntry, openJournal, parseJournal } from './journal.ts';

const PATH = '/srv/openclaw/.clawproof/journal.jsonl';

async function host() {
  const ports = fakePorts();
  await ports.files.makeDirectory('/srv/openclaw/.clawproof', 0o700);
  return ports;
}

test('keeps what each run did, in order, private', async () => {
  const ports = await host();
  const first = await openJournal(ports, '/srv/openclaw', 'up');
  await first.step('images');
  ports.clock.advance(1500);
  await first.failed('AppError');
  const second = await openJournal(ports, '/srv/openclaw', 'up');
  await second.done('up');
  const entries = parseJournal((await ports.files.read(PATH)) ?? '');
  expect(entries.map(({ event, detail }) => `${event} ${detail}`)).toEqual([
    'begin up',
    'step images',
    'failed AppError',
    'begin up',
    'done up',
  ]);
  expect(entries[2]?.at).toBe('2026-11-22T10:00:01.500Z');
  const runs = entries.map(({ run }) => run);
  expect(new Set(runs.slice(0, 3)).size).toBe(1);
  expect(runs[3]).not.toBe(runs[0]);
  expect(runs[4]).toBe(runs[3]);
  expect((await ports.files.stat(PATH))?.mode).toBe(0o600);
});

test('a line cut off by a crash costs itself and nothing else, also when the next run writes on', async () => {
  const ports = await host();
  await (await openJournal(ports, '/srv/openclaw', 'up')).step('images');
  const whole = (await ports.files.read(PATH)) ?? '';
  ports.files.put(PATH, whole.slice(0, -20));
  await (await openJournal(ports, '/srv/openclaw', 'up')).done('up');
  const entries = parseJournal((await ports.files.read(PATH)) ?? '');
  expect(entries.map(({ event }) => event)).toEqual(['begin', 'begin', 'done']);
});

const entry: fc.Arbitrary<JournalEntry> = fc.record({
  at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  run: fc.stringMatching(/^[0-9a-f]{8}$/),
  command: fc.string(),
  event: fc.constantFrom('begin', 'step', 'done', 'failed'),
  detail: fc.string({ unit: 'binary' }),
});

test('wherever a journal is cut, the entries before are read', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 6 }), fc.nat(), (entries, cut) => {
      const lines = entries.map((one) => `${JSON.stringify(one)}\n`);
      const text = lines.join('').slice(0, cut % (lines.join('').length + 1));
      let end = 0;
      // A line is complete also when only its line end is missing.
      const complete = lines.filter((line) => (end += line.length) - 1 <= text.length).length;
      expect(parseJournal(text)).toEqual(entries.slice(0, complete));
    }),
  );
});

test('lines that are JSON but no entries are left out', () => {
  expect(parseJournal('null\n7\n"x"\n[]\n{}\n{"run":"a"}\n{"event":"done"}\n')).toEqual([]);
});
