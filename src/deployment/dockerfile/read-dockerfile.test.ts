import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { showUnknown } from '../../documents/unknown-variable.ts';
import { rangeInFile } from './pairs.ts';
import { readDockerfile, type DockerfileOptions } from './read-dockerfile.ts';

function read(text: string, options: DockerfileOptions = {}): ReturnType<typeof readDockerfile> {
  return readDockerfile(text, 'Dockerfile', ['gateway'], options);
}

function instructions(text: string): [string, string][] {
  return read(text).facts.instructions.map((one) => [one.keyword, one.text]);
}

function messages(text: string, options: DockerfileOptions = {}): string[] {
  return read(text, options).problems.map(({ message, position }) => `${position.line}: ${message}`);
}

describe('instructions', () => {
  it.each([
    [
      'a comment and an empty line',
      '# a\n\nFROM a\n  # b\n  run x\n',
      [
        ['FROM', 'a'],
        ['RUN', 'x'],
      ],
    ],
    [
      'a byte order mark, CRLF and no line end',
      '\uFEFFFROM a\r\nRUN x \\\r\n  y',
      [
        ['FROM', 'a'],
        ['RUN', 'x   y'],
      ],
    ],
    [
      'comments and empty lines in a continuation',
      'FROM a\nRUN x \\\n  # no\n\n  && y\n',
      [
        ['FROM', 'a'],
        ['RUN', 'x   && y'],
      ],
    ],
    [
      'two escape characters end the line',
      'FROM a\nRUN x \\\\\nUSER b\n',
      [
        ['FROM', 'a'],
        ['RUN', 'x \\\\'],
        ['USER', 'b'],
      ],
    ],
    [
      'blanks behind the escape character',
      'FROM a\nRUN x \\ \t\n y\n',
      [
        ['FROM', 'a'],
        ['RUN', 'x  y'],
      ],
    ],
    [
      'another escape character',
      '# escape=`\nFROM a\nRUN x `\n y\\\nUSER b\n',
      [
        ['FROM', 'a'],
        ['RUN', 'x  y\\'],
        ['USER', 'b'],
      ],
    ],
    [
      'a directive too late',
      '# note\n# escape=`\nFROM a\nRUN x `\nUSER b',
      [
        ['FROM', 'a'],
        ['RUN', 'x `'],
        ['USER', 'b'],
      ],
    ],
    [
      'a heredoc',
      'FROM a\nRUN <<E\nUSER root\n# kept\nE\nUSER b\n',
      [
        ['FROM', 'a'],
        ['RUN', '<<E\nUSER root\n# kept\n'],
        ['USER', 'b'],
      ],
    ],
    [
      'a heredoc with tabs, and one in quotes',
      'FROM a\nCOPY <<-"A" <<\'B\' /x/\n1\n\tA\n2\nB\nUSER b\n',
      [
        ['FROM', 'a'],
        ['COPY', '<<-"A" <<\'B\' /x/\n1\n\n2\n'],
        ['USER', 'b'],
      ],
    ],
    [
      'no heredoc in quotes, in arithmetic or with three signs',
      'FROM a\nRUN echo "<<E" $((1<<2)) $((1 << 2)) <<<x\nUSER b\n',
      [
        ['FROM', 'a'],
        ['RUN', 'echo "<<E" $((1<<2)) $((1 << 2)) <<<x'],
        ['USER', 'b'],
      ],
    ],
    [
      'no heredoc for other instructions',
      'FROM a\nENV X <<E\nUSER b\n',
      [
        ['FROM', 'a'],
        ['ENV', 'X <<E'],
        ['USER', 'b'],
      ],
    ],
    [
      'a heredoc behind ONBUILD',
      'FROM a\nONBUILD RUN <<E\nx\nE\nUSER b\n',
      [
        ['FROM', 'a'],
        ['ONBUILD', 'RUN <<E\nx\n'],
        ['USER', 'b'],
      ],
    ],
    [
      'an escape character at the very end',
      'FROM a\nRUN x \\',
      [
        ['FROM', 'a'],
        ['RUN', 'x'],
      ],
    ],
  ] as [string, string, [string, string][]][])('%s', (_name, text, expected) => {
    expect(instructions(text)).toEqual(expected);
  });

  it('know where each part was written, also behind continuation lines and in heredocs', () => {
    const text = 'FROM a\nRUN one \\\n  # no\n  && two\nCOPY <<E /x\nthree\nfour\nE\n';
    const { facts } = read(text);
    for (const word of ['one', 'two', 'three', 'four']) {
      const instruction = facts.instructions.find((candidate) => candidate.text.includes(word));
      const at = instruction?.text.indexOf(word) ?? -1;
      const range = instruction && rangeInFile(instruction, at, at + word.length);
      expect(text.slice(range?.start, range?.end)).toBe(word);
    }
    expect(facts.instructions.map(({ range }) => text.slice(range.start, range.end))).toEqual([
      'FROM a',
      'RUN one \\\n  # no\n  && two',
      'COPY <<E /x\nthree\nfour\nE',
    ]);
  });
});

describe('stages', () => {
  function images(text: string, options: DockerfileOptions = {}): string[] {
    return read(text, options).facts.stages.map((stage) => showUnknown(stage.image));
  }

  it.each([
    ['ARG V=1\nFROM node:$V', ['node:1']],
    ['ARG V=1\nARG I=node:${V}-slim\nFROM --platform=linux/amd64 ${I}', ['node:1-slim']],
    ['ARG V\nFROM node:${V:-24}', ['node:${V}']],
    ['ARG V=\nFROM node:${V:-24}', ['node:24']],
    ['ARG V=1\nFROM node${V:+:$V}', ['node:1']],
    ['ARG BASE\nFROM ${BASE}', ['${BASE}']],
    ['ARG V=1\nFROM "node:$V"', ['node:1']],
    ['FROM node:$TARGETARCH', ['node:${TARGETARCH}']],
    ['ARG V=1\nFROM node:${V#x}', ['node:${V}']],
  ])('%j is from %j', (text, expected) => {
    expect(images(text)).toEqual(expected);
  });

  it('take build arguments that are given', () => {
    expect(images('ARG V=1\nFROM node:$V', { args: { V: '2' } })).toEqual(['node:2']);
    expect(images('ARG V=1\nFROM node:$V', { args: { V: null } })).toEqual(['node:${V}']);
    expect(images('FROM node:$V', { args: { V: '2' } })).toEqual(['node:']);
  });

  it('know their user, also from the stage that they are based on', () => {
    const text =
      'FROM a AS One\nARG U=7\nUSER ${U}:$U\nFROM one AS two\nRUN x\nFROM c\nUSER root\nUSER node\nFROM d';
    expect(read(text).facts.stages.map(({ user }) => user)).toEqual(['7:7', '7:7', 'node', undefined]);
  });

  it('know which of them become images', () => {
    const text =
      'FROM a AS base\nFROM b AS build\nFROM base AS app\nCOPY --from=build /x /x\nFROM base AS test';
    const marks = (targets: (string | undefined)[]): string[] =>
      read(text, { targets }).facts.stages.map(
        (stage) => `${stage.isFinal ? 'F' : ''}${stage.isInImage ? 'I' : ''}`,
      );
    expect(marks([undefined])).toEqual(['I', '', '', 'FI']);
    expect(marks(['APP'])).toEqual(['I', '', 'FI', '']);
    expect(marks(['app', undefined])).toEqual(['I', '', 'FI', 'FI']);
    expect(marks(['1'])).toEqual(['', 'FI', '', '']);
  });
});

describe('problems', () => {
  it.each([
    ['', '1: there is no FROM, so nothing can be built from it'],
    ['FROM a\nRUM x', '2: this is no instruction that a builder knows'],
    ['FROM a\nRUN', '2: RUN has nothing behind it'],
    ['RUN x\nFROM a', '1: RUN stands in front of the first FROM'],
    ['FROM a\nRUN <<E\nx', '2: the heredoc E is never closed'],
    ['FROM $X', '1: FROM names no image: its variable is declared nowhere'],
    ['# escape=x\nFROM a', '1: the escape directive names neither a backslash nor a backtick'],
  ])('%j', (text, expected) => {
    expect(messages(text)).toEqual([expected]);
  });

  it('names a stage that is not there', () => {
    expect(messages('FROM a', { targets: ['b'] })).toEqual([
      '1: the stage that the build asks for is not there',
    ]);
  });
});

describe('hostile input', () => {
  const hostile: [string, string][] = [
    ['blanks', ' '.repeat(1_000_000)],
    ['a comment without end', `# a=${' '.repeat(1_000_000)}x`],
    ['continuations', `FROM a\nRUN a${' \\\n b'.repeat(200_000)}`],
    ['instructions', `FROM a\n${'RUN x\n'.repeat(200_000)}`],
    ['stages', 'FROM a AS b\nUSER 1\n'.repeat(50_000)],
    ['braces', `FROM a\nENV A=${'${'.repeat(300_000)}`],
    ['closed braces', `FROM a\nENV A=${'${A:-'.repeat(100_000)}${'}'.repeat(100_000)}`],
    [
      'variables that grow',
      `FROM a\n${'ENV A=$A$A$A$A$A$A$A$A\n'.repeat(2000)}ENV A=x\n${'ENV A=$A$A$A$A$A$A$A$A\n'.repeat(2000)}`,
    ],
    ['heredocs', `FROM a\nRUN ${'<<A '.repeat(200_000)}\n${'A\n'.repeat(100)}`],
    ['angles', `FROM a\nRUN ${'<'.repeat(500_000)}`],
    ['digits', `FROM a\nRUN ${'1'.repeat(500_000)}<<A`],
    ['quotes', `FROM a\nENV ${'"\\'.repeat(300_000)}`],
    ['NUL and surrogates', 'FROM \0\uD800\nRUN \u001B[2J\0\n__proto__ x\nENV __proto__=1\nUSER $__proto__'],
  ];

  it.each(hostile)('%s', (_name, text) => {
    const began = performance.now();
    const { facts } = read(text);
    expect(performance.now() - began).toBeLessThan(8000);
    expect(JSON.stringify(facts).length).toBeLessThan(text.length * 40 + 10_000);
  });

  const line = fc.oneof(
    fc.constantFrom(
      'FROM a',
      'FROM a AS b',
      'FROM b',
      '# escape=`',
      '# c',
      '',
      ' \\',
      'RUN x \\',
      'RUN <<E',
      'E',
      'ARG A=1',
      'ENV A=$A B="',
      'USER $A',
    ),
    fc.string({ unit: 'binary' }),
  );
  propertyTest.prop([fc.array(line), fc.constantFrom('\n', '\r\n', '\r')])(
    'never throws, and every range lies in the text and begins with its keyword',
    (lines, lineEnd) => {
      const text = lines.join(lineEnd);
      const { facts, problems } = read(text);
      let last = 0;
      for (const { range, keyword } of facts.instructions) {
        expect(range.start).toBeGreaterThanOrEqual(last);
        expect(range.end).toBeLessThanOrEqual(text.length);
        const written = text.slice(range.start, range.end).toUpperCase();
        // A keyword may itself be continued on the next line.
        if (!/[\\`]/.test(written)) expect(written.startsWith(keyword)).toBe(true);
        last = range.end;
      }
      for (const { position } of problems) expect(position.line).toBeGreaterThan(0);
    },
  );
});
