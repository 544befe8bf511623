/** Stands for the network of the container that is elsewhere, in the networks of a weakened twin. */
export const ELSEWHERE = 'elsewhere';

/** Ports on which the canary takes connections. */
export const CANARY_TCP = [22, 80, 443, 853, 2375, 6667, 8443] as const;
export const CANARY_UDP = [123, 443, 4500, 51_820] as const;

/**
 * Where clouds answer with credentials to whoever asks: AWS, Azure, Google and most others; Alibaba; Azure's platform; Oracle's
 * older one. The canary has these addresses, too.
 */
export const METADATA_ADDRESSES = [
  '169.254.169.254',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
] as const;

/** One address of each private block, as high in it as nothing usually is. The canary has these addresses, too. */
export const PRIVATE_ADDRESSES = [
  '10.255.255.254',
  '172.31.255.254',
  '192.168.255.254',
  '100.127.255.254',
] as const;

/** Everything that is diverted to the canary for the containers of a proof. */
export const DIVERTED = [...METADATA_ADDRESSES, ...PRIVATE_ADDRESSES];
