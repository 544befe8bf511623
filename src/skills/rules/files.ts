import type { FileRule } from '../types.ts';

const hex = (text: string): number[] => (text.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));

const PROGRAMS: readonly [magic: number[], name: string][] = [
  [hex('7f454c46'), 'a program for Linux (ELF)'],
  [hex('cffaedfe'), 'a program for macOS (Mach-O)'],
  [hex('cefaedfe'), 'a program for macOS (Mach-O)'],
  [hex('feedfacf'), 'a program for macOS (Mach-O)'],
  [hex('cafebabe'), 'a program for macOS or Java'],
  [hex('4d5a'), 'a program for Windows (PE)'],
  [hex('0061736d'), 'WebAssembly'],
  [hex('d0cf11e0'), 'an installer or an old Office document'],
];
const BY_NAME =
  /\.(?:exe|dll|scr|msi|com|so|dylib|node|pyc|pyo|pyd|class|jar|dmg|pkg|deb|rpm|apk|appimage|wasm|lnk|iso)$/i;

const programs: FileRule = {
  id: 'program',
  title: 'Contains a compiled program',
  severity: 'critical',
  why: 'Nobody can read what it does, and no skill of OpenClaw needs one: skills are texts and scripts.',
  find: ({ path, bytes }) => {
    const magic = PROGRAMS.find(
      ([start]) =>
        start.every((byte, place) => bytes[place] === byte) && !(start.length === 2 && bytes.length < 4),
    );
    const isNamed = BY_NAME.test(path);
    if (magic === undefined && !isNamed) return [];
    const evidence = magic?.[1] ?? `a file named ${path.split('/').at(-1) ?? path}`;
    return [{ at: 0, evidence, ...(evidence === 'WebAssembly' ? { severity: 'warning' as const } : {}) }];
  },
};

const HARMLESS_HIDDEN =
  /^\.(?:gitignore|gitattributes|gitkeep|keep|npmignore|dockerignore|clawhubignore|editorconfig|prettierrc(?:\.\w+)?|prettierignore|eslintrc(?:\.\w+)?|nvmrc|node-version|python-version|env\.(?:example|sample|template)|DS_Store|markdownlint(?:\.\w+)?|clawhub|claude|claude-plugin|github|vscode|cursor|openclaw|clawdhub|learnings|tool-versions|ruff\.toml|flake8|coveragerc|bumpversion\.cfg|pre-commit-config\.yaml|skillignore|well-known)$/;

const hidden: FileRule = {
  id: 'hidden-file',
  title: 'Contains a hidden file',
  severity: 'warning',
  why: 'Its name begins with a dot, so folders do not show it.',
  find: ({ path, text }) => {
    const parts = path.split(/!?\//);
    const odd = parts.find((part) => /^\.[^.]/.test(part) && !HARMLESS_HIDDEN.test(part));
    if (odd === undefined) return [];
    const isCode = /^#!|\b(?:curl|bash|eval|exec)\b/.test(text.slice(0, 4000));
    return [{ at: 0, evidence: path, severity: isCode ? 'warning' : 'info' }];
  },
};

export const fileRules: readonly FileRule[] = [programs, hidden];
