import type { Service } from '../deployment/deployment.ts';
import { plainName } from './capabilities.ts';
import { fixOf, set, type ServiceView } from './fix-service.ts';
import type { Fix, NoFix } from './fix.ts';
import { layoutOf, isWithin } from './layout.ts';
import type { ServiceImage } from './service-image.ts';

/** uid and gid of the official image's user `node`. */
const ordinaryUser = '1000:1000';
/** True when an image wants to start as root: by its Dockerfile, or by the capabilities that it is given to change its user. */
export function stepsDown(service: Service, image: ServiceImage): boolean {
  return image.stepsDown || service.capAdd?.map(plainName).includes('SETUID') === true;
}

/** Runs a service as an ordinary user, where its files can be that user's. */
export function runAsUser(view: ServiceView): Fix | NoFix {
  const { name, service, image } = view;
  if (stepsDown(service, image) || image.needsPidOne)
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
