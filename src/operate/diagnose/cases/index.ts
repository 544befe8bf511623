import type { Case } from '../case.ts';
import { clockSkew } from './clock.ts';
import { configInvalid } from './config.ts';
import { lockedOut, originRefused, pairingRequired, proxyAttribution, tokenMismatch } from './connections.ts';
import { diskFull } from './disk.ts';
import { dnsFails, egressDenied } from './egress.ts';
import { engineUnusable } from './engine.ts';
import { refusedStart } from './exit78.ts';
import { engineSocketMounted, pastFirewall, reachable, secretsInFiles } from './exposure.ts';
import { interruptedChange } from './interrupted.ts';
import { ownerLease } from './lease.ts';
import { outOfMemory } from './memory.ts';
import { permissionDenied } from './permission.ts';
import { boundToLoopback, portTaken } from './port.ts';
import { notRunning, unhealthy } from './running.ts';

/** Everything that is recognised, what has to be mended first in front. */
export const cases: readonly Case[] = [
  engineUnusable,
  interruptedChange,
  diskFull,
  portTaken,
  outOfMemory,
  configInvalid,
  permissionDenied,
  ownerLease,
  refusedStart,
  notRunning,
  unhealthy,
  boundToLoopback,
  clockSkew,
  dnsFails,
  egressDenied,
  pairingRequired,
  tokenMismatch,
  lockedOut,
  proxyAttribution,
  originRefused,
  reachable,
  pastFirewall,
  engineSocketMounted,
  secretsInFiles,
];
