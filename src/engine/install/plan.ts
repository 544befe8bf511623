import { FIRST_CLIENT_WITHOUT_BUILDKIT, isAtLeast } from '../requirements.ts';
import type { EngineReport } from '../engine-report.ts';

/** What of the programs that an engine and image builds need is on this host. */
export interface HostPrograms {
  dockerd: boolean;
  iptables: boolean;
  debootstrap: boolean;
  /** Checks signatures for debootstrap. */
  gpgv: boolean;
  caCertificates: boolean;
  /** False only where the kernel uses AppArmor and its parser is missing: containers could not start. */
  apparmor: boolean;
}

export interface PackagePlan {
  /** From the host's own release. */
  own: string[];
  /** From Debian 13, on Debian 12. */
  fromTrixie: string[];
}

/** Which packages are needed, by the names of the host's Debian release. Pure; nothing that is there is listed. */
export function planPackages(release: '12' | '13', report: EngineReport, host: HostPrograms): PackagePlan {
  const own: string[] = [];
  const wanted: string[] = [];
  const engineAnswers = report.engine !== undefined;
  if (!engineAnswers && !host.dockerd) own.push('docker.io');
  // Debian 13 split the client off; in Debian 12 it comes with docker.io.
  if (report.docker === undefined) own.push(release === '13' ? 'docker-cli' : 'docker.io');
  if (!engineAnswers && !host.iptables) own.push('iptables');
  if (!engineAnswers && !host.apparmor) own.push('apparmor');
  if (!host.caCertificates) own.push('ca-certificates');
  if (!host.debootstrap) own.push('debootstrap');
  if (!host.gpgv) own.push('gpgv');
  if (report.compose === undefined) wanted.push('docker-compose');
  if (needsBuildx(release, report)) wanted.push('docker-buildx');

  if (release === '13') return { own: unique([...own, ...wanted]), fromTrixie: [] };
  // An old keyring does not know the keys of Debian 13 yet.
  if (wanted.length > 0) own.push('debian-archive-keyring');
  return { own: unique(own), fromTrixie: wanted };
}

function needsBuildx(release: '12' | '13', report: EngineReport): boolean {
  if (report.builder !== undefined) return false;
  if (report.docker === undefined) return release === '13';
  return isAtLeast(report.docker.version, FIRST_CLIENT_WITHOUT_BUILDKIT);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
