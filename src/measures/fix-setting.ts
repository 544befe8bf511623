import type { DocumentPath } from '../documents/located.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Change, Failure, PlainValue } from './fix.ts';
import { gatewayPort } from './gateway-port.ts';

/** Changes of openclaw.json. */
export function setSetting(path: string | DocumentPath, value: PlainValue): Change {
  return { kind: 'set', document: 'config', path: stepsOf(path), value };
}

export function addSetting(path: string | DocumentPath, value: PlainValue): Change {
  return { kind: 'add', document: 'config', path: stepsOf(path), value };
}

export function removeSetting(path: string | DocumentPath): Change {
  return { kind: 'remove', document: 'config', path: stepsOf(path) };
}

function stepsOf(path: string | DocumentPath): DocumentPath {
  return typeof path === 'string' ? path.split('.') : path;
}

/** Path of the setting that a failure is about. */
export function settingOf(failure: Failure): DocumentPath {
  return failure.at?.document === 'config' ? failure.at.path : [];
}

/** Addresses under which a browser on the host opens the dashboard: those of the ports that are published for it. */
export function localOrigins(deployment: Deployment): string[] {
  const gateway = deployment.services.find((service) => service.role === 'gateway');
  const port = gateway && gatewayPort(gateway, deployment);
  const published = gateway?.ports?.find((candidate) => candidate.containerPort === port)?.hostPort ?? port;
  return published === undefined ? [] : [`http://127.0.0.1:${published}`, `http://localhost:${published}`];
}

/**
 * True when a part of openclaw.json gets its value, or some of it, from variables: it cannot be written elsewhere without
 * writing down what they hold.
 */
export function hasVariables(deployment: Deployment, path: DocumentPath): boolean {
  const dotted = path.join('.');
  return Object.keys(deployment.openclawConfigVariables ?? {}).some(
    (written) => written === dotted || written.startsWith(`${dotted}.`),
  );
}
