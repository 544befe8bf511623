import { functions as network } from './network/functions.ts';
import type { PayloadFunction } from './protocol.ts';
import { functions as self } from './self.ts';

/** Everything that the payload can try, by name. */
export const functions: Readonly<Record<string, PayloadFunction>> = { ...network, ...self };
