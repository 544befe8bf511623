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
  const own = [...enginePackages(release, report, host), ...buildPackages(host)];
  const wanted = [
    ...(report.compose === undefined ? ['docker-compose'] : []),
    ...(needsBuildx(release, report) ? ['docker-buildx'] : []),
  ];
  if (release === '13') return { own: unique([...own, ...wanted]), fromTrixie: [] };
  // An old keyring does not know the keys of Debian 13 yet.
  return { own: unique(wanted.length > 0 ? [...own, 'debian-archive-keyring'] : own), fromTrixie: wanted };
}

function enginePackages(release: '12' | '13', report: EngineReport, host: HostPrograms): string[] {
  // Debian 13 split the client off; in Debian 12 it comes with docker.io.
  const client = report.docker === undefined ? [release === '13' ? 'docker-cli' : 'docker.io'] : [];
  if (report.engine !== undefined) return client;
  return [
    ...(host.dockerd ? [] : ['docker.io']),
    ...client,
    ...(host.iptables ? [] : ['iptables']),
    ...(host.apparmor ? [] : ['apparmor']),
  ];
}

function buildPackages(host: HostPrograms): string[] {
  return [
    ...(host.caCertificates ? [] : ['ca-certificates']),
    ...(host.debootstrap ? [] : ['debootstrap']),
    ...(host.gpgv ? [] : ['gpgv']),
  ];
}

function needsBuildx(release: '12' | '13', report: EngineReport): boolean {
  if (report.builder !== undefined) return false;
  if (report.docker === undefined) return release === '13';
  return isAtLeast(report.docker.version, FIRST_CLIENT_WITHOUT_BUILDKIT);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
