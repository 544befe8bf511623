import type { Policy } from '../../policy/policy.ts';
import type { RenderedFile } from '../file-set.ts';
import { renderFirstStart } from './first-start.ts';
import { renderGatewayDockerfile, renderGatewayPackage } from './gateway.ts';
import { renderSidecarDockerfile } from './sidecars.ts';

/** Everything is shut out, then the files that the Dockerfile copies are let in (row H12). */
function dockerignore(allowed: readonly string[]): string {
  return ['# Written by clawproof.', '*', ...allowed.map((name) => `!${name}`), ''].join('\n');
}

const GATEWAY_CONTEXT = ['node.tgz', 'npm.tgz', 'package.json', 'package-lock.json', 'first-start.mjs'];

/** Build contexts of the three images, without what is downloaded into them. */
export function renderBuildContexts(policy: Policy): RenderedFile[] {
  const file = (path: string, text: string): RenderedFile => {
    return { path: `build/${path}`, text, mode: 0o644, owner: 'user', readBy: ['build'] };
  };
  return [
    file('gateway/Dockerfile', renderGatewayDockerfile(policy.openclaw.version)),
    file('gateway/.dockerignore', dockerignore(GATEWAY_CONTEXT)),
    file('gateway/first-start.mjs', renderFirstStart()),
    file('gateway/package.json', renderGatewayPackage(policy.openclaw.version)),
    ...(['egress', 'ingress'] as const).flatMap((role) => [
      file(`${role}/Dockerfile`, renderSidecarDockerfile(role, policy)),
      file(`${role}/.dockerignore`, dockerignore([])),
    ]),
  ];
}
