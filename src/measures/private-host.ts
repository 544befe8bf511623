const privateNames =
  /^(?:localhost|[^.]*|.*\.(?:localhost|local|internal|lan|home|home\.arpa|corp|test|invalid|svc|ts\.net))$/i;
const privateAddresses =
  /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)\d/;

/**
 * True for a name or address of the machine, its containers or a private network: a name without a dot is a container's.
 * @param host as in an address, an IPv6 one in brackets
 */
export function isPrivateHost(host: string): boolean {
  if (host.startsWith('[')) return /^\[(?:::1\]|f[cd]|fe[89ab])/i.test(host);
  return privateNames.test(host) || privateAddresses.test(host);
}
