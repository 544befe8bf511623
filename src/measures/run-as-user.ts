import { fixOf, set, type ServiceView } from './fix-service.ts';
import type { Fix, NoFix } from './fix.ts';
import { layoutOf, isWithin } from './layout.ts';

/** uid and gid of the official image's user `node`. */
const ordinaryUser = '1000:1000';
/** What entrypoints step down with: such an image wants to start as root. */
const stepDownPattern = /\b(?:gosu|su-exec|setpriv|runuser|supervisord?|s6-overlay|usermod)\b/;

/** True when the Dockerfile of a service brings what an entrypoint changes its user with. */
export function stepsDown({ name, context }: Pick<ServiceView, 'name' | 'context'>): boolean {
  const facts = context.deployment.dockerfiles?.find((dockerfile) => dockerfile.services.includes(name));
  return facts?.instructions.some((instruction) => stepDownPattern.test(instruction.text)) === true;
}

/** Runs a service as an ordinary user, where its files can be that user's. */
export function runAsUser(view: ServiceView): Fix | NoFix {
  const { name, service, image } = view;
  if (stepsDown(view) || image.needsPidOne)
    return {
      why: `The image of ${name} starts as root and changes to an ordinary user itself; use an image that starts as its user, such as the official one.`,
    };
  const layout = layoutOf(service, image);
  const state = layout?.state ?? '/home/node/.openclaw';
  if (isWithin(state, '/root') || layout?.home === '/root')
    return {
      why: `${name} keeps its state in ${state}, where only root may look. Mount it at /home/node/.openclaw, give its files to 1000:1000, remove HOME and set user: "${ordinaryUser}".`,
    };
  return fixOf(
    `Run ${name} as the user ${ordinaryUser}`,
    'unsafe',
    [set(view.at('user'), ordinaryUser)],
    `What it wrote as root it can no longer read: give it away first, with docker compose run --rm --user 0 --entrypoint chown ${name} -R ${ordinaryUser} ${state}.`,
  );
}
