/** One arrival at a listener of ours. Holds nothing but what whoever came here sent. */
export interface Visit {
  /** Milliseconds since the listener started. */
  ms: number;
  via: 'tcp' | 'udp' | 'http' | 'tls' | 'dns' | 'dns-tcp';
  /** Address that it came from, as this side sees it; a host that masquerades shows its own. */
  from: string;
  /** Address and port that it came to. */
  to: string;
  port: number;
  /** What the attempt that came here is called by; undefined when it sent nothing that says so. */
  marker?: string;
  /** Name that was asked for: host of the request, server name of TLS, name of the DNS query. */
  name?: string;
}

/** Keeps a visit; what is learnt of it later may be added to what it gives. */
export type Note = (visit: Omit<Visit, 'ms'>) => Visit;

/** Word that an attempt carries in whatever it sends, fit for a DNS label: "cp-" and hexadecimal digits. */
const MARKER = /cp-[0-9a-f]{8,32}/i;

/** The marker in a text; DNS names may come back in any case. */
export function markerIn(text: string): string | undefined {
  return MARKER.exec(text)?.[0].toLowerCase();
}

/** An address without the form that a socket for both families gives it: "::ffff:10.0.0.1" is "10.0.0.1". */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
