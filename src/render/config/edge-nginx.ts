import type { HttpsAccess } from '../../policy/https-access.ts';
import { type CageAddresses, EDGE, type FrontAddresses, GATEWAY } from '../layout.ts';

/** What one address may do; more is refused. A browser with the dashboard open has up to six connections. */
export const EDGE_LIMITS = {
  connections: 32,
  requestsPerSecond: 20,
  burst: 60,
  bodyMiB: 16,
} as const;

/**
 * The edge's own addresses. From `own` the proof asks: nothing outside the container can have them. From `ordinary` it is
 * treated like anybody who is on the allowlist.
 */
export const EDGE_SOURCES = {
  own: '127.0.0.0/16',
  ordinary: '127.77.0.0/16',
  /** Part of `own`: OpenClaw refuses callers from loopback behind a proxy, so it is told `standIn` of these. */
  asks: '127.0.9.0/24',
  standIn: '192.0.2.1',
} as const;

/** Where the proof sees which headers the gateway would get; answered to `own` addresses only. */
export const SENT_PATH = '/.clawproof/sent';

/** Headers that say who or where a caller is. Whoever sends them does not get them through. */
const FORGEABLE = [
  'Forwarded',
  'X-Real-IP',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded-Server',
  'X-Forwarded-User',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-Client-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'Tailscale-User-Login',
  'Tailscale-User-Name',
] as const;

/** What the proof sees at SENT_PATH, in this order, one a line. */
export const SENT_HEADERS = [
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'X-Forwarded-Host',
  ...FORGEABLE,
] as const;

/** Files of the certificate and its key as the edge sees them. They are read with each handshake: renewing needs no restart. */
export function certificateFiles(https: HttpsAccess): { certificate: string; key: string } {
  if (https.certificate === 'files')
    return {
      certificate: `${EDGE.secretsFolder}/certificate.pem`,
      key: `${EDGE.secretsFolder}/key.pem`,
    };
  const issuer = https.certificate === 'internal' ? 'local' : issuerKey(https.acmeDirectory);
  const path = `${EDGE.issuedFolder}/${issuer}/${https.domain}/${https.domain}`;
  return { certificate: `${path}.crt`, key: `${path}.key` };
}

/** The folder that Caddy gives to an authority: host, port and path of its directory. */
function issuerKey(directory: string): string {
  const { host, pathname } = new URL(directory);
  const path = pathname.replaceAll('/', '-').replace(/^-+|-+$/g, '');
  return `${host}${path === '' ? '' : `-${path}`}`
    .toLowerCase()
    .replaceAll('+', '_plus_')
    .replaceAll(':', '-')
    .replaceAll('..', '')
    .replace(/[^\w@.-]/g, '');
}

/**
 * nginx.conf of the edge. Connections are counted and the allowlist is applied before TLS (stream); what comes through goes
 * over a socket to the part that speaks HTTP, with the caller's real address.
 */
export function renderEdgeConfig(https: HttpsAccess, cage: CageAddresses, front: FrontAddresses): string {
  return `# Written by clawproof.
daemon off;
pid /tmp/nginx.pid;
worker_processes 2;
error_log stderr warn;
load_module ${EDGE.streamModule};

events {
	worker_connections 2048;
}

${streamPart(https)}
http {
	access_log off;
	# Above "crit", messages show the line of the request, in which a token may stand.
	error_log stderr crit;
	server_tokens off;
	client_body_temp_path /tmp/body;
	proxy_temp_path /tmp/proxy;
	fastcgi_temp_path /tmp/fastcgi;
	uwsgi_temp_path /tmp/uwsgi;
	scgi_temp_path /tmp/scgi;

	set_real_ip_from unix:;
	real_ip_header proxy_protocol;

	client_header_timeout 10s;
	client_body_timeout 30s;
	send_timeout 30s;
	keepalive_timeout 60s;
	large_client_header_buffers 4 16k;
	client_max_body_size ${EDGE_LIMITS.bodyMiB}m;
	reset_timedout_connection on;

	limit_req_zone $binary_remote_addr zone=requests:2m rate=${EDGE_LIMITS.requestsPerSecond}r/s;
	limit_req_status 429;

${commonMaps()}${accessMaps(https)}
${plainServer(https, front)}
${tlsServers(https, cage)}
	# Says which headers the gateway would get.
	server {
		listen unix:/tmp/sent.sock;
		access_log off;
		return 200 "${SENT_HEADERS.map((name) => `${name}: $http_${variable(name)}\\n`).join('')}";
	}
}
`;
}

function commonMaps(): string {
  return `	map $http_upgrade $connection_upgrade {
		default upgrade;
		"" "";
	}
	# Nobody outside this container has these addresses: the proof asks from them.
	geo $own {
		default 0;
		${EDGE_SOURCES.own} 1;
	}
	geo $stand_in {
		default "";
		${EDGE_SOURCES.asks} ${EDGE_SOURCES.standIn};
	}
	map $stand_in $caller {
		default $stand_in;
		"" $remote_addr;
	}
`;
}

function variable(header: string): string {
  return header.toLowerCase().replaceAll('-', '_');
}

function streamPart({ allow, certificate }: HttpsAccess): string {
  const list = (blocks: readonly string[]): string =>
    blocks.length === 0
      ? ''
      : `${['127.0.0.0/8', ...blocks].map((block) => `\t\tallow ${block};\n`).join('')}\t\tdeny all;\n`;
  const server = (port: number, socket: string, blocks: readonly string[]): string => `	server {
		listen ${port};
${list(blocks)}		limit_conn connections ${EDGE_LIMITS.connections};
		proxy_protocol on;
		proxy_connect_timeout 5s;
		proxy_timeout 1h;
		proxy_pass unix:${socket};
	}
`;
  // The authority asks from addresses that nobody knows before.
  const plain = certificate === 'acme' ? [] : allow;
  return `stream {
	limit_conn_zone $binary_remote_addr zone=connections:2m;
	limit_conn_log_level info;
${server(EDGE.tlsPort, '/tmp/tls.sock', allow)}${server(EDGE.plainPort, '/tmp/plain.sock', plain)}}
`;
}

function accessMaps({ allow, clientCa, basicAuth }: HttpsAccess): string {
  const listed = `	geo $listed {
		default ${allow.length === 0 ? 1 : 0};
		127.0.0.0/8 1;
${allow.map((block) => `\t\t${block} 1;\n`).join('')}	}
`;
  const certificate = `	map $own$ssl_client_verify $without_certificate {
		default 1;
		~^1 0;
		0SUCCESS 0;
	}
`;
  const password = `	map $own $realm {
		0 "OpenClaw";
		1 off;
	}
	# What opened this door is none of the gateway's business.
	map $http_authorization $passed_authorization {
		default $http_authorization;
		"~*^basic " "";
	}
`;
  return `${listed}${clientCa ? certificate : ''}${basicAuth ? password : ''}`;
}

/** Sends browsers on, without what they asked for: it may hold a token. Never asks the gateway. */
function plainServer(https: HttpsAccess, front: FrontAddresses): string {
  const target = https.port === 443 ? https.domain : `${https.domain}:${https.port}`;
  const challenge = `
		location ^~ /.well-known/acme-challenge/ {
			limit_req zone=requests burst=${EDGE_LIMITS.burst} nodelay;
			proxy_set_header Host $host;
			proxy_set_header Authorization "";
			proxy_set_header Cookie "";
			proxy_pass_request_body off;
			proxy_set_header Content-Length "";
			proxy_pass http://${front.certificates}:${EDGE.challengePort};
		}
`;
  return `	server {
		listen unix:/tmp/plain.sock proxy_protocol default_server;
		server_name ${https.domain};
		client_max_body_size 1k;
		keepalive_timeout 0;
${https.certificate === 'acme' ? challenge : ''}
		location / {
			if ($listed = 0) {
				return 444;
			}
			if ($host != ${https.domain}) {
				return 444;
			}
			# A program that sends its token here must notice.
			if ($request_method !~ ^(GET|HEAD)$) {
				return 403 "Only https is served here.";
			}
			return 301 https://${target}/;
		}
	}
`;
}

const TLS_SETTINGS = `	# For all servers: which version is spoken is decided before it is known which name is asked for.
	ssl_protocols TLSv1.2 TLSv1.3;
	ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
`;

function tlsServers(https: HttpsAccess, cage: CageAddresses): string {
  const { certificate, key } = certificateFiles(https);
  const host = https.port === 443 ? https.domain : `${https.domain}:${https.port}`;
  return `${TLS_SETTINGS}
	# Other names, and callers that name none, do not even get a certificate to see.
	server {
		listen unix:/tmp/tls.sock ssl proxy_protocol default_server;
		ssl_reject_handshake on;
		return 444;
	}

	# A variable, so that the files are read with each handshake and may come later.
	map $ssl_server_name $certificate_path {
		default ${certificate};
	}
	map $ssl_server_name $key_path {
		default ${key};
	}

	server {
		listen unix:/tmp/tls.sock ssl proxy_protocol;
		server_name ${https.domain};
		ssl_certificate $certificate_path;
		ssl_certificate_key $key_path;
		ssl_prefer_server_ciphers off;
		ssl_session_tickets off;
		ssl_session_cache shared:sessions:2m;
		ssl_session_timeout 1h;
${loginPart(https)}
		add_header Strict-Transport-Security "max-age=31536000" always;
		limit_req zone=requests burst=${EDGE_LIMITS.burst} nodelay;

		proxy_http_version 1.1;
		proxy_buffering off;
		proxy_request_buffering off;
		proxy_connect_timeout 5s;
		proxy_send_timeout 60s;
		# A WebSocket may be silent for so long.
		proxy_read_timeout 1h;
		proxy_hide_header Server;
		proxy_set_header Host ${host};
		proxy_set_header Upgrade $http_upgrade;
		proxy_set_header Connection $connection_upgrade;
		proxy_set_header X-Forwarded-For $caller;
		proxy_set_header X-Forwarded-Proto https;
		proxy_set_header X-Forwarded-Host ${host};
${FORGEABLE.map((name) => `\t\tproxy_set_header ${name} "";\n`).join('')}${https.basicAuth ? '\t\tproxy_set_header Authorization $passed_authorization;\n' : ''}
		location = ${SENT_PATH} {
			if ($own = 0) {
				return 404;
			}
			proxy_pass http://unix:/tmp/sent.sock:/;
		}

		location / {
			proxy_pass http://${cage.gateway}:${GATEWAY.port};
		}
	}
`;
}

function loginPart({ clientCa, basicAuth }: HttpsAccess): string {
  const certificate = `		ssl_client_certificate ${EDGE.clientCaFile};
		ssl_verify_client optional;
		if ($without_certificate) {
			return 403 "A client certificate is needed.";
		}
`;
  const password = `		auth_basic $realm;
		auth_basic_user_file ${EDGE.secretsFolder}/users;
`;
  return `${clientCa ? certificate : ''}${basicAuth ? password : ''}`;
}
