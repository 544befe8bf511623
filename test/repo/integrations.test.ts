import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readIgnoreFile } from '../../src/audit/ignore-file.ts';
import { COMPOSE_NAMES, CONFIG_NAMES, OVERRIDE_NAMES } from '../../src/audit/recognise.ts';
import { readInlineSuppressions } from '../../src/audit/inline-suppressions.ts';
import { commandLoaders } from '../../src/commands/command-table.ts';
import { runProgram } from '../../src/commands/program.ts';
import { createSourceText } from '../../src/documents/source-text.ts';
import { measures } from '../../src/measures/registry.generated.ts';
import { auditFormats } from '../../src/report/audit/create-report-writer.ts';

const root = join(import.meta.dirname, '../..');
const measureIds = measures.map(({ id }) => id);

function read(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8');
}

async function optionsOf(command: string): Promise<Set<string>> {
  let help = '';
  const out = (text: string): void => {
    help += text;
  };
  await runProgram([command, '--help'], {
    version: '0.0.0',
    terminal: { columns: 100, colour: false, out, err: out },
    loaders: commandLoaders,
    open: () => Promise.reject(new Error('help opens nothing')),
  });
  return new Set(help.match(/(?<=[\s,])-{1,2}[a-z][a-z-]*/g));
}

/** Fenced blocks of a page, by language. */
async function examples(path: string, language: string): Promise<string[]> {
  const blocks = (await read(path)).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].filter((match) => match[1] === language).map((match) => match[2] ?? '');
}

describe('docs/audit.md', () => {
  test('names options that exist', async () => {
    const [audit, fix] = [await optionsOf('audit'), await optionsOf('fix')];
    const text = await read('docs/audit.md');
    const named = new Set(text.match(/(?<=[\s`[])--[a-z][a-z-]*/g));
    expect(named.size).toBeGreaterThan(10);
    expect([...named].filter((option) => !audit.has(option) && !fix.has(option))).toEqual([]);
    for (const line of (await examples('docs/audit.md', 'sh')).join('\n').split('\n')) {
      for (const option of line.match(/(?<=\s)--?[a-z][a-z-]*/g) ?? []) expect([...audit]).toContain(option);
    }
  });

  test('names every format, every exit code and existing measures', async () => {
    const text = await read('docs/audit.md');
    for (const format of auditFormats) expect(text).toContain(`| \`${format}\` |`);
    for (const code of [0, 1, 2, 3, 4]) expect(text).toMatch(new RegExp(String.raw`^\| ${code} \|`, 'm'));
  });

  test('its links lead to files', async () => {
    const links = [...(await read('docs/audit.md')).matchAll(/\]\(([^)#]+)\)/g)].map(
      (match) => match[1] ?? '',
    );
    for (const link of links) await expect(readFile(join(root, 'docs', link)), link).resolves.toBeDefined();
  });

  test('its suppressions are understood', async () => {
    const [comments = '', ignoreFile = ''] = await examples('docs/audit.md', 'yaml');
    const inline = readInlineSuppressions(createSourceText(comments, 'compose.yaml'), 'yaml', measureIds);
    expect(inline.warnings).toEqual([]);
    expect(inline.suppressions).toHaveLength(2);
    const [json5 = ''] = await examples('docs/audit.md', 'json5');
    const config = readInlineSuppressions(createSourceText(json5, 'openclaw.json'), 'json5', measureIds);
    expect([config.warnings, config.suppressions.length]).toEqual([[], 1]);
    const file = readIgnoreFile(ignoreFile, 'clawproof-ignore.yaml', measureIds);
    expect([file.errors, file.warnings, file.suppressions.length]).toEqual([[], [], 2]);
  });

  test('its workflow gives inputs that the action has', async () => {
    const workflows = (await examples('docs/audit.md', 'yaml')).map(
      (text) => parse(text) as Record<string, unknown>,
    );
    const workflow = workflows.find((each) => 'jobs' in each) as { jobs: { audit: { steps: Step[] } } };
    const step = workflow.jobs.audit.steps.find(({ uses }) => uses?.includes('clawproof'));
    const action = parse(await read('action.yml')) as { inputs: Record<string, unknown> };
    for (const input of Object.keys(step?.with ?? {})) expect(Object.keys(action.inputs)).toContain(input);
  });
});

interface Step {
  uses?: string;
  with?: Record<string, string>;
  run?: string;
  shell?: string;
  env?: Record<string, string>;
}

describe('.pre-commit-hooks.yaml', () => {
  test('runs options that exist, on files that matter', async () => {
    const [hook] = parse(await read('.pre-commit-hooks.yaml')) as Record<string, unknown>[];
    expect(hook).toMatchObject({
      id: 'clawproof-audit',
      language: 'node',
      pass_filenames: false,
      entry: 'clawproof audit --recursive',
      args: ['.'],
    });
    expect([...(await optionsOf('audit'))]).toContain('--recursive');
    // Python's verbose syntax, in which white space means nothing.
    const files = new RegExp(String(hook?.['files']).replace('(?x)', '').replaceAll(/\s/g, ''));
    const known = [...COMPOSE_NAMES, ...OVERRIDE_NAMES, ...CONFIG_NAMES];
    const others = [
      'docker-compose.prod.yml',
      'Dockerfile',
      'Dockerfile.dev',
      'app.Dockerfile',
      'Containerfile',
    ];
    const rest = [
      'daemon.json',
      '.env',
      '.env.local',
      'prod.env',
      '.dockerignore',
      'a.dockerignore',
      'clawproof-ignore.yaml',
    ];
    for (const name of [...known, ...others, ...rest]) {
      expect(name).toMatch(files);
      expect(`deploy/${name}`).toMatch(files);
    }
    for (const name of ['README.md', 'package.json', 'src/main.ts', 'environment.ts', 'my.yaml'])
      expect(name).not.toMatch(files);
  });
});

describe('action.yml', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clawproof-action-'));
    await mkdir(join(folder, 'dist'));
    await mkdir(join(folder, 'bin'));
    // Stands for clawproof: tells its arguments, makes the report, and ends as it is told.
    const program = [
      "const { appendFileSync, writeFileSync } = require('node:fs');",
      'const args = process.argv.slice(2);',
      "appendFileSync(process.env.LOG, JSON.stringify(args) + '\\n');",
      "const at = args.indexOf('-o');",
      "if (at >= 0) writeFileSync(args[at + 1], '{}');",
      "if (args.includes('markdown')) process.stdout.write('# report\\n');",
      'process.exitCode = Number(process.env.CODE);',
    ].join('\n');
    // Whatever lies in the folder for temporary files decides nothing.
    await writeFile(join(folder, 'package.json'), '{}');
    await writeFile(join(folder, 'dist/main.js'), program);
    // Stands for npm: installs the same program, and tells where and what.
    const installer = [
      '#!/usr/bin/env node',
      "const { appendFileSync, copyFileSync, mkdirSync } = require('node:fs');",
      'const args = process.argv.slice(2);',
      "appendFileSync(process.env.LOG, JSON.stringify(['npm', process.cwd(), ...args]) + '\\n');",
      "const at = args[args.indexOf('--prefix') + 1] + '/node_modules/clawproof/dist';",
      'mkdirSync(at, { recursive: true });',
      `copyFileSync(${JSON.stringify(join(folder, 'dist/main.js'))}, at + '/main.js');`,
    ].join('\n');
    await writeFile(join(folder, 'bin/npm'), installer, { mode: 0o755 });
    await mkdir(join(folder, 'checkout/node_modules/clawproof/dist'), { recursive: true });
    await mkdir(join(folder, 'checkout/node_modules/.bin'));
    const hostile =
      "#!/usr/bin/env node\nrequire('node:fs').appendFileSync(process.env.LOG, '[\"hostile\"]\\n');\n";
    for (const path of ['clawproof/dist/main.js', '.bin/clawproof', '.bin/npm', '.bin/node'])
      await writeFile(join(folder, 'checkout/node_modules', path), hostile, { mode: 0o755 });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  interface Ran {
    code: number;
    stdout: string;
    calls: string[][];
    output: string;
    summary: string;
  }

  async function runStep(inputs: Record<string, string> = {}, code = 0): Promise<Ran> {
    const files = {
      LOG: join(folder, 'log'),
      GITHUB_OUTPUT: join(folder, 'out'),
      GITHUB_STEP_SUMMARY: join(folder, 'sum'),
    };
    for (const file of Object.values(files)) await writeFile(file, '');
    const env = {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      RUNNER_TEMP: folder,
      CODE: String(code),
      CLAWPROOF_ACTION_PATH: folder,
      INPUT_TARGETS: '.',
      INPUT_RECURSIVE: 'true',
      INPUT_FAIL_ON: 'low',
      INPUT_BASELINE: '',
      INPUT_IGNORES: 'true',
      INPUT_SARIF_FILE: '',
      INPUT_UPLOAD_SARIF: 'false',
      INPUT_SUMMARY: 'false',
      INPUT_VERSION: '',
      ...files,
      ...inputs,
    };
    const ran = await new Promise<{ code: number; stdout: string }>((resolve) => {
      execFile(
        'bash',
        [join(root, 'scripts/github-action.sh')],
        { cwd: join(folder, 'checkout'), env },
        (error, stdout) => resolve({ code: error === null ? 0 : Number(error.code), stdout }),
      );
    });
    const log = await readFile(files.LOG, 'utf8');
    return {
      ...ran,
      calls: log
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as string[]),
      output: await readFile(files.GITHUB_OUTPUT, 'utf8'),
      summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
    };
  }

  test('takes its inputs from the environment only', async () => {
    const action = parse(await read('action.yml')) as {
      inputs: Record<string, { description: string; default: string }>;
      runs: { using: string; steps: Step[] };
    };
    expect(action.runs.using).toBe('composite');
    for (const step of action.runs.steps) {
      expect(step.run ?? '').not.toContain('${{');
      if (step.run !== undefined) expect(step.shell).toBe('bash');
    }
    const env = Object.assign({}, ...action.runs.steps.map((step) => step.env)) as Record<string, string>;
    const passed = Object.entries(env).filter(([, value]) => value.includes('inputs.'));
    for (const [name, value] of passed)
      expect(value).toBe(`\${{ inputs.${name.replace('INPUT_', '').toLowerCase().replaceAll('_', '-')} }}`);
    const script = await read('scripts/github-action.sh');
    for (const [name] of passed) expect(script).toContain(`$${name}`);
    for (const name of script.match(/INPUT_[A-Z_]+/g) ?? []) expect(Object.keys(env)).toContain(name);
    expect(Object.keys(action.inputs).length).toBe(passed.length + 1);
  });

  test('names options that exist', async () => {
    const options = await optionsOf('audit');
    const { calls } = await runStep({
      INPUT_BASELINE: 'b.json',
      INPUT_IGNORES: 'false',
      INPUT_UPLOAD_SARIF: 'true',
      INPUT_SUMMARY: 'true',
    });
    expect(calls).toHaveLength(3);
    for (const call of calls) expect(call).toContain('--no-ignores');
    for (const call of calls) {
      expect(call[0]).toBe('audit');
      for (const option of call.filter((word) => word.startsWith('-') && word !== '--'))
        expect([...options]).toContain(option);
    }
  });

  test('runs the checked-out program, or the package', async () => {
    expect((await runStep()).calls).toEqual([
      ['audit', '--fail-on', 'low', '--recursive', '--format', 'github', '--', '.'],
    ]);
    const { calls } = await runStep({ INPUT_VERSION: '1.2.3', INPUT_RECURSIVE: 'false' });
    expect(calls).toHaveLength(2);
    expect(calls[1]).toEqual(['audit', '--fail-on', 'low', '--format', 'github', '--', '.']);
  });

  test('installs the package once, far from what was checked out', async () => {
    const { calls } = await runStep({ INPUT_VERSION: '1.2.3', INPUT_UPLOAD_SARIF: 'true' });
    expect(calls).toHaveLength(3);
    const [[npm, cwd = '', ...args] = [], ...audits] = calls;
    expect(npm).toBe('npm');
    expect(cwd.startsWith(join(folder, 'clawproof-'))).toBe(true);
    expect(args).toEqual(
      expect.arrayContaining(['install', '--prefix', cwd, '--ignore-scripts', 'clawproof@1.2.3']),
    );
    expect(audits.map(([command]) => command)).toEqual(['audit', 'audit']);
  });

  test('targets are words, whatever is in them', async () => {
    const targets = 'my file.yaml\n  deploy \n\n$(touch x)\n-rf\n*';
    expect((await runStep({ INPUT_TARGETS: targets })).calls[0]?.slice(-6)).toEqual([
      '--',
      'my file.yaml',
      'deploy',
      '$(touch x)',
      '-rf',
      '*',
    ]);
    expect((await runStep({ INPUT_TARGETS: ' \n' })).calls[0]?.slice(-2)).toEqual(['--', '.']);
  });

  test.each([0, 1, 3, 4])('ends with the exit code %i of the audit, and tells it', async (code) => {
    const ran = await runStep({ INPUT_UPLOAD_SARIF: 'true', INPUT_SUMMARY: 'true' }, code);
    expect(ran.code).toBe(code);
    expect(ran.output).toContain(`exit-code=${code}\n`);
    expect(ran.output).toContain(
      code === 3 ? 'sarif-file=\n' : `sarif-file=${join(folder, 'clawproof.sarif')}\n`,
    );
    expect(ran.summary).toBe('# report\n');
  });

  test('the report is where it was asked for', async () => {
    const { output, calls } = await runStep({ INPUT_SARIF_FILE: 'out file.sarif' });
    expect(output).toContain(`sarif-file=${join(folder, 'checkout', 'out file.sarif')}\n`);
    expect(calls[0]).toContain(join(folder, 'checkout', 'out file.sarif'));
  });

  test.each([
    { INPUT_RECURSIVE: 'yes' },
    { INPUT_UPLOAD_SARIF: '' },
    { INPUT_IGNORES: 'no' },
    { INPUT_SUMMARY: '1' },
    { INPUT_FAIL_ON: 'low; touch x' },
    { INPUT_VERSION: 'latest' },
    { INPUT_VERSION: '1.2.3 && touch x' },
    { INPUT_VERSION: 'file:../x' },
    { INPUT_SARIF_FILE: '--format' },
    { INPUT_BASELINE: '-x' },
  ])('refuses %j', async (inputs) => {
    const { code, calls, stdout } = await runStep(inputs);
    expect([code, calls]).toEqual([2, []]);
    expect(stdout).toMatch(/^::error title=clawproof action::The inputs? [^\n]+\.\n$/);
    expect(stdout).not.toContain('touch');
  });
});
