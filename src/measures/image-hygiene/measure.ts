import type { DockerfileFacts, DockerfileInstruction } from '../../deployment/deployment.ts';
import type { TextRange } from '../../documents/text-edit.ts';
import {
  dockerfileOf,
  eachDockerfile,
  editDockerfile,
  failedDockerfile,
  inlineNoFix,
  matchIn,
} from '../dockerfile.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { rangeInFile } from '../../deployment/dockerfile/pairs.ts';
import { installedPackages } from '../shell-commands.ts';
import { weakenDockerfiles } from '../weaken.ts';

const MAX_LENGTH = 100_000;
interface Flaw {
  key: string;
  text: string;
  /** What its step says. */
  pattern?: RegExp;
  /** Packages that its step installs. */
  packages?: RegExp;
  /** Why it is not repaired; undefined = the package is taken out of the list. */
  why?: string;
}

/** What helps whoever got into the container, and OpenClaw does not need. */
const flaws: readonly Flaw[] = [
  {
    key: 'sudo',
    text: 'installs sudo: a way to root for whoever gets into the container',
    packages: /^sudo(?:=|$)/,
  },
  {
    key: 'sudoers',
    text: 'lets a user become root without a password',
    pattern:
      /NOPASSWD|\/etc\/sudoers|\busermod\s[^;&|\n]{0,80}-a?G\s*\S{0,80}\b(?:sudo|wheel|root|docker)\b|\badduser\s+\S{1,60}\s+(?:sudo|wheel|docker)\b/,
    why: 'Which steps rely on it is not known. Do what needs root while the image is built, and take the rule out.',
  },
  {
    key: 'ssh-server',
    text: 'installs an SSH server: a second way in, past the gateway',
    packages: /^(?:openssh-server|openssh|dropbear)(?:=|$)/,
  },
  {
    key: 'setuid',
    text: 'makes a file that runs with the rights of its owner (setuid)',
    pattern: /\bchmod\s(?:-\w+\s)?(?:[ug+]{1,3}s|[ugo]*\+[rwx]*s|[0-7]?[4567][0-7]{3})\s/,
    why: 'Which program needs the right is not known. Take the bit away, or do the work while the image is built.',
  },
  {
    key: 'file-capability',
    text: 'gives a program capabilities that its user does not have',
    pattern: /\bsetcap\s+[\w,=+-]{3,200}/,
    why: 'Which program needs the capability is not known. With `cap_drop: [ALL]` it does not get it anyway: take the step out.',
  },
  {
    key: 'world-writable',
    text: 'lets every user write to its files (chmod 777)',
    pattern: /\bchmod\s(?:-\w+\s)?(?:0?777|a\+rwx|a=rwx|ugo\+rwx)(?=\s)/,
    why: 'Which user has to write there is not known. Give the folder to that one with `chown`, and leave its mode at 755.',
  },
  {
    key: 'password',
    text: 'sets a password in the image, the same for everybody who has it',
    pattern: /\bchpasswd\b|\bpasswd\s+(?!-[dlS]\b)\w|\buseradd\s[^;&|\n]{0,200}\s-p\s/,
    why: 'Nobody logs in to a container with a password: take the step out.',
  },
];

const exposeNoFix =
  'Whether something listens there is not known. EXPOSE opens no port by itself: take the SSH server out, and the line with it.';

export const measure = defineMeasure({
  id: 'image-hygiene',
  title: 'Images hold nothing that helps whoever gets in',
  risk: { precondition: 'second-flaw', impact: 'exposure' },
  rows: ['G8'],
  references: {
    cis: ['4.3', '4.8', '5.7'],
    nist: ['4.1.2', '4.1.3'],
    owasp: ['D4'],
    scanners: [
      'Trivy DS-0004',
      'hadolint DL3004',
      'Checkov CKV_DOCKER_1',
      'Checkov CKV2_DOCKER_1',
      'Checkov CKV2_DOCKER_17',
      'dockle CIS-DI-0008',
      'docker-bench 5.7',
      'Lynis dockerfile',
    ],
  },
  why: 'A way to root, a second way in or a file that everybody may change turns a small foothold in the container into the whole of it.',
  check: (deployment) =>
    eachDockerfile(
      deployment,
      (facts) => failuresOr(facts.instructions.flatMap((instruction) => look(facts, instruction))),
      true,
    ),
  fix,
  weaken: (deployment) => weakenDockerfiles(deployment, 'RUN', 'chmod u+s /usr/bin/find'),
});

function look(facts: DockerfileFacts, instruction: DockerfileInstruction): Outcome[] {
  const { keyword, stage } = instruction;
  if (facts.stages[stage]?.isInImage !== true) return [];
  if (keyword === 'EXPOSE') {
    const port = matchIn(instruction, /(?<=^|\s)22(?:\/tcp)?(?=\s|$)/);
    return port
      ? [failedDockerfile(facts, 'expose-22', 'it announces an SSH server on port 22', port.range)]
      : [];
  }
  if (keyword !== 'RUN') return [];
  const cut = { ...instruction, text: instruction.text.slice(0, MAX_LENGTH) };
  const runs = facts.instructions.filter((other) => other.keyword === 'RUN');
  const number = runs.findIndex(({ range }) => range.start === instruction.range.start) + 1;
  return flaws.flatMap((flaw) => {
    const range = placeOf(flaw, cut);
    return range ? [failedDockerfile(facts, `${flaw.key}-${number}`, `a step ${flaw.text}`, range)] : [];
  });
}

function placeOf({ pattern, packages }: Flaw, instruction: DockerfileInstruction): TextRange | undefined {
  if (pattern) return matchIn(instruction, pattern)?.range;
  const found = installedPackages(instruction.text)
    .flat()
    .find(({ text }) => packages?.test(text));
  return found && rangeInFile(instruction, found.start, found.start + found.text.length);
}

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const facts = dockerfileOf(failure, deployment);
  const range = failure.at?.range;
  const key = (failure.key ?? '').replace(/-\d+$/, '');
  const why = key === 'expose' ? exposeNoFix : flaws.find((flaw) => flaw.key === key)?.why;
  if (why) return { why };
  return facts && range && facts.inlineOf === undefined
    ? withoutPackage(facts, range, key)
    : { why: inlineNoFix };
}

function withoutPackage(facts: DockerfileFacts, range: TextRange, key: string): Fix | NoFix {
  const instruction = facts.instructions.find((one) => isWithin(range, one.range));
  const packages = flaws.find((flaw) => flaw.key === key)?.packages;
  const isOneOfMany = installedPackages(instruction?.text ?? '').some(
    (list) => list.some(({ text }) => packages?.test(text)) && list.length > 1,
  );
  const change = isOneOfMany ? editDockerfile(facts, range, '') : undefined;
  if (!change) return { why: 'It is the only package of its step. Take the whole step out.' };
  const isSudo = key === 'sudo';
  return {
    title: `Leave ${isSudo ? 'sudo' : 'the SSH server'} out of the image`,
    safety: 'unsafe',
    effect: `Later steps and scripts that call ${isSudo ? 'sudo' : 'it'} fail.`,
    changes: [change],
  };
}

function isWithin(inner: TextRange, outer: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
