import { resolve } from 'node:path';
import { exposeDeclined, exposeWrongValue } from '../errors/expose-errors.ts';
import { exposeHttps, exposeNothing } from '../operate/expose/expose.ts';
import { exposeTailscale } from '../operate/expose/expose-tailscale.ts';
import { sshTunnel } from '../operate/expose/ssh.ts';
import { tailscaleServe } from '../operate/expose/tailscale.ts';
import { readFolder } from '../operate/folder.ts';
import {
  DEFAULT_ACME_DIRECTORY,
  type HttpsAccess,
  parseCallerBlock,
  parseDirectory,
  parseDomain,
  parseListenAddress,
} from '../policy/https-access.ts';
import type { Parsed } from '../policy/parsed.ts';
import { parsePinnedImage, parseTailnetName } from '../policy/tailscale-access.ts';
import {
  exposeStatusText,
  exposeText,
  sshText,
  tailscaleSidecarText,
  tailscaleText,
} from '../report/expose-text.ts';
import { createStyle, type Style } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExposeHttpsOptions, ExposeOptions } from './expose-options.ts';

export async function run(context: CommandContext, options: ExposeOptions): Promise<number> {
  const { ports, version } = context;
  const { folder } = options;
  const request = { folder, toolVersion: version };
  switch (options.action) {
    case 'https': {
      const https = await wantedHttps(context, options);
      const given = Object.fromEntries(
        Object.entries(options.files).map(([name, path]) => [name, resolve(ports.system.cwd, path)]),
      );
      const result = await exposeHttps(ports, request, { https, given });
      return show(context, result, (style) => exposeText(result, style));
    }
    case 'off': {
      const result = await exposeNothing(ports, request);
      return show(context, result, (style) => exposeText(result, style));
    }
    case 'status': {
      const { access } = (await readFolder(ports, folder)).policy;
      const { https, tailscale } = access;
      return show(context, { https, tailscale }, (style) => exposeStatusText(access, style));
    }
    case 'ssh': {
      const result = await sshTunnel(ports, folder, options);
      show(context, result, (style) => sshText(result, style));
      return result.checks.some(({ state }) => state === 'fail') ? exitCodes.checkFailed : exitCodes.done;
    }
    case 'tailscale-sidecar': {
      const tailscale = {
        name: read('--name', options.name, parseTailnetName),
        image: read('--image', options.image, parsePinnedImage),
      };
      const keyFile =
        options.keyFile === undefined ? {} : { keyFile: resolve(ports.system.cwd, options.keyFile) };
      const result = await exposeTailscale(ports, request, { tailscale, ...keyFile });
      return show(context, result, (style) => tailscaleSidecarText(result, style));
    }
    default: {
      const result = await tailscaleServe(ports, folder, options.name);
      return show(context, result, (style) => tailscaleText(result, style));
    }
  }
}

function show({ ports, output }: CommandContext, result: object, text: (style: Style) => string): number {
  const { terminal } = ports;
  terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, ...result }, null, 2)}\n`
      : text(createStyle(terminal.colour)),
  );
  return exitCodes.done;
}

/** @throws AppError `expose-wrong-value`, `expose-declined` */
async function wantedHttps({ ports }: CommandContext, options: ExposeHttpsOptions): Promise<HttpsAccess> {
  const { port, redirectPort, certificate, files } = options;
  const https: HttpsAccess = {
    domain: read('--domain', options.domain, parseDomain),
    addresses: [...new Set(options.addresses.map((each) => read('--address', each, parseListenAddress)))],
    port,
    redirectPort,
    certificate,
    acmeDirectory: read('--acme-directory', options.acmeDirectory ?? DEFAULT_ACME_DIRECTORY, parseDirectory),
    acmeCa: files.acmeCa !== undefined,
    allow: [...new Set(options.allow.map((each) => read('--allow', each, parseCallerBlock)))],
    clientCa: files.clientCa !== undefined,
    basicAuth: files.users !== undefined,
  };
  if (https.addresses.includes('0.0.0.0') && !options.yes) {
    const who = https.allow.length === 0 ? 'everybody who reaches this host' : https.allow.join(', ');
    const { terminal } = ports;
    const question = `HTTPS will listen on all addresses of this host, for ${who}. Open it?`;
    if (!terminal.canAsk || !(await terminal.confirm(question))) throw exposeDeclined(terminal.canAsk);
  }
  return https;
}

function read(option: string, value: string, parse: (text: string) => Parsed<string>): string {
  const result = parse(value);
  if (!result.ok) throw exposeWrongValue(option, value, result.problem);
  return result.value;
}
