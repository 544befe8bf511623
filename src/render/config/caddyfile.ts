import type { Policy } from '../../policy/policy.ts';
import { cageAddresses, frontAddresses, frontNetwork, GATEWAY, INGRESS_PORT } from '../layout.ts';

/** Host names under which the gateway may be asked for; anything else is DNS rebinding or a wrong address. */
export function ingressHosts(policy: Policy): string[] {
  const named = policy.access.allowedOrigins.map((origin) => new URL(origin).hostname);
  return [...new Set(['127.0.0.1', 'localhost', ...named])];
}

/** Caddyfile of the ingress: one listener, one upstream, forwarding headers rebuilt. Syntax of Caddy 2.6 and later. */
export function renderCaddyfile(policy: Policy, cageSubnet: string): string {
  const cage = cageAddresses(cageSubnet);
  return `# Written by clawproof.
{
	admin off
	auto_https off
	log {
		output stderr
		level WARN
		# Whatever may carry a token is left out: headers, and what follows a question mark.
		format filter {
			wrap console
			fields {
				request>headers delete
				request>uri regexp "[?].*" "?..."
			}
		}
	}
	servers {
		timeouts {
			read_header 10s
			idle 5m
		}
		max_header_size 64KB
	}
}

:${INGRESS_PORT} {
	# Callers of this host come from its one address here. Older engines also let neighbours of the host in by routing.
	@neighbour not remote_ip ${frontNetwork(cageSubnet).host} 127.0.0.1
	respond @neighbour "Only this host is served here." 403

	@elsewhere not host ${ingressHosts(policy).join(' ')}
	respond @elsewhere "This name is not served here." 421

${tailnetPart(policy, cageSubnet)}	# Caddy replaces X-Forwarded-For, -Proto and -Host of clients itself: no client is a trusted proxy here.
	reverse_proxy ${cage.gateway}:${GATEWAY.port} {
${WITHOUT_FORGERY.map((line) => `\t\t${line}\n`).join('')}	}
}
`;
}

/** Nobody's word for who or where a caller is. */
const WITHOUT_FORGERY = [
  'header_up -Forwarded',
  'header_up -X-Forwarded-Port',
  'header_up -X-Forwarded-Prefix',
  'header_up -X-Forwarded-Server',
  'header_up -X-Forwarded-User',
  'header_up -X-Original-URL',
  'header_up -X-Rewrite-URL',
  'header_up -Tailscale-User-Login',
  'header_up -Tailscale-User-Name',
  'header_up -X-Real-IP',
  'header_up -True-Client-IP',
  'header_up -CF-Connecting-IP',
  'header_up -X-Client-IP',
  'header_down -Server',
  'flush_interval -1',
] as const;

/**
 * The way of the Tailscale sidecar. It alone is believed which address of the tailnet asks: it puts that in place of what the
 * caller sends. A request without it reaches the gateway without an address, and is refused there.
 */
function tailnetPart({ access: { tailscale } }: Policy, cageSubnet: string): string {
  if (tailscale === null) return '';
  const { gateway } = cageAddresses(cageSubnet);
  return `	@tailnet remote_ip ${frontAddresses(cageSubnet).tailscale}
	handle @tailnet {
		@othername not host ${tailscale.name}
		respond @othername "This name is not served here." 421

		reverse_proxy ${gateway}:${GATEWAY.port} {
			header_up X-Forwarded-For {http.request.header.X-Forwarded-For}
			header_up X-Forwarded-Proto https
			header_up X-Forwarded-Host ${tailscale.name}
${WITHOUT_FORGERY.map((line) => `\t\t\t${line}\n`).join('')}		}
	}

`;
}
