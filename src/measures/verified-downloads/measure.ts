import type { Deployment, DockerfileFacts, DockerfileInstruction } from '../../deployment/deployment.ts';
import { rangeInFile } from '../../deployment/dockerfile/pairs.ts';
import { readFlags, splitWords } from '../../deployment/dockerfile/words.ts';
import {
  dockerfileOf,
  eachDockerfile,
  editDockerfile,
  failedDockerfile,
  inlineNoFix,
  matchIn,
} from '../dockerfile.ts';
import type { Change, Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { KNOWN_GOOD_VERSION } from '../../openclaw/advisories.ts';
import type { TextRange } from '../../documents/text-edit.ts';
import { commandsIn, nodePackages, type ShellWord } from '../shell-commands.ts';
import { insecureCurl, risks, unpinnedClone, unpinnedPackage } from './patterns.ts';
import { weakenDockerfiles } from '../weaken.ts';

/** Longer steps are searched up to here. */
const MAX_LENGTH = 100_000;
const packageKey = 'openclaw-unpinned';

export const measure = defineMeasure({
  id: 'verified-downloads',
  title: 'What a build downloads is checked before it is used',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G8'],
  references: {
    cis: ['4.9', '4.11'],
    nist: ['4.1.5', '4.2.1'],
    owasp: ['D13'],
    scanners: [
      'Trivy DS-0005',
      'hadolint DL3020',
      'Checkov CKV_DOCKER_4',
      'Checkov CKV2_DOCKER_2',
      'Checkov CKV2_DOCKER_3',
      'Checkov CKV2_DOCKER_6',
      'Checkov CKV2_DOCKER_7',
      'Checkov CKV2_DOCKER_8',
      'Lynis dockerfile',
    ],
  },
  why: 'Whoever is between the build and the server, or took the server over, decides what is in the image.',
  check: (deployment) =>
    eachDockerfile(deployment, (facts) => failuresOr(facts.instructions.flatMap((one) => look(facts, one)))),
  fix,
  weaken: (deployment) =>
    weakenDockerfiles(deployment, 'RUN', 'curl -fsSL https://downloads.example/setup.sh | sh'),
});

function look(facts: DockerfileFacts, instruction: DockerfileInstruction): Outcome[] {
  if (instruction.keyword === 'ADD') return added(facts, instruction);
  if (instruction.keyword !== 'RUN') return [];
  const cut = { ...instruction, text: instruction.text.slice(0, MAX_LENGTH) };
  const fail = (key: string, detail: string, range: TextRange): Outcome =>
    failedDockerfile(facts, keyOf(facts, instruction, key), detail, range);
  const found = risks.flatMap(({ key, text, pattern }) => {
    const hit = matchIn(cut, pattern);
    return hit ? [fail(key, `a step ${text}`, hit.range)] : [];
  });
  const option = curlOption(cut.text);
  if (option)
    found.push(
      fail(
        'curl-insecure',
        'a step downloads with curl without checking the certificate',
        wordRange(instruction, option),
      ),
    );
  const unpinned = unpinnedWord(cut.text);
  if (unpinned)
    found.push(
      fail(
        packageKey,
        'OpenClaw is installed in whatever version is newest when it is built',
        wordRange(instruction, unpinned),
      ),
    );
  const clone = matchIn(cut, unpinnedClone);
  if (clone && !/--branch|\s-b\s|\bcheckout\s|--revision/.test(cut.text))
    found.push(
      fail('openclaw-clone', 'OpenClaw is built from whatever its main branch holds by then', clone.range),
    );
  return found;
}

function wordRange(instruction: DockerfileInstruction, { text, start }: ShellWord): TextRange {
  return rangeInFile(instruction, start, start + text.length);
}

function curlOption(script: string): ShellWord | undefined {
  return commandsIn(script)
    .filter((words) => words.some(({ text }) => /(?:^|[/(`])curl$/.test(text)))
    .flatMap((words) => words.find(({ text }) => insecureCurl.test(text)) ?? [])[0];
}

function unpinnedWord(script: string): ShellWord | undefined {
  return nodePackages(script)
    .flat()
    .find(({ text }) => unpinnedPackage.test(text));
}

/** The number of the RUN or ADD among its like tells several findings of one kind apart. */
function keyOf(facts: DockerfileFacts, instruction: DockerfileInstruction, key: string): string {
  const like = facts.instructions.filter(({ keyword }) => keyword === instruction.keyword);
  const index = like.findIndex(({ range }) => range.start === instruction.range.start);
  return `${key}-${index + 1}`;
}

function added(facts: DockerfileFacts, instruction: DockerfileInstruction): Outcome[] {
  const { flags, rest } = readFlags(instruction.text);
  if (flags.some(({ name }) => name === 'checksum')) return [];
  const sources = splitWords(instruction.text.slice(rest), '\\').slice(0, -1);
  return sources.flatMap(({ text, start }) => {
    const url = text.replace(/^["'[]+/, '');
    const isGit = /^(?:git@|git:\/\/|https?:\/\/\S{1,300}\.git(?:#|$))/.test(url);
    if (isGit ? /#[0-9a-f]{40}(?:[0-9a-f]{24})?(?::|$)/.test(url) : !/^https?:\/\//.test(url)) return [];
    const what = isGit ? 'a repository without a commit' : 'a file from the network without a checksum';
    const range = rangeInFile(instruction, rest + start, rest + start + text.length);
    return [failedDockerfile(facts, keyOf(facts, instruction, 'add'), `ADD takes ${what}`, range)];
  });
}

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const facts = dockerfileOf(failure, deployment);
  const range = failure.at?.range;
  const [, key = '', number = ''] = /^(.*)-(\d+)$/.exec(failure.key ?? '') ?? [];
  if (!facts || !range || facts.inlineOf !== undefined) return { why: inlineNoFix };
  if (key === packageKey) return pinPackage(facts, range, deployment, number);
  const change = withoutOption(key, failure, facts, range);
  if (!change) return { why: whyNot(key) };
  return {
    title: 'Check what the step downloads: take out the option that switches the check off',
    safety: 'unsafe',
    effect: 'The build stops when the server has no valid certificate or the packages no valid signature.',
    changes: [change],
  };
}

/** Takes the option away, or its letter among others. */
function withoutOption(
  key: string,
  failure: Failure,
  facts: DockerfileFacts,
  range: TextRange,
): Change | undefined {
  if (risks.some((risk) => risk.key === key && risk.isRemovable === true))
    return editDockerfile(facts, range, '');
  if (key !== 'curl-insecure') return undefined;
  const instruction = facts.instructions.find(
    (one) => keyOf(facts, one, key) === failure.key && one.keyword === 'RUN',
  );
  const option = instruction && curlOption(instruction.text)?.text;
  if (option === undefined) return undefined;
  const rest = option.startsWith('--') ? '' : option.replaceAll('k', '');
  return editDockerfile(facts, range, rest === '-' ? '' : rest);
}

function pinPackage(
  facts: DockerfileFacts,
  range: { start: number; end: number },
  { openclawVersion }: Deployment,
  number: string,
): Fix | NoFix {
  const version = openclawVersion ?? KNOWN_GOOD_VERSION;
  const runs = facts.instructions.filter(({ keyword }) => keyword === 'RUN');
  const instruction = runs[Number(number) - 1];
  const word = instruction && unpinnedWord(instruction.text)?.text;
  const quote = /^["']/.exec(word ?? '')?.[0] ?? '';
  const name = word?.replaceAll(/["']/g, '').split('@')[0] ?? 'openclaw';
  const change = editDockerfile(facts, range, `${quote}${name}@${version}${quote}`);
  return change
    ? {
        title: `Install OpenClaw ${version} and no other version`,
        safety: 'unsafe',
        effect: `The next build has version ${version}, whatever is newest then: raise it on purpose.`,
        changes: [change],
      }
    : { why: inlineNoFix };
}

function whyNot(key: string): string {
  if (key === 'add' || key === 'pipe-to-shell' || key === 'shell-of-download')
    return 'What the checksum of the right file is, only its author can tell. Download it in one step, compare it with `sha256sum -c`, and use it then; ADD has `--checksum` for that.';
  if (key === 'openclaw-clone')
    return 'Which release is meant is not known. Give `git clone` the tag with `--branch`, or check a commit out.';
  return 'Whether the server has a valid certificate is not known here. Take the switch out and build; a private authority belongs into the trust store of the image.';
}
