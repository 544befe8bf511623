/** Names and numbers that files, images and the running deployment agree on. */

/** uid and gid of every process in the deployment; the official OpenClaw image's `node` user. */
export const CONTAINER_UID = 1000;

export const PATHS = {
  policy: 'clawproof.yaml',
  lock: 'clawproof.lock',
  compose: 'compose.yaml',
  dotenv: '.env',
  openclawConfig: 'config/openclaw/openclaw.json',
  healthScript: 'config/gateway/health.mjs',
  squidConfig: 'config/egress/squid.conf',
  caddyfile: 'config/ingress/Caddyfile',
  edgeConfig: 'config/edge/nginx.conf',
  /** Authority of client certificates, and of a private ACME server; both are the user's files. */
  clientCa: 'config/edge/client-ca.pem',
  acmeCa: 'config/certificates/acme-ca.pem',
  certificatesCaddyfile: 'config/certificates/Caddyfile',
  /** certificate.pem, key.pem and users of HTTPS. */
  httpsSecrets: 'secrets/https',
  /** What the Tailscale sidecar serves. */
  tailscaleServe: 'config/tailscale/serve.json',
  /** With which it joins the tailnet, and what it keeps of it. */
  tailscaleKey: 'secrets/tailscale/authkey',
  tailscaleState: 'secrets/tailscale/state',
  gatewayToken: 'secrets/gateway_token',
  /** One file for each key of a provider or channel. */
  keys: 'secrets/keys',
  /** Scripts that the agent may run in exec mode allowlist. */
  scripts: 'scripts',
  /** Skills that were judged and pinned. */
  skills: 'skills',
  installPolicy: 'config/gateway/install-policy.cjs',
  toolFolder: '.clawproof',
  /** Texts of the workspace files that the agent may not change, in folders named as in the state. */
  protectedFiles: 'workspace',
} as const;

/** Where things are inside the gateway container. */
export const GATEWAY = {
  port: 18_789,
  home: '/home/node',
  state: '/home/node/.openclaw',
  cache: '/home/node/.openclaw/cache',
  configFolder: '/etc/openclaw',
  configFile: '/etc/openclaw/openclaw.json',
  healthScript: '/opt/clawproof/health.mjs',
  /** The protected workspace files a second time, for comparing. */
  protectedFiles: '/opt/clawproof/workspace',
  tokenFile: '/run/secrets/gateway_token',
  keysFolder: '/run/secrets/keys',
  scriptsFolder: '/opt/clawproof/scripts',
  skillsFolder: '/opt/clawproof/skills',
  installPolicy: '/opt/clawproof/install-policy.cjs',
  /** What V8 compiled OpenClaw's files to when the image was built. */
  compiledCode: '/opt/compiled-code',
} as const;

export const INGRESS_PORT = 8080;

/** Where things are inside the edge, and in the service that has its certificate made. */
export const EDGE = {
  tlsPort: 8443,
  plainPort: 8080,
  /** Of Caddy, for what an ACME server asks. */
  challengePort: 8081,
  configFile: '/etc/clawproof/nginx.conf',
  clientCaFile: '/etc/clawproof/client-ca.pem',
  acmeCaFile: '/etc/clawproof/acme-ca.pem',
  secretsFolder: '/run/secrets/https',
  /** All that Caddy keeps: the authority, accounts. */
  certificatesFolder: '/certificates',
  /** Of it, what the edge gets: certificates that were issued, and their keys. */
  issuedFolder: '/certificates/certificates',
  streamModule: '/usr/lib/nginx/modules/ngx_stream_module.so',
} as const;

/** Where things are inside the Tailscale sidecar. */
export const TAILSCALE = {
  service: 'tailscale',
  program: '/usr/local/bin/containerboot',
  serveFile: '/etc/clawproof/serve.json',
  keyFile: '/run/secrets/tailscale_authkey',
  state: '/var/lib/tailscale',
  socket: '/tmp/tailscaled.sock',
} as const;

export const EGRESS_PORT = 3128;

/**
 * Labels on containers; `inputs` changes when any file that the service reads changes. `image` is on images, under a
 * name of its own because a container inherits its image's labels.
 */
export const LABELS = {
  image: 'dev.clawproof.image',
  role: 'dev.clawproof.role',
  preset: 'dev.clawproof.preset',
  inputs: 'dev.clawproof.inputs',
  version: 'dev.clawproof.version',
} as const;

/** Fixed addresses on the cage network, so that OpenClaw can trust exactly one proxy. */
export interface CageAddresses {
  egress: string;
  ingress: string;
  gateway: string;
  edge: string;
}

/** @param subnet an IPv4 /28 in CIDR form whose address is the network's first, e.g. "172.30.99.0/28". */
export function cageAddresses(subnet: string): CageAddresses {
  return {
    egress: addressAt(subnet, 2),
    ingress: addressAt(subnet, 3),
    gateway: addressAt(subnet, 4),
    edge: addressAt(subnet, 5),
  };
}

/** The front network: the /28 behind the cage's. Its first address is the host's, from which all callers come. */
export function frontNetwork(cageSubnet: string): { subnet: string; host: string } {
  return { subnet: `${addressAt(cageSubnet, 16)}/28`, host: addressAt(cageSubnet, 17) };
}

/** Fixed addresses on the front network; from its end, because the engine gives out others from its beginning. */
export interface FrontAddresses {
  edge: string;
  certificates: string;
  /** Of the ingress, where the sidecar asks it. */
  ingress: string;
  tailscale: string;
}

export function frontAddresses(cageSubnet: string): FrontAddresses {
  return {
    edge: addressAt(cageSubnet, 29),
    certificates: addressAt(cageSubnet, 30),
    ingress: addressAt(cageSubnet, 28),
    tailscale: addressAt(cageSubnet, 27),
  };
}

/** Name of the cage's bridge on the host, at most 15 characters: host settings are made on it. */
export function cageBridge(cageSubnet: string): string {
  const [, second, third] = cageSubnet.split('.');
  return `cproof-${second}-${third}`;
}

function addressAt(subnet: string, offset: number): string {
  const octets = subnet.slice(0, subnet.indexOf('/')).split('.');
  return [...octets.slice(0, 3), String(Number(octets[3]) + offset)].join('.');
}
