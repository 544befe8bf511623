/** Risks that no container takes away, as a person reads them (rows P1, G11); who lists them adds what is so on one host. */
export const LASTING_RISKS = {
  kernel:
    'The containers share the kernel of this host: a kernel flaw that can be reached from a container breaks all of this.',
  sandboxKernel:
    'gVisor answers the system calls of the gateway, but not those of the network: these reach the kernel of this host, and a flaw in it or in gVisor breaks all of this.',
  sandboxLimits:
    "Docker's seccomp filter and security module are not in force inside gVisor, and at its limit of processes the whole gateway ends and starts anew.",
  model:
    'Your model provider sees what the agent sees, and a prompt injection can use every tool that the agent has.',
  openEgress:
    'Preset baseline does not limit where the agent may connect to: it reaches the internet, your network and this host. Preset caged does.',
  tailscale:
    'The Tailscale beside the gateway is not in the cage: it reaches the whole Internet, this host and its network, and whoever takes it over can ask the gateway as any address of your tailnet, though not without the token.',
  openclaw: 'OpenClaw itself has flaws that are found every month: update it, and watch its advisories.',
  engine: 'Whoever may use Docker on this host is root on it, and can read the token.',
} as const;
