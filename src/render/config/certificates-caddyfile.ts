import type { HttpsAccess } from '../../policy/https-access.ts';
import { EDGE } from '../layout.ts';

/**
 * Caddyfile of the service that has the certificate made and renewed. It serves nobody: the edge passes on what the authority
 * asks for, and reads the files. Syntax of Caddy 2.6 and later.
 */
export function renderCertificatesCaddyfile(https: HttpsAccess): string {
  return `# Written by clawproof.
{
	admin off
	auto_https disable_redirects
	skip_install_trust
	ocsp_stapling off
	http_port ${EDGE.challengePort}
	https_port ${EDGE.tlsPort}
	storage file_system ${EDGE.certificatesFolder}
	log {
		output stderr
		level WARN
	}
}

http://:${EDGE.challengePort} {
	respond 404
}

https://${https.domain} {
	tls {
${https.certificate === 'internal' ? '\t\tissuer internal' : acmeIssuer(https)}
	}
	respond 404
}
`;
}

function acmeIssuer({ acmeDirectory, acmeCa }: HttpsAccess): string {
  return [
    '\t\tissuer acme {',
    `\t\t\tdir ${acmeDirectory}`,
    '\t\t\tdisable_tlsalpn_challenge',
    ...(acmeCa ? [`\t\t\ttrusted_roots ${EDGE.acmeCaFile}`] : []),
    '\t\t}',
  ].join('\n');
}
