import type { Deployment, Service } from '../../deployment/deployment.ts';
import {
  advisoriesAbout,
  fixedVersion,
  KNOWN_GOOD_VERSION,
  type Advisory,
} from '../../openclaw/advisories.ts';
import { formatVersion, parseVersion } from '../../openclaw/version.ts';
import { rangeInFile } from '../../deployment/dockerfile/pairs.ts';
import { dockerfileOf, editDockerfile, failedDockerfile, inlineNoFix } from '../dockerfile.ts';
import type { FileVariable } from '../file-variables.ts';
import { fixOf, fixService, set } from '../fix-service.ts';
import type { Change, Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failedService, failuresOr, openclawRoles, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isOfficialImage } from '../service-image.ts';
import { weakenGateway } from '../weaken.ts';

const shownAdvisories = 5;
const installPattern = /\b(?:openclaw|clawdbot|moltbot)@(\d{4}\.[\w.-]{1,40})/;
const effect =
  'OpenClaw migrates its state at the next start and cannot go back with it: make a backup of the state before.';

export const measure = defineMeasure({
  id: 'current-version',
  title: 'No published flaw is known of this version of OpenClaw',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['R1', 'G8'],
  references: {
    cis: ['5.28'],
    nist: ['4.1.1'],
    owasp: ['D0'],
    scanners: ['Trivy vulnerabilities', 'Grype vulnerabilities'],
  },
  why: 'What was mended in a newer version is written down for everybody, and much of it needs a message or a web page only.',
  check: (deployment) => {
    const found = versionsOf(deployment);
    if (found.length === 0) return [skipped('nothing here tells which version of OpenClaw it is')];
    return failuresOr(
      found.flatMap(judge),
      `nothing is known of ${found.map(({ version }) => version).join(', ')}`,
    );
  },
  fix,
  weaken: (deployment) =>
    weakenGateway(deployment, () => ({
      image: { reference: `ghcr.io/openclaw/openclaw:2026.2.1@sha256:${'a'.repeat(64)}` },
    })),
});

interface FoundVersion {
  version: string;
  fail: (detail: string) => Outcome;
}

/** Versions that images and Dockerfiles name, with their places; otherwise the one that somebody found out elsewhere. */
function versionsOf(deployment: Deployment): FoundVersion[] {
  const named = [
    ...deployment.services.filter(({ role }) => openclawRoles.includes(role)).flatMap(ofImage),
    ...(deployment.dockerfiles ?? []).flatMap(ofDockerfile),
  ];
  const known = deployment.openclawVersion;
  if (named.length > 0 || known === undefined) return named;
  const fail = (detail: string): Outcome => ({ state: 'fail', detail, subject: 'openclaw' });
  return [{ version: known, fail }];
}

function ofImage(service: Service): FoundVersion[] {
  const version = tagVersion(service.image?.reference ?? '');
  return version === undefined
    ? []
    : [{ version, fail: (detail) => failedService(service, detail, 'image') }];
}

/** Version in the tag of an image: `2026.9.6`, `v2026.9.6`, `2026.9.6-slim`. */
function tagVersion(reference: string): string | undefined {
  const plain = reference.split('@')[0] ?? '';
  const tag = plain.slice(plain.lastIndexOf('/') + 1).split(':')[1] ?? '';
  const isOpenclaw = isOfficialImage(plain) || /openclaw|clawdbot|moltbot/.test(plain);
  return isOpenclaw ? exact(tag.replace(/^v/, '').replace(/-(?:slim|browser|full)$/, '')) : undefined;
}

function exact(text: string): string | undefined {
  const version = parseVersion(text);
  return version === null ? undefined : formatVersion(version);
}

function ofDockerfile(facts: NonNullable<Deployment['dockerfiles']>[number]): FoundVersion[] {
  const bases = facts.stages.flatMap((stage): FoundVersion[] => {
    const version = stage.isStage ? undefined : tagVersion(stage.image);
    return version === undefined
      ? []
      : [{ version, fail: (detail) => failedDockerfile(facts, `FROM ${version}`, detail, stage.imageRange) }];
  });
  const installs = facts.instructions.flatMap((instruction): FoundVersion[] => {
    const match = instruction.keyword === 'RUN' ? installPattern.exec(instruction.text) : null;
    const version = exact(match?.[1] ?? '');
    if (!match || version === undefined) return [];
    const start = match.index + match[0].length - (match[1] ?? '').length;
    const range = rangeInFile(instruction, start, match.index + match[0].length);
    return [{ version, fail: (detail) => failedDockerfile(facts, `npm ${version}`, detail, range) }];
  });
  return [...bases, ...installs];
}

function judge({ version, fail }: FoundVersion): Outcome[] {
  const hits = advisoriesAbout(version) ?? [];
  return hits.length === 0 ? [] : [fail(describe(version, hits))];
}

function describe(version: string, hits: readonly Advisory[]): string {
  const worst = hits
    .slice(0, shownAdvisories)
    .map(({ id, cvss, what }) => `${id}${cvss === undefined ? '' : ` (${cvss.toFixed(1)})`}: ${what}`)
    .join('; ');
  const rest = hits.length - shownAdvisories;
  const many = hits.length === 1 ? 'a published flaw is' : `${hits.length} published flaws are`;
  return `${many} known of OpenClaw ${version}, all mended in ${fixedVersion(hits, version)}: ${worst}${rest > 0 ? `; and ${rest} more` : ''}`;
}

function fix(failure: Failure, context: FixContext): Fix | NoFix {
  if (failure.at?.document === 'compose' && failure.at.path.at(-1) === 'image')
    return fixImage(failure, context);
  const facts = dockerfileOf(failure, context.deployment);
  const range = failure.at?.range;
  if (!facts)
    return {
      why: `Nothing that can be edited here names the version. Install ${KNOWN_GOOD_VERSION} or a newer one.`,
    };
  if (facts.inlineOf !== undefined || !range) return { why: inlineNoFix };
  const stage = facts.stages.find(({ imageRange }) => imageRange.start === range.start);
  const change = stage ? baseChange(facts, stage) : editDockerfile(facts, range, KNOWN_GOOD_VERSION);
  return change
    ? fixOf(`Build with OpenClaw ${KNOWN_GOOD_VERSION}`, 'unsafe', [change], effect)
    : {
        why: `The base is pinned or its version comes from a build argument. Set that to ${KNOWN_GOOD_VERSION} or newer.`,
      };
}

function baseChange(
  facts: NonNullable<Deployment['dockerfiles']>[number],
  { image, imageRange }: NonNullable<Deployment['dockerfiles']>[number]['stages'][number],
): Change | undefined {
  const isPlain = imageRange.end - imageRange.start === image.length && !image.includes('@');
  return isPlain ? editDockerfile(facts, imageRange, upgraded(image)) : undefined;
}

const versionPattern = String.raw`v?\d{4}\.\d{1,2}\.\d{1,6}(?:-(?:(?:alpha|beta)\.)?\d+)?`;

/** The reference with another version in its tag. */
function upgraded(reference: string): string {
  return reference.replace(new RegExp(`(?<=:|:?-)${versionPattern}`), KNOWN_GOOD_VERSION);
}

function fixImage(failure: Failure, context: FixContext): Fix | NoFix {
  return fixService(failure, context, (view) => {
    const written = view.written('image') ?? '';
    const names = [...written.matchAll(/\$\{?(\w+)/g)].map((match) => match[1] ?? '');
    const variables = names.flatMap((name) => context.fileVariable?.(name) ?? []);
    if (variables.length > 0) return fixVariable(variables, names, context);
    const next = upgraded(written);
    const isDefault = /\$\{[^}]*:?-[^}]*\}$/.test(written);
    if (written.includes('@') || next === written || (written.includes('$') && !isDefault))
      return {
        why: `The version is pinned by digest or comes from a variable. Set it to ${KNOWN_GOOD_VERSION} or newer where that is done.`,
      };
    // What the default would give is not what runs: the variable is set where nobody here can edit it.
    if (isDefault && withDefaults(written) !== view.service.image?.reference)
      return {
        why: `${names.join(', ')} is set outside of these files and wins over the default that is written here. Set it to ${KNOWN_GOOD_VERSION} or newer where that is done.`,
      };
    return fixOf(`Run OpenClaw ${KNOWN_GOOD_VERSION}`, 'unsafe', [set(view.at('image'), next)], effect);
  });
}

/** Edits the one variable of .env that holds the version. */
function fixVariable(
  variables: readonly FileVariable[],
  names: readonly string[],
  context: FixContext,
): Fix | NoFix {
  const pattern = new RegExp(versionPattern);
  const holders = variables.filter(({ written }) => pattern.test(written));
  const [holder] = holders;
  if (holder === undefined || holders.length > 1 || holder.written.includes('@'))
    return {
      why: `The version comes from ${names.join(' and ')} in .env, not in a way that can be edited here. Set it to ${KNOWN_GOOD_VERSION} or newer there.`,
    };
  const { file, written, start } = holder;
  const text = written.replace(pattern, KNOWN_GOOD_VERSION);
  const means = imagesWith(holder, context).map(({ path, image }) => ({
    path,
    value: image.replace(holder.value, holder.value.replace(pattern, KNOWN_GOOD_VERSION)),
  }));
  const change: Change = { kind: 'text', file, start, end: start + written.length, text, means };
  return fixOf(`Run OpenClaw ${KNOWN_GOOD_VERSION}`, 'unsafe', [change], effect);
}

/** Images of all services that are named with a variable: they change together. */
function imagesWith(
  { name }: FileVariable,
  { compose, written }: FixContext,
): { path: string[]; image: string }[] {
  return Object.entries(compose?.services ?? {}).flatMap(([service, { image }]) => {
    const path = ['services', service, 'image'];
    const uses = new RegExp(String.raw`\$\{?${name}\b`).test(written?.(path) ?? '');
    return uses && typeof image === 'string' ? [{ path, image }] : [];
  });
}

/** The text with every variable replaced by its default. */
function withDefaults(written: string): string {
  return written.replaceAll(/\$\{\w+:?-([^}]*)\}/g, (_, fallback: string) => fallback);
}
