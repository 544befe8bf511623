// `node scripts/bench/skills.mjs --openclaw FOLDER`: how well and how fast skills are judged, in one run with OpenClaw's own
// code_safety scanner on the same folders. FOLDER is an installed `openclaw` package. Malicious: the held-out set of ./skills, or
// `--malicious FOLDER` (skills in it). Honest: the skills that OpenClaw ships, or `--honest FOLDER`. --list names what was judged wrong.
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from '../support/bundle.mjs';
import { root } from '../support/run.mjs';
import { bench } from './support/bench.mjs';
import { createVerdict, median, ms } from './support/figures.mjs';
import { heldOut } from './skills/held-out.mjs';

const LEAST_RECALL = 0.95;
const MOST_FALSE_BLOCKS = 0.02;
/** Milliseconds for one skill of ordinary size. */
const MOST_MS = 100;

const { values: options } = parseArgs({
  options: {
    openclaw: { type: 'string' },
    malicious: { type: 'string', multiple: true, default: [] },
    honest: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string' },
    variants: { type: 'string', default: '8' },
    list: { type: 'boolean', default: false },
  },
});

await bench(async (onEnd) => {
  if (options.openclaw === undefined)
    throw new Error('--openclaw FOLDER is missing: an installed openclaw package');
  const verdict = createVerdict();
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-skills-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  await bundle(join(root, 'src/skills/scan.ts'), join(folder, 'dist'));
  const { scanSkill } = await import(pathToFileURL(join(folder, 'dist/scan.js')));
  const theirs = await openclawScanner(options.openclaw);
  const set = await writeHeldOut(join(folder, 'held-out'));
  const malicious = [
    ['held-out set', set],
    ...(await Promise.all(options.malicious.map(async (path) => [path, await skillsIn(path)]))),
  ];
  const honest = [
    ["OpenClaw's own skills", await skillsIn(join(options.openclaw, 'skills'))],
    ...(await Promise.all(options.honest.map(async (path) => [path, await skillsIn(path)]))),
  ];
  for (const [name, skills] of malicious) {
    const figures = await judge(skills, scanSkill, theirs);
    print(`malicious, ${name}`, figures);
    if (name === 'held-out set')
      verdict.judge(
        'recall on the held-out set',
        figures.caught / skills.length >= LEAST_RECALL,
        percent(figures.caught, skills.length),
        'at least 95 %',
      );
    if (options.list) list(figures, (row) => row.verdict !== 'block');
  }
  for (const [name, skills] of honest) {
    const figures = await judge(skills, scanSkill, theirs);
    print(`honest, ${name}`, figures);
    if (name.startsWith('OpenClaw'))
      verdict.judge(
        'false blocks',
        figures.blocked / skills.length <= MOST_FALSE_BLOCKS,
        percent(figures.blocked, skills.length),
        'at most 2 %',
      );
    verdict.judge(
      'time for one skill',
      figures.median <= MOST_MS,
      ms(figures.median),
      `median, at most ${MOST_MS} ms`,
    );
    if (options.list) list(figures, (row) => row.verdict !== 'allow');
  }
  return verdict.exitCode;
});

async function judge(skills, scanSkill, theirs) {
  const rows = [];
  for (const { id, path } of skills) {
    const entries = await read(path);
    const start = performance.now();
    const scan = scanSkill(entries);
    const took = performance.now() - start;
    const other = await theirs(path);
    rows.push({ id, ...scan, took, bytes: entries.reduce((sum, { bytes }) => sum + bytes.length, 0), other });
  }
  const count = (test) => rows.filter(test).length;
  return {
    rows,
    blocked: count((row) => row.verdict === 'block'),
    caught: count((row) => row.verdict !== 'allow'),
    theirs: count((row) => row.other.critical > 0),
    theirsAny: count((row) => row.other.critical + row.other.warn > 0),
    median: median(rows.map((row) => row.took)),
    slowest: Math.max(...rows.map((row) => row.took)),
  };
}

function print(name, { rows, blocked, caught, theirs, theirsAny, median: middle, slowest }) {
  const all = rows.length;
  console.log(
    `\n${name}: ${all} skills, ${(rows.reduce((sum, row) => sum + row.bytes, 0) / 1024).toFixed(0)} KiB`,
  );
  console.log(
    `  clawproof    block ${percent(blocked, all)}   block or review ${percent(caught, all)}   ${middle.toFixed(1)} ms median, ${slowest.toFixed(0)} ms slowest`,
  );
  console.log(`  code_safety  critical ${percent(theirs, all)}   any finding ${percent(theirsAny, all)}`);
  const kinds = Map.groupBy?.(rows, (row) => row.id.replace(/-\d+$/, ''));
  if (kinds !== undefined && name.includes('held-out'))
    for (const [kind, group] of kinds)
      console.log(`    ${kind}: ${group.filter((row) => row.verdict !== 'allow').length}/${group.length}`);
}

function list({ rows }, isOdd) {
  for (const row of rows.filter(isOdd)) {
    console.log(`  ${row.verdict}  ${row.id}`);
    for (const { severity, rule, file, line, evidence } of row.findings
      .filter((finding) => finding.severity !== 'info')
      .slice(0, 4))
      console.log(`      ${severity} ${rule} ${file}:${line} ${evidence.slice(0, 140)}`);
  }
}

function percent(part, all) {
  return `${part}/${all} (${((100 * part) / Math.max(1, all)).toFixed(1)} %)`;
}

/** OpenClaw's scanner, as its deep audit calls it: the folder's scripts, and SKILL.md as text and as code. */
async function openclawScanner(folder) {
  const names = (await readdir(join(folder, 'dist'))).filter((name) => /^scanner-.*\.mjs$/.test(name));
  for (const name of names) {
    const members = Object.values(await import(pathToFileURL(join(folder, 'dist', name))));
    const [directory, content, source] = ['scanDirectoryWithSummary', 'scanSkillContent', 'scanSource'].map(
      (wanted) => members.find((member) => member.name === wanted),
    );
    if (directory === undefined || content === undefined || source === undefined) continue;
    return async (path) => {
      const { findings } = await directory(path, {});
      const file = join(path, 'SKILL.md');
      const text = await readFile(file, 'utf8').catch(() => '');
      const all = [...findings, ...content(text, file), ...source(text, file)];
      const count = (severity) => all.filter((finding) => finding.severity === severity).length;
      return { critical: count('critical'), warn: count('warn') };
    };
  }
  throw new Error('no scanner was found in this version of OpenClaw');
}

async function writeHeldOut(folder) {
  const skills = heldOut(
    options.seed === undefined ? undefined : Number(options.seed),
    Number(options.variants),
  );
  for (const { id, files } of skills)
    for (const [path, content] of Object.entries(files)) {
      const target = join(folder, id, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  return skills.map(({ id }) => ({ id, path: join(folder, id) }));
}

async function skillsIn(folder) {
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name === 'SKILL.md')
      found.push({ id: relative(folder, entry.parentPath), path: entry.parentPath });
  return found.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

async function read(folder) {
  const entries = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    const path = relative(folder, full);
    if (entry.isSymbolicLink()) entries.push({ path, kind: 'link', bytes: new Uint8Array(), mode: 0o777 });
    if (entry.isFile())
      entries.push({
        path,
        kind: 'file',
        bytes: await readFile(full),
        mode: (await stat(full)).mode & 0o777,
      });
  }
  return entries;
}
