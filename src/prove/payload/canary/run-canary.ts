import { renameSync, writeFileSync } from 'node:fs';
import { listenControl } from './control.ts';
import { NameServer } from './dns-server.ts';
import type { CanaryOptions, CanaryReady } from './options.ts';
import { listenTcp } from './tcp-server.ts';
import { listenUdp } from './udp-server.ts';
import type { Note, Visit } from './visit.ts';

/** A flood fills neither memory nor the log. */
const MOST_VISITS = 5000;
const DNS_PORT = 53;

/**
 * Listens as its options say, writes a file when it does, and keeps who came, until it is killed.
 * @param text the options as JSON
 */
export async function runCanary(text: string): Promise<void> {
  const options = JSON.parse(text) as CanaryOptions;
  const visits: Visit[] = [];
  const began = performance.now();
  const note: Note = (visit) => {
    const whole: Visit = { ms: Math.round(performance.now() - began), ...visit };
    if (visits.length < MOST_VISITS) visits.push(whole);
    return whole;
  };
  const own = options.addresses[0] ?? '';
  const names = new NameServer(options.addresses, note);
  if (options.dns) {
    await names.listenUdp(DNS_PORT);
    await listenTcp(DNS_PORT, note, (socket) => names.serve(socket));
  }
  const ready: CanaryReady = {
    tcp: await Promise.all(options.tcp.map((port) => listenTcp(port, note))),
    udp: await Promise.all(options.udp.map((port) => listenUdp(port, own, note, options.silent))),
    control: await listenControl(options.control, {
      visits: () => visits,
      setNames: (given) => names.setNames(given),
    }),
  };
  // In one step: whoever waits for it must not read half of it.
  writeFileSync(`${options.readyFile}.new`, JSON.stringify(ready));
  renameSync(`${options.readyFile}.new`, options.readyFile);
}
