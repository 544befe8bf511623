import type { Ports } from '../../ports/ports.ts';
import { readFolder } from '../folder.ts';
import type { Check } from '../up/types.ts';

export interface SshResult {
  /** To be typed on the other machine. */
  command: string;
  /** To be opened there. */
  url: string;
  checks: Check[];
}

export interface SshRequest {
  /** USER@HOST as the other machine names this one. */
  target?: string;
  sshPort: number;
}

/**
 * The tunnel that another machine opens, tried from here: through the SSH server of this host back to the gateway. Nothing is
 * changed, and no host key is taken on trust.
 */
export async function sshTunnel(ports: Ports, folder: string, request: SshRequest): Promise<SshResult> {
  const { policy } = await readFolder(ports, folder);
  const { port } = policy.access;
  const user = ports.system.env['SUDO_USER'] ?? ports.system.env['USER'] ?? 'root';
  const target = request.target ?? `${user}@${ports.system.hostName}`;
  const flag = request.sshPort === 22 ? '' : ` -p ${request.sshPort}`;
  const url = `http://127.0.0.1:${port}/`;
  return {
    command: `ssh${flag} -N -L 127.0.0.1:${port}:127.0.0.1:${port} ${target}`,
    url,
    checks: [await gatewayCheck(ports, url), await tunnelCheck(ports, request, user, port)],
  };
}

async function gatewayCheck({ http }: Ports, url: string): Promise<Check> {
  const status = await http.request(`${url}healthz`, { timeoutMs: 5000 }).then(
    (answer) => answer.status,
    () => null,
  );
  const detail = status === null ? 'no answer; start it with: clawproof up' : `HTTP ${status}`;
  return {
    id: 'ssh-gateway',
    title: 'The gateway answers at the end of the tunnel',
    state: status === 200 ? 'pass' : 'fail',
    detail,
  };
}

/** -W is the tunnel without a listener: what goes in comes out at the gateway. */
async function tunnelCheck(
  { exec, signal }: Ports,
  { target, sshPort }: SshRequest,
  user: string,
  port: number,
): Promise<Check> {
  const title = 'A tunnel through the SSH server of this host reaches it';
  const args = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', '-o', 'ClearAllForwardings=yes', '-p', String(sshPort), '-W', `127.0.0.1:${port}`, '--', target ?? `${user}@127.0.0.1`]; // prettier-ignore
  const input = `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
  const { code, stdout, stderr, killed } = await exec.run('ssh', args, { input, timeoutMs: 15_000, signal });
  const check = (state: Check['state'], detail: string): Check => ({
    id: 'ssh-tunnel',
    title,
    state,
    detail,
  });
  if (killed === 'missing') return check('skipped', 'there is no ssh program here to try it with');
  if (stdout.startsWith('HTTP/1.1 200')) return check('pass', 'HTTP 200 through it');
  const said = stderr.trim().split('\n').at(-1) ?? '';
  if (/administratively prohibited|open failed/i.test(stderr))
    return check('fail', `the SSH server forbids tunnels (AllowTcpForwarding): ${said}`);
  return check('skipped', `it could not log in from here (${said || `exit code ${code}`}); your machine may`);
}
