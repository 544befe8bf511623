import { fixOf, remove, set, type ServiceView } from './fix-service.ts';
import type { Fix, NoFix } from './fix.ts';
import { fixHostName } from './host-name.ts';
import { gatewayPort } from './gateway-port.ts';
import { publishOnLoopback } from './publish.ts';

/**
 * Takes a service off the host's network. What it listens on is then reachable only where it is published; for anything
 * but OpenClaw nobody here knows its ports.
 */
export function leaveHostNetwork(view: ServiceView): Fix | NoFix {
  const { name, service, at, data, context } = view;
  const title = `Give ${name} a network of its own`;
  const isOpenClaw = service.role === 'gateway' || service.role === 'cli';
  if (!isOpenClaw)
    return fixOf(
      title,
      'unsafe',
      [remove(at('network_mode'))],
      `${name} is reachable only on ports that are published, and no longer reaches what listens on the host's 127.0.0.1.`,
    );
  const port = gatewayPort(service, context.deployment);
  if (service.role === 'gateway' && port === undefined)
    return {
      why: `The port that ${name} listens on depends on a variable; remove network_mode and publish that port on 127.0.0.1.`,
    };
  // Compose ignores ports in host mode: those that are written were never published, and shall not be to everybody now.
  const written = Array.isArray(data['ports']) ? data['ports'] : undefined;
  const publish =
    written?.flatMap((_, entry) => publishOnLoopback(view, entry) ?? []) ??
    (service.role === 'gateway' ? [set(at('ports'), [`127.0.0.1:${port}:${port}`])] : []);
  return fixOf(
    publish.length > 0 ? `${title}, and publish its port on 127.0.0.1` : title,
    'unsafe',
    [remove(at('network_mode')), ...publish, ...fixHostName(view)],
    `${name} no longer reaches what listens on the host's 127.0.0.1, and must listen on all addresses of its container: \`gateway.bind\` must be \`lan\`.`,
  );
}
