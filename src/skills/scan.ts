import { type ExpandedProblem, expand } from './archive/expand.ts';
import { layersOf } from './layers.ts';
import { LIMITS } from './limits.ts';
import { nameHits } from './names.ts';
import { FILE_RULES, RULES_VERSION, TEXT_RULES } from './rules/all.ts';
import { unicodeRules } from './rules/unicode.ts';
import type { DecodeBudget } from './text/decode.ts';
import { readText } from './text/read-text.ts';
import { squeeze } from './text/squeeze.ts';
import type {
  FileRule,
  Finding,
  Hit,
  Layer,
  Severity,
  SkillEntry,
  SkillScan,
  TextRule,
  Verdict,
} from './types.ts';

type About = Pick<TextRule, 'id' | 'title' | 'severity' | 'why'>;

/**
 * Judges a skill by all that is in it. Nothing of it is run. The same bytes always give the same result.
 * @param entries every file and link of the skill's folder
 */
export function scanSkill(entries: readonly SkillEntry[]): SkillScan {
  const findings: Finding[] = [];
  const { entries: all, problems, opened } = expand(entries.slice(0, LIMITS.files));
  const state: ScanState = { findings, budget: { chars: LIMITS.decodedChars, isUsedUp: false }, unread: 0 };
  if (entries.length > LIMITS.files)
    report(state, TOO_MUCH, '', { at: 0, evidence: `more than ${LIMITS.files} files` });
  for (const problem of problems) reportProblem(state, problem);
  for (const entry of all) scanEntry(state, entry, opened.has(entry));
  if (state.budget.isUsedUp)
    report(state, TOO_MUCH, '', { at: 0, evidence: 'more hidden text than is decoded' });
  const name = nameOf(all);
  for (const hit of name === null ? [] : nameHits(name))
    report(state, IMITATES, skillFile(all)?.path ?? '', hit);
  if (skillFile(all) === undefined) report(state, NO_SKILL, '', { at: 0, evidence: 'SKILL.md is not there' });
  const sorted = tidy(findings);
  return {
    schema: 1,
    rules: RULES_VERSION,
    name,
    verdict: verdictOf(sorted),
    findings: sorted,
    files: all.length,
    bytes: all.reduce((sum, { bytes }) => sum + bytes.length, 0),
    unread: state.unread,
  };
}

interface ScanState {
  findings: Finding[];
  budget: DecodeBudget;
  unread: number;
}

const TOO_MUCH: About = {
  id: 'too-large',
  title: 'Is too large to be looked at',
  severity: 'critical',
  why: 'What was not looked at is not known to be harmless.',
};
const IMITATES: About = {
  id: 'imitates-name',
  title: 'Has nearly the name of a known skill',
  severity: 'warning',
  why: 'Campaigns named their skills after known ones with one letter changed.',
};
const NO_SKILL: About = {
  id: 'no-skill-file',
  title: 'Is no skill',
  severity: 'info',
  why: 'OpenClaw loads a folder only with a SKILL.md in it.',
};
const LINK: About = {
  id: 'link',
  title: 'Contains a link',
  severity: 'critical',
  why: 'A link can lead out of the skill, to a file that was never looked at.',
};
const ENCODING: About = {
  id: 'unusual-encoding',
  title: 'Is written in UTF-16',
  severity: 'warning',
  why: 'Many tools that look for text do not find it in this encoding; it was read nevertheless.',
};

const NULLS: About = {
  id: 'null-bytes',
  title: 'Is a text with NUL bytes in it',
  severity: 'critical',
  why: 'Tools that look for text take it for none, and what runs it skips over them.',
};
const UNREAD: About = {
  id: 'unread-file',
  title: 'Is of a kind that cannot be looked into',
  severity: 'warning',
  why: 'It is no text, picture, font, sound or document; what is in it is not known to be harmless.',
};

const PROBLEMS: Record<ExpandedProblem['kind'], About> = {
  encrypted: {
    id: 'locked-archive',
    title: 'Contains an archive with a password',
    severity: 'critical',
    why: 'Nobody can look into it, and that is what the password is for.',
  },
  outside: {
    id: 'archive-traversal',
    title: 'Contains an archive that writes outside its folder',
    severity: 'critical',
    why: 'A member of the archive is named so that unpacking it replaces a file elsewhere.',
  },
  link: {
    id: 'archive-link',
    title: 'Contains an archive with a link',
    severity: 'critical',
    why: 'A link in an archive makes unpacking write, or reading read, somewhere else.',
  },
  'too-large': {
    ...TOO_MUCH,
    id: 'archive-bomb',
    title: 'Contains an archive that is too large to be unpacked',
  },
  'too-deep': { ...TOO_MUCH, id: 'archive-depth', title: 'Contains archives in archives in archives' },
  broken: {
    id: 'unreadable-archive',
    title: 'Contains an archive that cannot be read',
    severity: 'critical',
    why: 'It is damaged, or of a kind that is not opened here; what was not looked at is not known to be harmless.',
  },
  appended: {
    id: 'appended-archive',
    title: 'Hides an archive behind another file',
    severity: 'critical',
    why: 'The file shows as one thing, such as a picture, and unpacks as another.',
  },
};

function reportProblem(state: ScanState, { kind, name, path }: ExpandedProblem): void {
  if (kind !== 'outside' && kind !== 'appended') state.unread += 1;
  report(state, PROBLEMS[kind], name === '' ? path : `${path}!/${name}`, {
    at: 0,
    evidence: name === '' ? path : name,
  });
}

function scanEntry(state: ScanState, entry: SkillEntry, isOpened: boolean): void {
  const { path, kind, bytes, target } = entry;
  if (kind !== 'file') {
    const evidence = target === undefined ? path : `${path} → ${target}`;
    if (entry.archives === undefined) report(state, LINK, path, { at: 0, evidence });
    return;
  }
  if (bytes.length > LIMITS.fileBytes) {
    state.unread += 1;
    report(state, TOO_MUCH, path, { at: 0, evidence: `${bytes.length} bytes` });
    return;
  }
  scanFile(state, entry, isOpened);
}

function scanFile(state: ScanState, { path, bytes, mode }: SkillEntry, isOpened: boolean): void {
  const read = readText(path, bytes);
  const before = state.findings.length;
  for (const rule of FILE_RULES)
    for (const hit of rule.find({ path, bytes, mode, text: read.text })) report(state, rule, path, hit);
  const isProgram = state.findings.slice(before).some(({ rule }) => rule === 'program');
  if (read.isUnusual) report(state, ENCODING, path, { at: 0, evidence: path });
  if (read.hasNulls) report(state, NULLS, path, { at: 0, evidence: path });
  if (read.binary === 'unknown' && !isOpened) {
    state.unread += 1;
    if (!isProgram) report(state, UNREAD, path, { at: 0, evidence: path });
  }
  for (const reading of read.readings)
    for (const layer of layersOf(path, reading, state.budget)) scanLayer(state, layer);
}

/** Blanks that hide a text are looked at as they are; for all other rules there are only a few in a row. */
function scanLayer(state: ScanState, layer: Layer): void {
  scanPieces(state, layer, unicodeRules);
  const squeezed = squeeze(layer.text);
  const place = (offset: number): ReturnType<Layer['place']> => layer.place(squeezed.origin(offset));
  scanPieces(state, { ...layer, text: squeezed.text, place }, OTHER_RULES);
}

const OTHER_RULES = TEXT_RULES.filter((rule) => !unicodeRules.includes(rule));

/** In pieces with an overlap: nothing is skipped, and no pattern runs over more than a piece. */
function scanPieces(state: ScanState, layer: Layer, rules: readonly TextRule[]): void {
  const { pieceChars, overlapChars } = LIMITS;
  if (layer.text.length <= pieceChars) return scanPiece(state, layer, 0, rules);
  for (let from = 0; from < layer.text.length; from += pieceChars - overlapChars)
    scanPiece(
      state,
      { ...layer, text: layer.text.slice(from, from + pieceChars), raw: from === 0 ? layer.raw : '' },
      from,
      rules,
    );
}

function scanPiece(state: ScanState, layer: Layer, from: number, rules: readonly TextRule[]): void {
  for (const rule of rules)
    for (const hit of rule.find(layer)) report(state, rule, layer.path, hit, layer, from);
}

function report(
  state: ScanState,
  rule: About | FileRule,
  path: string,
  hit: Hit,
  layer?: Layer,
  from = 0,
): void {
  const place = layer?.place(from + hit.at) ?? { line: 1, column: 1 };
  state.findings.push({
    rule: rule.id,
    severity: hit.severity ?? rule.severity,
    title: rule.title,
    why: hit.why ?? rule.why,
    file: path,
    ...place,
    evidence: hit.evidence,
    hidden: [...(layer?.hidden ?? [])],
  });
}

const ORDER: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** One finding a place, the worst first, and no more of one rule in one file than anybody reads. */
function tidy(findings: readonly Finding[]): Finding[] {
  const sorted = findings.toSorted(
    (left, right) =>
      ORDER[left.severity] - ORDER[right.severity] ||
      left.file.localeCompare(right.file) ||
      left.line - right.line ||
      left.hidden.length - right.hidden.length,
  );
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return sorted.filter(({ rule, file, line }) => {
    const key = `${rule}\0${file}`;
    const count = counts.get(key) ?? 0;
    if (seen.has(`${key}\0${line}`) || count >= LIMITS.perRule) return false;
    seen.add(`${key}\0${line}`);
    counts.set(key, count + 1);
    return true;
  });
}

export function verdictOf(findings: readonly Pick<Finding, 'severity'>[]): Verdict {
  if (findings.some(({ severity }) => severity === 'critical')) return 'block';
  return findings.some(({ severity }) => severity === 'warning') ? 'review' : 'allow';
}

function skillFile(entries: readonly SkillEntry[]): SkillEntry | undefined {
  const found = entries.filter(({ path }) => /(?:^|\/)SKILL\.md$/.test(path));
  return found.toSorted((left, right) => left.path.length - right.path.length)[0];
}

/** Name in the frontmatter, as OpenClaw shows it. */
export function nameOf(entries: readonly SkillEntry[]): string | null {
  const text = readText('SKILL.md', skillFile(entries)?.bytes ?? new Uint8Array()).text;
  const head = /^\uFEFF?\s*---\r?\n([\s\S]{0,20000}?)\n---/.exec(text)?.[1] ?? '';
  const name = /^name\s*:\s*(.+)$/m
    .exec(head)?.[1]
    ?.trim()
    .replace(/^(["'])(.*)\1$/, '$2');
  return name === undefined || name === '' ? null : name.slice(0, 200);
}
