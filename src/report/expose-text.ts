import type { ExposeResult } from '../operate/expose/expose.ts';
import type { TailscaleSidecarResult } from '../operate/expose/expose-tailscale.ts';
import type { SshResult } from '../operate/expose/ssh.ts';
import type { TailscaleResult } from '../operate/expose/tailscale.ts';
import type { Check } from '../operate/up/types.ts';
import { type HttpsAccess, httpsOrigin } from '../policy/https-access.ts';
import type { Policy } from '../policy/policy.ts';
import type { Style } from './style.ts';

/** What was opened or closed, and what was tried. */
export function exposeText(result: ExposeResult, style: Style): string {
  const { url, https, checks, root } = result;
  const head =
    url === null || https === null
      ? [style.bold('It is closed. Only this host reaches the gateway.')]
      : [style.bold(`HTTPS is open: ${url}`), ...settingsLines(https)];
  const trust =
    root === null
      ? []
      : ['', `Your devices have to trust this authority: ${root}`, 'Only its certificate; its key stays in the deployment.']; // prettier-ignore
  const name = url === null ? [] : ['', 'Pair a browser with a link of: clawproof dashboard'];
  return `${[...head, '', ...checkLines(checks, style), ...trust, ...name].join('\n')}\n`;
}

/** What is open now, as clawproof.yaml has it. */
export function exposeStatusText({ port, https, tailscale }: Policy['access'], style: Style): string {
  const local = `This host reaches the gateway at http://127.0.0.1:${port}/`;
  if (https === null && tailscale === null) return `${local}\nOther machines do not.\n`;
  const lines = [
    local,
    ...(https === null
      ? []
      : [style.bold(`Other machines: ${httpsOrigin(https)}/`), ...settingsLines(https)]),
    ...(tailscale === null
      ? []
      : [style.bold(`Your tailnet: https://${tailscale.name}/`), `  image  ${tailscale.image}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the Tailscale beside the gateway opened, and what was tried. */
export function tailscaleSidecarText(
  { url, tailscale, checks }: TailscaleSidecarResult,
  style: Style,
): string {
  return [
    style.bold(`Your tailnet reaches the gateway: ${url}`),
    `  image  ${tailscale.image}`,
    '',
    ...checkLines(checks, style),
    '',
    'It is not in the cage: it reaches the Internet, this host and its network. Who may ask it is decided in your tailnet.',
    'clawproof was never tried with Tailscale itself, only with a program that stands for it: look whether it is as you expect.',
    'Pair a browser with a link of: clawproof dashboard',
    '',
  ].join('\n');
}

export function sshText({ command, url, checks }: SshResult, style: Style): string {
  return [
    'Nothing is opened here. On your own machine:',
    `  ${style.bold(command)}`,
    `While it runs, open there: ${url}`,
    '',
    ...checkLines(checks, style),
    '',
  ].join('\n');
}

export function tailscaleText({ url, commands, needsOrigin }: TailscaleResult, style: Style): string {
  return [
    ...(needsOrigin
      ? [`First add "${url.slice(0, -1)}" to access.allowedOrigins in clawproof.yaml, then: clawproof up`, '']
      : []),
    'On this host, where Tailscale runs (as root, or as its operator):',
    ...commands.map((command) => `  ${style.bold(command)}`),
    `Then open on a machine of your tailnet: ${url}`,
    'The gateway’s port stays on 127.0.0.1. Never use "tailscale funnel": it opens it to everybody.',
    'Not tried: clawproof has no Tailscale here to try it with.',
    '',
  ].join('\n');
}

function settingsLines({
  addresses,
  port,
  redirectPort,
  certificate,
  allow,
  clientCa,
  basicAuth,
}: HttpsAccess): string[] {
  const ports = redirectPort === null ? `port ${port}` : `port ${port}; ${redirectPort} sends browsers there`;
  return [
    `  listens on   ${addresses.join(', ')}, ${ports}`,
    `  certificate  ${certificate}`,
    `  let in       ${allow.length === 0 ? 'everybody' : allow.join(', ')}`,
    `  besides the token  ${[clientCa ? 'a client certificate' : '', basicAuth ? 'a password' : ''].filter(Boolean).join(' and ') || 'nothing'}`,
  ];
}

function checkLines(checks: readonly Check[], style: Style): string[] {
  const marks = { pass: style.green('✔'), fail: style.red('✘'), skipped: '·', error: style.red('?') };
  return checks.map(({ state, title, detail }) => `  ${marks[state]} ${title}: ${detail}`);
}
