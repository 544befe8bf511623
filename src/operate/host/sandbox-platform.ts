/** Ways in which runsc catches the system calls of a container, without virtual machines. */
export const SANDBOX_PLATFORMS = ['systrap', 'ptrace'] as const;

export type SandboxPlatform = (typeof SANDBOX_PLATFORMS)[number];
