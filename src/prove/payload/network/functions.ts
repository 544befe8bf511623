import type { PayloadFunction } from '../protocol.ts';
import { answerNames, listenFor, listening, visits } from './listener-control.ts';
import { ask, resolve } from './name-attempts.ts';
import { ownNetwork } from './own-network.ts';
import { proxy, proxyAgain } from './proxy-attempts.ts';
import { awaitPort, tcp, tls } from './tcp-attempts.ts';
import { udp } from './udp-attempts.ts';

/** Attempts on the network that Node itself can make; none waits for another. */
const attempts: Readonly<Record<string, PayloadFunction>> = {
  awaitPort,
  tcp,
  tls,
  udp,
  resolve,
  ask,
  proxy,
  proxyAgain,
  ownNetwork,
  listening,
  listenFor,
  visits,
  answerNames,
};

export const functions = attempts;
