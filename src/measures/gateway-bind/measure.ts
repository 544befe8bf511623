import type { Deployment, Service } from '../../deployment/deployment.ts';
import { hasUnknownVariable, unknownVariables } from '../../documents/unknown-variable.ts';
import { fixService, set, type ServiceView } from '../fix-service.ts';
import { removeSetting, setSetting } from '../fix-setting.ts';
import type { Change, Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { gatewayPort } from '../gateway-port.ts';
import { failedService, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isLoopback } from '../publish.ts';
import { failedSetting, settingAt, shown, withSettings } from '../settings.ts';
import { optionValue } from '../start-arguments.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'gateway.bind';
const modes = new Set(['auto', 'lan', 'loopback', 'custom', 'tailnet']);

export const measure = defineMeasure({
  id: 'gateway-bind',
  title: 'The gateway listens where its port is published, and nowhere else',
  risk: { precondition: 'reach', impact: 'exposure' },
  rows: ['G6', 'G9'],
  references: { nist: ['4.3.2'], openclaw: ['gateway.bind_no_auth', 'gateway.loopback_no_auth'] },
  why: "In the host's network it is open to everybody on every network of the host, past all that Docker publishes.",
  check: (deployment) => {
    const gateway = deployment.services.find((service) => service.role === 'gateway');
    if (gateway === undefined) return [skipped('no OpenClaw gateway was found in this deployment')];
    const option = optionValue(gateway, '--bind');
    // The command line wins over the file.
    if (option !== undefined) return [judge(deployment, gateway, option, true)];
    return withSettings(deployment, (config) =>
      judge(deployment, gateway, shown(settingAt(config, path) ?? 'loopback'), false),
    );
  },
  fix,
  weaken: (deployment) => weakenSetting(deployment, path, 'loopback'),
});

function judge(deployment: Deployment, gateway: Service, bind: string, isOption: boolean): Outcome {
  const name = isOption ? '--bind' : path;
  if (hasUnknownVariable(bind))
    return skipped(`it depends on ${unknownVariables(bind).join(', ')}, which is set nowhere`);
  const problem = problemOf(deployment, gateway, bind);
  if (problem === 'unknown') return skipped(`${gateway.name}: nothing here tells its network`);
  if (problem === undefined) return passed();
  const detail = `${name} is ${bind}${problem}`;
  return isOption ? failedService(gateway, detail, 'command') : failedSetting(path, detail);
}

function problemOf(deployment: Deployment, gateway: Service, bind: string): string | undefined {
  if (!modes.has(bind)) return `, which is none of ${[...modes].join(', ')}: OpenClaw does not start`;
  const isLocal = isLocalBind(deployment, bind);
  const { networkMode, ports } = gateway;
  if (networkMode === 'host')
    return isLocal || bind === 'tailnet'
      ? undefined
      : " in the host's network: it listens on all addresses of the host";
  if (networkMode === undefined || ports === undefined) return 'unknown';
  const isPublished = ports.some((port) => port.containerPort === gatewayPort(gateway, deployment));
  return isLocal && (isPublished || hasIngress(deployment))
    ? ' in a network of its own: nothing reaches it, not even through the published port'
    : undefined;
}

function isLocalBind({ openclawConfig }: Deployment, bind: string): boolean {
  const address = settingAt(openclawConfig, 'gateway.customBindHost');
  return bind === 'loopback' || (bind === 'custom' && isLoopback(shown(address ?? '')));
}

/** A proxy in front of it, on the same network. */
function hasIngress({ services }: Deployment): boolean {
  return services.some((service) => service.role === 'ingress');
}

function fix(failure: Failure, context: FixContext): Fix | NoFix {
  const gateway = context.deployment.services.find((service) => service.role === 'gateway');
  if (gateway?.networkMode === 'host')
    return {
      why: 'Give the gateway a network of its own, which is the repair of no-host-namespaces: there it listens on all addresses of the container, and Docker publishes what is meant to be reached.',
    };
  if (failure.at?.document === 'config')
    return listen(gateway, [setSetting(path, 'lan'), ...withoutAddress(context)]);
  return fixService(failure, context, (view) => {
    const changes = withLan(view);
    return changes === undefined
      ? { why: 'The command is not a plain list of words; give it `--bind lan` by hand.' }
      : listen(gateway, changes);
  });
}

function withoutAddress({ deployment }: FixContext): Change[] {
  return settingAt(deployment.openclawConfig, 'gateway.customBindHost') === undefined
    ? []
    : [removeSetting('gateway.customBindHost')];
}

/** Only who was meant to reach it does so, when it is published on the host's loopback address alone. */
function listen(gateway: Service | undefined, changes: Change[]): Fix {
  const title = 'Let the gateway listen in its container, where the published port arrives';
  return (gateway?.ports ?? []).every((port) => isLoopback(port.hostAddress))
    ? { title, safety: 'safe', changes }
    : {
        title,
        safety: 'unsafe',
        effect: 'The published port begins to work, for everybody who reaches the host.',
        changes,
      };
}

/** Writes `lan` where the option has another value. */
function withLan(view: ServiceView): Change[] | undefined {
  for (const field of ['command', 'entrypoint']) {
    const words = view.data[field];
    if (typeof words === 'string') {
      const changed = words.replace(/(--bind[= ]+)["']?[\w.:]+["']?/, '$1lan');
      if (changed !== words) return [set(view.at(field), changed)];
    }
    if (!Array.isArray(words)) continue;
    const index = words.findIndex((word) => word === '--bind' || String(word).startsWith('--bind='));
    if (index === -1) continue;
    const isOneWord = words[index] !== '--bind';
    return [set(view.at(field, isOneWord ? index : index + 1), isOneWord ? '--bind=lan' : 'lan')];
  }
  return undefined;
}
