import { skillDeclined, skillNeedsReview } from '../errors/skill-errors.ts';
import { readFolder } from '../operate/folder.ts';
import { readEntries } from '../operate/skills/entries.ts';
import { findSkill } from '../operate/skills/find-skill.ts';
import { installSkill, readCandidate, removeSkill } from '../operate/skills/install-skill.ts';
import { readPinnedSkills } from '../operate/skills/pinned-skills.ts';
import { createStyle } from '../report/style.ts';
import { skillsSarif } from '../report/skills-sarif.ts';
import { installedText, pinnedText, removedText, scanText } from '../report/skills-text.ts';
import { scanSkill } from '../skills/scan.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { SkillsOptions } from './options.ts';

export async function run(context: CommandContext, options: SkillsOptions): Promise<number> {
  switch (options.action) {
    case 'scan':
      return scan(context, options);
    case 'install':
      return install(context, options);
    case 'remove': {
      const request = { folder: options.folder, toolVersion: context.version };
      return show(context, await removeSkill(context.ports, request, options.name), removedText, true);
    }
    default:
      return verify(context, options);
  }
}

async function scan(
  { ports, output, version }: CommandContext,
  { folder, given, format }: Extract<SkillsOptions, { action: 'scan' }>,
): Promise<number> {
  const path = await findSkill(ports, folder, given);
  const result = scanSkill(await readEntries(ports.files, path));
  const style = createStyle(ports.terminal.colour);
  const text = format === 'sarif' ? skillsSarif(result, version) : scanText(result, given, style);
  ports.terminal.out(output.json ? json({ ok: result.verdict === 'allow', source: given, ...result }) : text);
  return result.verdict === 'allow' ? exitCodes.done : exitCodes.checkFailed;
}

async function install(
  context: CommandContext,
  { folder, given, acceptReview }: Extract<SkillsOptions, { action: 'install' }>,
): Promise<number> {
  const { ports, output, version } = context;
  const { terminal } = ports;
  const style = createStyle(terminal.colour);
  const candidate = await readCandidate(ports, await findSkill(ports, null, given));
  const { name, scan: found } = candidate;
  const isBlocked = found.verdict === 'block';
  if (isBlocked && output.json) terminal.out(json({ ok: false, installed: false, source: given, ...found }));
  else if (!output.json && found.verdict !== 'allow') terminal.out(scanText(found, given, style));
  if (isBlocked) return exitCodes.checkFailed;
  if (found.verdict === 'review' && !acceptReview) {
    if (!terminal.canAsk) throw skillNeedsReview(name);
    if (!(await terminal.confirm(`Install ${name} nevertheless?`))) throw skillDeclined(name);
  }
  const result = await installSkill(ports, { folder, toolVersion: version }, { ...candidate, source: given });
  return show(context, { installed: true, ...result, scan: found }, installedText, true);
}

async function verify(
  context: CommandContext,
  { folder, action }: { folder: string; action: 'list' | 'verify' },
): Promise<number> {
  const read = await readFolder(context.ports, folder);
  const pinned = await readPinnedSkills(context.ports.files, read);
  const skills = pinned.map(({ entries, ...skill }) => ({
    ...skill,
    files: entries.length,
    // Rules change: what was let in before is judged by those of today.
    scan: action === 'verify' && entries.length > 0 ? scanSkill(entries) : null,
  }));
  const isRight = skills.every(
    ({ problem, scan: found, pin }) =>
      problem === null && (found === null || found.verdict === 'allow' || found.verdict === pin?.verdict),
  );
  return show(context, { skills, action }, pinnedText, isRight);
}

function show<Result extends object>(
  { ports, output }: CommandContext,
  result: Result,
  text: (result: Result, style: ReturnType<typeof createStyle>) => string,
  isRight: boolean,
): number {
  const { terminal } = ports;
  terminal.out(output.json ? json({ ok: isRight, ...result }) : text(result, createStyle(terminal.colour)));
  return isRight ? exitCodes.done : exitCodes.checkFailed;
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
