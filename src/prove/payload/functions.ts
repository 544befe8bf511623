import { functions as detonation } from './detonation/functions.ts';
import { functions as files } from './files.ts';
import { functions as hostile } from './hostile/index.ts';
import { functions as hostView } from './host-view.ts';
import { functions as kernel } from './kernel.ts';
import { functions as limits } from './limits.ts';
import { functions as network } from './network/functions.ts';
import { functions as ownFiles } from './own-files.ts';
import type { PayloadFunction } from './protocol.ts';
import { functions as requests } from './requests.ts';
import { functions as self } from './self.ts';
import { createTogether } from './together.ts';

/** Everything that the payload can try, by name. */
export const functions: Readonly<Record<string, PayloadFunction>> = {
  ...detonation,
  ...files,
  ...hostile,
  ...hostView,
  ...limits,
  ...kernel,
  ...network,
  ...ownFiles,
  ...requests,
  ...self,
  together: createTogether(() => functions),
};
