/** Who the payload is: shows that attempts reach the container and observations come out of it. */
async function self(): Promise<unknown> {
  return {
    node: process.version,
    pid: process.pid,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
    groups: process.getgroups?.(),
    arch: process.arch,
  };
}

export const functions = { self };
