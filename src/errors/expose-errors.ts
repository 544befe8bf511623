import { AppError } from './app-error.ts';

const UNTOUCHED = 'Nothing was changed; what runs keeps running.';

/** A container of the proof could not be run. `why` is what it said last. */
export function doorNotTried(why: string): AppError {
  return new AppError('door-not-tried', {
    exitCode: 4,
    message: `The attempts on the HTTPS port could not be made: ${why}.`,
    state: 'Nothing was proved.',
    next: ['See whether the engine is well, then try again: clawproof diagnose'],
  });
}

/** At least one protection did not hold, or could not be seen to hold. One line each in `open`. */
export function exposeNotProved(open: readonly string[]): AppError {
  return new AppError('expose-not-proved', {
    exitCode: 4,
    message: `It was set up, but ${open.length === 1 ? 'one protection' : `${open.length} protections`} did not hold: ${open.join('; ')}.`,
    state: 'It was taken back: the gateway is reached as before, and clawproof.yaml is as it was.',
    next: [
      'See what was tried: .clawproof/results/expose.json',
      'Change what is named above, and try again.',
    ],
  });
}

/** A block of the allowlist holds the address from which callers seem to come where the engine hides theirs. */
export function exposeAllowTooWide(blocks: readonly string[], address: string): AppError {
  return new AppError('expose-allow-too-wide', {
    exitCode: 2,
    message: `${blocks.join(', ')} also allows ${address}: where the engine hides the callers' addresses, everybody comes from there.`,
    state: UNTOUCHED,
    next: ['Allow narrower blocks: the networks or machines that shall come in.'],
  });
}

/** After `expose off` something still answers. */
export function exposeStillOpen(open: readonly string[]): AppError {
  return new AppError('expose-still-open', {
    exitCode: 4,
    message: `Something is still open: ${open.join('; ')}.`,
    state: 'clawproof.yaml no longer asks for HTTPS, and its containers were removed.',
    next: ['See who listens there: ss -ltnp', 'Look at the containers: docker ps'],
  });
}

/** No certificate came in time. `why` is the last that was heard of it. */
export function certificateNotIssued(domain: string, why: string): AppError {
  return new AppError('certificate-not-issued', {
    exitCode: 4,
    message: `No certificate for ${domain} came: ${why}.`,
    state: 'HTTPS was taken back: the gateway is reached as before, and clawproof.yaml is as it was.',
    next: [
      `ACME needs that ${domain} leads to this host, and that port 80 of it is reached from the Internet.`,
      'Without that: --certificate internal, or --certificate files with your own.',
    ],
  });
}

/** A file of the user's that does not do. `why` completes a sentence that begins with its name. */
export function exposeFileWrong(path: string, why: string): AppError {
  return new AppError('expose-file-wrong', {
    exitCode: 2,
    message: `${path} ${why}.`,
    state: UNTOUCHED,
    next: ['See which files are needed: clawproof expose https --help'],
  });
}

/** An option that does not do. `why` completes a sentence that begins with the value. */
export function exposeWrongValue(option: string, value: string, why: string): AppError {
  return new AppError('expose-wrong-value', {
    exitCode: 2,
    message: `${option}: ${JSON.stringify(value)} ${why}.`,
    state: UNTOUCHED,
    next: ['See what may be given: clawproof expose https --help'],
  });
}

/** Listening on every address is asked for, and nobody has said yes. */
export function exposeDeclined(canAsk: boolean): AppError {
  return new AppError('expose-declined', {
    exitCode: canAsk ? 4 : 2,
    message: canAsk
      ? 'HTTPS on all addresses of this host was not accepted.'
      : 'HTTPS would listen on all addresses of this host, and there is nobody to ask.',
    state: UNTOUCHED,
    next: [
      'Name the address that shall listen: --address 203.0.113.7',
      'Or accept all of them: --yes',
      'For yourself alone, a tunnel is enough: clawproof expose ssh',
    ],
  });
}

export function exposePolicyNotEdited(why: string): AppError {
  return new AppError('expose-policy-not-edited', {
    exitCode: 4,
    message: `clawproof.yaml could not be given another section access: ${why}.`,
    state: UNTOUCHED,
    next: ['Write it by hand, then bring it up: clawproof up'],
  });
}

/** The policy names files that are not in the folder. */
export function exposeFilesMissing(paths: readonly string[]): AppError {
  return new AppError('expose-files-missing', {
    exitCode: 2,
    message: `Section access of clawproof.yaml needs files that are not there: ${paths.join(', ')}.`,
    state: 'Nothing was started or changed.',
    next: [
      'Have them copied in and proved: clawproof expose --help',
      'Or close what needs them: clawproof expose off',
    ],
  });
}

export function exposePortTaken(address: string, port: number, reason: string): AppError {
  return new AppError('expose-port-taken', {
    exitCode: 4,
    message: `Port ${port} on ${address} cannot be had: ${reason}.`,
    state: UNTOUCHED,
    next: [
      `See what uses it: ss -ltnp 'sport = :${port}'`,
      'Stop that program, or choose others: --port 8443 --redirect-port 8080',
    ],
  });
}

/** The sidecar was started and is not in the tailnet. `why` is the last that was heard of it. */
export function tailscaleNotJoined(name: string, why: string): AppError {
  return new AppError('tailscale-not-joined', {
    exitCode: 4,
    message: `Tailscale did not join the tailnet as ${name}: ${why}.`,
    state: 'It was taken back: the gateway is reached as before, and clawproof.yaml is as it was.',
    next: [
      'Make a new key in the admin console of your tailnet: an old one may be used up or expired.',
      'The machine is known there by the first part of its name; remove an old one of that name.',
      'It needs to reach the Internet: TCP 443, and UDP for direct connections.',
    ],
  });
}
