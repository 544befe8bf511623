import type { Deployment, Service } from '../deployment/deployment.ts';
import { settingAt } from './settings.ts';

const defaultPort = 18_789;

/**
 * Port that a gateway listens on inside its container: of its command line, its environment, its configuration, or
 * OpenClaw's own.
 * @returns undefined when it depends on a variable that is set nowhere
 */
export function gatewayPort(service: Service, deployment: Deployment): number | undefined {
  const written =
    portOption(service) ??
    service.environment?.['OPENCLAW_GATEWAY_PORT'] ??
    settingAt(deployment.openclawConfig, 'gateway.port') ??
    defaultPort;
  const port = Number(written);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** What the command line says behind --port. */
export function portOption(service: Service): string | undefined {
  const words = [...(service.entrypoint ?? []), ...(service.command ?? [])].flatMap((word) =>
    word.split(/\s+/),
  );
  const index = words.findIndex((word) => /^--port(?:=|$)/.test(word));
  return index < 0 ? undefined : (/^--port=(.*)$/.exec(words[index] ?? '')?.[1] ?? words[index + 1] ?? '');
}
