import type { Policy } from '../../policy/policy.ts';
import { type CageAddresses, GATEWAY, INGRESS_PORT } from '../layout.ts';

/** Host names under which the gateway may be asked for; anything else is DNS rebinding or a wrong address. */
export function ingressHosts(policy: Policy): string[] {
  const named = policy.access.allowedOrigins.map((origin) => new URL(origin).hostname);
  return [...new Set(['127.0.0.1', 'localhost', ...named])];
}

/** Caddyfile of the ingress: one listener, one upstream, forwarding headers rebuilt. Syntax of Caddy 2.6 and later. */
export function renderCaddyfile(policy: Policy, cage: CageAddresses): string {
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
	@elsewhere not host ${ingressHosts(policy).join(' ')}
	respond @elsewhere "This name is not served here." 421

	# Caddy replaces X-Forwarded-For, -Proto and -Host of clients itself: no client is a trusted proxy here.
	reverse_proxy ${cage.gateway}:${GATEWAY.port} {
		header_up -Forwarded
		header_up -X-Real-IP
		header_up -True-Client-IP
		header_up -CF-Connecting-IP
		header_up -X-Client-IP
		header_down -Server
		flush_interval -1
	}
}
`;
}
