import { isDebianVersion } from '../../debian/version.ts';
import type { DebianPackage } from './inventory.ts';

const NAME = /^[a-z0-9][a-z0-9+.-]{0,127}$/;
const ARCHITECTURE = /^[a-z0-9][a-z0-9-]{0,31}$/;
const NOT_INSTALLED = new Set(['not-installed', 'config-files']);
const MACHINE_READABLE = /^Format:[^\n]*copyright-format/i;
const LICENCE_LENGTH = 100;

export interface DpkgStatus {
  packages: DebianPackage[];
  /** Paragraphs that name no package, version or architecture as dpkg would. */
  broken: number;
}

/** Reads dpkg's list of packages (/var/lib/dpkg/status); what was removed is left out. */
export function parseDpkgStatus(text: string): DpkgStatus {
  const packages: DebianPackage[] = [];
  let broken = 0;
  for (const paragraph of text.replaceAll('\r', '').split(/\n[ \t]*\n/)) {
    if (paragraph.trim() === '') continue;
    const fields = fieldsOf(paragraph);
    const state = (fields.get('status') ?? 'install ok installed').split(/\s+/).at(-1) ?? '';
    if (NOT_INSTALLED.has(state)) continue;
    const read = packageOf(fields);
    if (read === null) broken += 1;
    else packages.push(read);
  }
  return { packages, broken };
}

function packageOf(fields: ReadonlyMap<string, string>): DebianPackage | null {
  const field = (key: string): string => fields.get(key) ?? '';
  const [name, version, architecture] = [field('package'), field('version'), field('architecture')];
  // "Source: glibc (2.41-12)", with a version only where it is another one.
  const written = /^([^\s(]+)(?:\s*\(([^)\s]+)\))?$/.exec(field('source'));
  const [source, sourceVersion] = [written?.[1] ?? name, written?.[2] ?? version];
  const isRight =
    [name, source].every((one) => NAME.test(one)) &&
    [version, sourceVersion].every(isDebianVersion) &&
    ARCHITECTURE.test(architecture);
  return isRight ? { name, version, architecture, source, sourceVersion, licences: [] } : null;
}

function fieldsOf(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of paragraph.split('\n')) {
    const match = /^([A-Za-z][\w-]*):[ \t]*(.*)$/.exec(line);
    if (match) fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').trimEnd());
  }
  return fields;
}

/** Short names of the licences in a copyright file, sorted; none where it is prose and not in Debian's machine-readable form. */
export function licencesIn(copyright: string): string[] {
  if (!MACHINE_READABLE.test(copyright.trimStart())) return [];
  const found = new Set<string>();
  for (const [, written = ''] of copyright.matchAll(/^License:[ \t]*(\S.*)$/gim)) {
    const name = written.replaceAll(/\s+/g, ' ').trim();
    if (/^[\x20-\x7E]+$/.test(name) && name.length <= LICENCE_LENGTH) found.add(name);
  }
  return [...found].toSorted();
}
