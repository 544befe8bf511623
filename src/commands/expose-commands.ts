import { type Command, InvalidArgumentError } from 'commander';
import { CERTIFICATE_SOURCE_NAMES, type CertificateSource } from '../policy/https-access.ts';
import { execute, given, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';
import type { ExposeHttpsOptions, ExposeOptions } from './expose-options.ts';

const EXPOSE_HELP = `
Without any of this only this host reaches the gateway, at 127.0.0.1.

  ssh        a tunnel of your own machine; nothing is opened here
  tailscale  Tailscale of this host, or one beside the gateway, lets your tailnet in
  https      HTTPS for other machines, with limits and an allowlist
  off        closes https and the tailscale beside the gateway again

The gateway's token is always needed as well.`;

const HTTPS_HELP = `
Opens two ports: HTTPS, and one that only sends browsers there. Plain HTTP is
never served. Afterwards it is attacked, and taken back when anything gets
through. Each call says all that is wanted: what is left out is off.

Certificates:
  acme      from Let's Encrypt or --acme-directory; port 80 must be reachable
  internal  made here; your devices have to trust config/edge/root-ca.pem
  files     your own, with --cert and --key; later calls may leave them out

Examples:
  clawproof expose https --domain claw.example.org --allow 203.0.113.0/24
  clawproof expose https --domain claw.home.arpa --certificate internal \\
    --address 192.168.1.10
  clawproof expose https --domain claw.example.org --client-ca ./ca.pem`;

const TAILSCALE_HELP = `
Without --sidecar it prints what to run where Tailscale is installed on this
host; nothing is changed.

With --sidecar a container with Tailscale joins your tailnet, without any
capability, and serves HTTPS there. Its key goes into secrets/tailscale; later
calls may leave --key-file out. It is not in the cage: it reaches the Internet.
"clawproof expose off" takes it away. It was never tried with Tailscale itself,
only with a program that stands for it.

Example:
  clawproof expose tailscale --name claw.tail1234.ts.net --sidecar \\
    --image tailscale/tailscale@sha256:… --key-file ./key`;

/** `expose` and what is below it. */
export function addExposeCommands(program: Command, runner: Runner): void {
  const expose = prepare(program.command('expose'), runner.host, 'how other machines reach the gateway');
  expose.addHelpText('after', EXPOSE_HELP);
  addHttps(expose, runner);
  addTunnels(expose, runner);
  const off = prepare(expose.command('off'), runner.host, 'close what is open, and prove that it is closed');
  off.action(() => run(runner, off.optsWithGlobals<SharedOptions>(), { action: 'off' }));
  const status = prepare(expose.command('status'), runner.host, 'show what is open');
  status.action(() => run(runner, status.optsWithGlobals<SharedOptions>(), { action: 'status' }));
}

interface HttpsFlags extends SharedOptions {
  domain: string;
  address?: string[];
  port: number;
  redirectPort: number | false;
  certificate?: CertificateSource;
  acmeDirectory?: string;
  acmeCa?: string;
  cert?: string;
  key?: string;
  allow?: string[];
  clientCa?: string;
  basicAuth?: string;
  yes?: true;
}

function addHttps(expose: Command, runner: Runner): void {
  const https = prepare(expose.command('https'), runner.host, 'HTTPS for other machines')
    .requiredOption('--domain <name>', 'name under which browsers reach this host')
    .option('--address <address...>', 'IPv4 addresses of this host that listen; all when absent')
    .option('--port <port>', 'port of HTTPS', parsePort, 443)
    .option('--redirect-port <port>', 'port that sends browsers there', parsePort, 80)
    .option('--no-redirect-port', 'no such port')
    .option('--certificate <how>', 'acme, internal or files; files with --cert, else acme', parseCertificate)
    .option('--acme-directory <url>', 'another authority than Let’s Encrypt')
    .option('--acme-ca <file>', 'certificate of the authority that the directory itself is trusted by')
    .option('--cert <file>', 'own certificate with its chain, PEM')
    .option('--key <file>', 'its private key, PEM')
    .option('--allow <block...>', 'addresses that are let in, such as 203.0.113.0/24; everybody when absent')
    .option('--client-ca <file>', 'only browsers with a certificate that this authority has signed')
    .option('--basic-auth <file>', 'only with a name and password of this file (htpasswd -nB)')
    .option('-y, --yes', 'never ask')
    .addHelpText('after', HTTPS_HELP);
  https.action(() => {
    const flags = https.optsWithGlobals<HttpsFlags>();
    return run(runner, flags, httpsOptions(flags));
  });
}

function httpsOptions(flags: HttpsFlags): ExposeHttpsOptions {
  return {
    action: 'https',
    domain: flags.domain,
    addresses: flags.address ?? ['0.0.0.0'],
    port: flags.port,
    redirectPort: flags.redirectPort === false ? null : flags.redirectPort,
    certificate: flags.certificate ?? (flags.cert === undefined ? 'acme' : 'files'),
    ...given('acmeDirectory', flags.acmeDirectory),
    allow: flags.allow ?? [],
    files: {
      ...given('certificate', flags.cert),
      ...given('key', flags.key),
      ...given('users', flags.basicAuth),
      ...given('clientCa', flags.clientCa),
      ...given('acmeCa', flags.acmeCa),
    },
    yes: flags.yes ?? false,
  };
}

function addTunnels(expose: Command, runner: Runner): void {
  const ssh = prepare(expose.command('ssh'), runner.host, 'print an SSH tunnel, and try it from here')
    .option('--target <user@host>', 'this host as your machine names it')
    .option('--ssh-port <port>', 'port of the SSH server', parsePort, 22);
  ssh.action(() => {
    const flags = ssh.optsWithGlobals<SharedOptions & { target?: string; sshPort: number }>();
    return run(runner, flags, { action: 'ssh', ...given('target', flags.target), sshPort: flags.sshPort });
  });
  const tailscale = prepare(
    expose.command('tailscale'),
    runner.host,
    'let the gateway be reached in a tailnet',
  )
    .requiredOption('--name <name>', 'name of this host there, such as claw.tail1234.ts.net')
    .option('--sidecar', 'a Tailscale of its own beside the gateway, instead of this host’s')
    .option('--image <image>', 'its image, by digest: tailscale/tailscale@sha256:…')
    .option('--key-file <file>', 'file with the key with which it joins your tailnet')
    .addHelpText('after', TAILSCALE_HELP);
  tailscale.action(() => {
    const flags = tailscale.optsWithGlobals<TailscaleFlags>();
    return run(runner, flags, tailscaleOptions(tailscale, flags));
  });
}

interface TailscaleFlags extends SharedOptions {
  name: string;
  sidecar?: true;
  image?: string;
  keyFile?: string;
}

function tailscaleOptions(command: Command, { name, sidecar, image, keyFile }: TailscaleFlags): Choice {
  if (sidecar === undefined) {
    if (image !== undefined || keyFile !== undefined)
      command.error("error: options '--image' and '--key-file' need '--sidecar'");
    return { action: 'tailscale', name };
  }
  if (image === undefined) command.error("error: option '--sidecar' needs '--image <image>'");
  return { action: 'tailscale-sidecar', name, image: image ?? '', ...given('keyFile', keyFile) };
}

/** All but the folder, which is looked for when the command runs. */
type Choice = ExposeOptions extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'folder'>
    : never
  : never;

function run(runner: Runner, options: SharedOptions, choice: Choice): Promise<void> {
  return execute(runner, 'expose', options, async ({ ports }) => ({
    ...choice,
    folder: await existingFolder(ports, options.folder),
  }));
}

function parsePort(value: string): number {
  if (!/^[1-9]\d{0,4}$/u.test(value) || Number(value) > 65_535)
    throw new InvalidArgumentError('a port from 1 to 65535');
  return Number(value);
}

function parseCertificate(value: string): CertificateSource {
  const found = CERTIFICATE_SOURCE_NAMES.find((name) => name === value);
  if (found === undefined) throw new InvalidArgumentError('acme, internal or files');
  return found;
}
