/** Risks that no container takes away, as a person reads them (rows P1, G11); who lists them adds what is so on one host. */
export const LASTING_RISKS = {
  kernel:
    'The containers share the kernel of this host: a kernel flaw that can be reached from a container breaks all of this.',
  model:
    'Your model provider sees what the agent sees, and a prompt injection can use every tool that the agent has.',
  openEgress:
    'Preset baseline does not limit where the agent may connect to: it reaches the internet, your network and this host. Preset caged does.',
  openclaw: 'OpenClaw itself has flaws that are found every month: update it, and watch its advisories.',
  engine: 'Whoever may use Docker on this host is root on it, and can read the token.',
} as const;
