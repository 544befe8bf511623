import { z } from 'zod';
import type { TailscaleAccess } from '../../policy/tailscale-access.ts';
import type { Check } from '../up/types.ts';
import type { DoorAnswer, DoorSeen } from './judge-door.ts';

/** What Tailscale says of itself. */
export interface TailnetStatus {
  /** Running = in the tailnet. */
  state: string;
  /** Full name there, without a closing dot; empty when it has none. */
  name: string;
  /** Names for which it can have certificates. */
  certificateNames: string[];
}

export interface TailnetSeen {
  status: TailnetStatus;
  /** What "tailscale serve status --json" printed; empty when it failed. */
  serve: string;
  seen: DoorSeen;
  /** The engine's networks that it is on. */
  networks: string[];
  /** Where the key was found; null when it could not be looked for. */
  keyIn: string[] | null;
}

const statusShape = z.object({
  BackendState: z.string(),
  Self: z.object({ DNSName: z.string().optional() }).nullish(),
  CertDomains: z.array(z.string()).nullish(),
});

const serveShape = z.object({
  TCP: z.record(z.string(), z.object({ HTTPS: z.boolean().optional() })).nullish(),
  Web: z.record(z.string(), z.object({ Handlers: z.record(z.string(), z.unknown()).nullish() })).nullish(),
  AllowFunnel: z.record(z.string(), z.boolean()).nullish(),
  Foreground: z.record(z.string(), z.unknown()).nullish(),
  Services: z.record(z.string(), z.unknown()).nullish(),
});

/** Of `tailscale status --json`; null for anything else. */
export function parseStatus(text: string): TailnetStatus | null {
  const result = statusShape.safeParse(jsonOrNull(text));
  if (!result.success) return null;
  const { BackendState, Self, CertDomains } = result.data;
  const name = (Self?.DNSName ?? '').replace(/\.$/, '').toLowerCase();
  return { state: BackendState, name, certificateNames: CertDomains ?? [] };
}

/** What the looks and attempts show, one check a protection. Nothing that was not seen counts as held. */
export function judgeTailnet(
  wanted: TailscaleAccess,
  { status, serve, seen, networks, keyIn }: TailnetSeen,
): Check[] {
  const of = (id: string): DoorAnswer => seen[id] ?? { error: 'not tried' };
  const check = (id: string, title: string, state: Check['state'], detail: string): Check => {
    return { id, title, state, detail };
  };
  const pass = (id: string, title: string, holds: boolean, detail: string): Check =>
    check(id, title, holds ? 'pass' : 'fail', detail);
  const isNamed = status.name === wanted.name;
  const hasCertificate = status.certificateNames.includes(wanted.name);
  const answers = of('health').status === 200 && of('no-token').status === 401;
  const { status: alone } = of('no-address');
  const served = servedProblem(serve, wanted.name);
  return [
    pass('tailscale-joined', 'It is in the tailnet under that name', isNamed, status.name || 'it has no name there'), // prettier-ignore
    pass('tailscale-certificate', 'It can have a certificate for it', hasCertificate, hasCertificate ? wanted.name : 'the tailnet gives none; enable HTTPS in its admin console'), // prettier-ignore
    pass('tailscale-serve', 'It serves that name alone, and nothing to the Internet', served === null, served ?? 'port 443, no Funnel'), // prettier-ignore
    pass('tailscale-answers', 'The gateway answers through it, and wants its token', answers, `${said(of('health'))}, and ${said(of('no-token'))} without the token`), // prettier-ignore
    pass('tailscale-websocket', 'A WebSocket is opened through it', of('websocket').status === 101, said(of('websocket'))), // prettier-ignore
    pass('tailscale-address', 'Without the address of a caller it gets nothing', alone !== undefined && alone >= 400, said(of('no-address'))), // prettier-ignore
    pass('tailscale-name', 'Under another name it gets nothing', of('other-name').status === 421, said(of('other-name'))), // prettier-ignore
    pass('tailscale-cage', 'It is on one network, which is not the cage', networks.length === 1 && networks[0]?.endsWith('_front') === true, networks.join(', ') || 'on none'), // prettier-ignore
    keyIn === null
      ? check('tailscale-key', 'Its key is in no setting and no log', 'error', 'the key could not be read')
      : pass('tailscale-key', 'Its key is in no setting and no log', keyIn.length === 0, keyIn.length === 0 ? 'searched 3 places' : `found in ${keyIn.join(', ')}`), // prettier-ignore
  ];
}

/** What is wrong with what it serves, of `tailscale serve status --json`; null = nothing. */
export function servedProblem(text: string, name: string): string | null {
  const result = serveShape.safeParse(jsonOrNull(text));
  if (!result.success) return 'it does not say what it serves';
  const { TCP, Web, AllowFunnel, Foreground, Services } = withAll(result.data);
  const opened = Object.entries(AllowFunnel).filter(([, isOpen]) => isOpen);
  if (opened.length > 0)
    return `Funnel opens it to the Internet: ${opened.map(([place]) => place).join(', ')}`;
  const places = Object.keys(Web);
  if (places.join() !== `${name}:443`) return `it serves ${places.join(', ') || 'nothing'}`;
  const ports = Object.keys(TCP);
  if (ports.join() !== '443' || TCP['443']?.HTTPS !== true) return `it opens ports ${ports.join(', ')}`;
  const more = [...Object.keys(Foreground), ...Object.keys(Services)];
  return more.length > 0 ? `it serves more: ${more.join(', ')}` : null;
}

/** Go leaves out what is empty, or writes null. */
function withAll(config: z.infer<typeof serveShape>): {
  [Key in keyof typeof config]-?: NonNullable<(typeof config)[Key]>;
} {
  const { TCP, Web, AllowFunnel, Foreground, Services } = config;
  return {
    TCP: TCP ?? {},
    Web: Web ?? {},
    AllowFunnel: AllowFunnel ?? {},
    Foreground: Foreground ?? {},
    Services: Services ?? {},
  };
}

function said({ status, error }: DoorAnswer): string {
  return status === undefined ? (error ?? 'no answer') : `HTTP ${status}`;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
