/** What OpenClaw 2026.9.6 and the egress proxy really wrote, each when its trouble was made on purpose. */

export const READY = '2026-11-22T12:48:26.156+00:00 [gateway] ready';
export const STARTING =
  '2026-11-22T12:48:08.619+00:00 [gateway] shutdown budget at startup: drain=315000ms shutdown=325000ms reserve=10000ms exitMargin=5000ms; source=Gateway stop policy=330000ms';

export const TOKEN_MISMATCH = [
  '2026-11-22T13:02:51.909+00:00 [ws] unauthorized conn=a8dca757-02c3-4477-bcdb-931841dcb894 peer=172.30.226.3:58006->172.30.226.4:18789 remote=172.30.226.3 client=cli cli v2026.9.6 role=operator scopes=0 auth=token device=no platform=linux instance=n/a host=127.0.0.1:28945 origin=n/a ua=n/a reason=token_mismatch guidance=unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)',
  '2026-11-22T13:02:51.931+00:00 [ws] closed before connect conn=a8dca757-02c3-4477-bcdb-931841dcb894 peer=172.30.226.3:58006->172.30.226.4:18789 remote=172.30.226.3 fwd=172.30.226.17 origin=n/a host=127.0.0.1:28945 ua=n/a code=1008 reason=unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token) phase=auth_credentials_received cause=unauthorized durationMs=266 handshake=failed phase=auth_credentials_received lastFrameType=req lastFrameMethod=connect lastFrameId=1 host=127.0.0.1:28945 forwardedFor=172.30.226.17 remoteAddr=172.30.226.3 remotePort=58006 localAddr=172.30.226.4 localPort=18789 endpoint=172.30.226.3:58006->172.30.226.4:18789 authMode=token authProvided=token authReason=token_mismatch allowTailscale=false peer=172.30.226.3:58006->172.30.226.4:18789 role=operator scopeCount=0 hasDeviceIdentity=false client=cli mode=cli version=2026.9.6 platform=linux',
];

export const PAIRING =
  '2026-11-22T13:02:53.990+00:00 [ws] closed before connect conn=f6837555-6fc7-4cf8-923c-f282e67ac92c peer=172.30.226.3:38810->172.30.226.4:18789 remote=172.30.226.3 fwd=172.30.226.17 origin=http://127.0.0.1:28945 host=127.0.0.1:28945 ua=n/a code=1008 reason=pairing required: device is not approved yet (requestId: 8ee03a75-a80e-4f27-b86a-6f2a6064436a) phase=auth_validated cause=pairing-required durationMs=176 handshake=failed phase=auth_validated lastFrameType=req lastFrameMethod=connect lastFrameId=1 host=127.0.0.1:28945 origin=http://127.0.0.1:28945 forwardedFor=172.30.226.17 remoteAddr=172.30.226.3 remotePort=38810 localAddr=172.30.226.4 localPort=18789 endpoint=172.30.226.3:38810->172.30.226.4:18789 deviceId=afae699464dc72a195cd6b8af104b53ff454c04ac91c20af5c824e72f8d40b0a requestId=8ee03a75-a80e-4f27-b86a-6f2a6064436a reason=not-paired';

/** The same, when the client closed the connection first. */
export const PAIRING_LEFT =
  '2026-11-22T13:37:25.100+00:00 [ws] closed before connect conn=4695d1e0-0000-4000-8000-000000000000 peer=172.30.226.4:3->172.30.226.4:18789 remote=172.30.226.4 fwd=n/a origin=n/a host=172.30.226.4:18789 ua=n/a code=1005 reason=n/a phase=auth_validated cause=pairing-required durationMs=107 handshake=failed phase=auth_validated lastFrameType=req lastFrameMethod=connect lastFrameId=1 requestId=8068a2b8-4d31-4ddd-9f0f-37c56adc2329 reason=not-paired';

export const ORIGIN =
  '2026-11-22T13:02:54.353+00:00 [ws] closed before connect conn=36d5cf20-9843-44e8-a9ab-c501335101d2 peer=172.30.226.3:38814->172.30.226.4:18789 remote=172.30.226.3 fwd=172.30.226.17 origin=https://claw.example.org host=127.0.0.1:28945 ua=n/a code=1008 reason=origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins) phase=ws_upgrade_started cause=origin-mismatch durationMs=19 handshake=failed phase=ws_upgrade_started lastFrameType=req lastFrameMethod=connect lastFrameId=1 host=127.0.0.1:28945 origin=https://claw.example.org forwardedFor=172.30.226.17 remoteAddr=172.30.226.3 remotePort=38814 localAddr=172.30.226.4 localPort=18789 endpoint=172.30.226.3:38814->172.30.226.4:18789 reason="origin not allowed" client=openclaw-control-ui mode=webchat version=2026.9.6 platform=web';

export const STALE_SIGNATURE =
  '2026-11-22T13:02:54.731+00:00 [ws] closed before connect conn=58934ee1-8756-43f1-aed9-4c50c5e17c62 peer=172.30.226.3:38826->172.30.226.4:18789 remote=172.30.226.3 fwd=172.30.226.17 origin=n/a host=127.0.0.1:28945 ua=n/a code=1008 reason=device signature expired phase=auth_credentials_received cause=device-auth-invalid durationMs=48 handshake=failed phase=auth_credentials_received lastFrameType=req lastFrameMethod=connect lastFrameId=1 host=127.0.0.1:28945 forwardedFor=172.30.226.17 reason=device-signature-stale client=cli deviceId=85b07831bd57522d8a1976a684149f0957148fd9a9031579635facc8306305a9';

export const LOCKED_OUT =
  '2026-11-22T13:05:20.087+00:00 [ws] unauthorized conn=3770e935-0a78-4401-8cca-b26730e13384 peer=172.30.226.3:42896->172.30.226.4:18789 remote=172.30.226.3 client=cli cli v2026.9.6 role=operator scopes=0 auth=token device=no platform=linux instance=n/a host=127.0.0.1:28945 origin=n/a ua=n/a reason=rate_limited guidance=unauthorized: too many failed authentication attempts (retry later)';

export const ATTRIBUTION =
  '2026-11-22T13:03:18.193+00:00 [gateway] observed unattributable proxy-shaped traffic from 127.0.0.1; Gateway-authenticated routes reject it, while plugin-authenticated routes ignore forwarded claims. Configure gateway.trustedProxies narrowly and make the proxy overwrite or safely rebuild forwarded client headers.';

/** Exit code 78 each. */
export const PERMISSION = [
  "EACCES: permission denied, mkdir '/home/node/.openclaw/state'",
  '[gateway] requires state migration. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start.',
  "Gateway failed to start: EACCES: permission denied, mkdir '/home/node/.openclaw/state' | gateway.maintenance_required | EACCES. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start.",
];
export const READ_ONLY_ROOT =
  "Doctor cannot repair this state: shared state database is unreadable at /home/node/.openclaw/state/openclaw.sqlite: Unable to create fallback OpenClaw temp dir: /home/node/.cache/openclaw-1000 | ENOENT: no such file or directory, mkdir '/home/node/.cache/openclaw-1000' | ENOENT. Stop OpenClaw processes, then restore this file from a verified backup; the unreadable database was left unchanged.";
export const INVALID_CONFIG = [
  '2026-11-22T13:04:26.685+00:00 Gateway failed to start: Invalid config at /home/node/.openclaw/openclaw.json:',
  'openclaw.json:1 — logging: Unrecognized key: "redactSensitive"',
  'openclaw.json:1 — gateway.controlUi: Unrecognized key: "allowInsecureAuth"',
  'Run "openclaw doctor --fix" to repair, then retry.',
];
export const MISSING_CONFIG =
  'Missing config. Run `openclaw setup` or set gateway.mode=local (or pass --allow-unconfigured).';
export const FULL_STATE = [
  'database is not open',
  'Gateway failed to start: database is not open | gateway.maintenance_required | ERR_INVALID_STATE. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start.',
];
export const LEASE =
  'Gateway failed to start: OpenClaw startup migrations are already running for this state directory; retry after the other OpenClaw process finishes or after 2026-11-22T13:11:53.849Z. (held by pid 7) | gateway.maintenance_required.';
export const LEASE_OF_OWNER = 'Another Gateway owner lease is still active for this state directory';
/** Exit code 134. */
export const HEAP = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory';

export const RELOAD_SKIPPED =
  '2026-11-22T13:27:14.732+00:00 [reload] config reload skipped (invalid config): logging: Unrecognized key: "redactSensitive"';

export const TOOL_FAILED =
  '2026-11-22T13:05:16.331+00:00 [tools-invoke] tool execution failed: TypeError: fetch failed';

export const EGRESS_LOG = `2026/11/22 12:52:51| Accepting HTTP Socket connections at conn2 local=0.0.0.0:3128 remote=[::] FD 10 flags=9
2026-11-22T12:48:27 172.30.224.4 TCP_DENIED/403 CONNECT catalog.openclaw.ai:443
2026-11-22T12:48:28 172.30.224.4 TCP_DENIED/403 CONNECT telemetry.openclaw.ai:443
2026-11-22T12:48:31 172.30.224.4 TCP_DENIED/403 CONNECT clawhub.ai:443
2026-11-22T12:48:38 127.0.0.1 NONE_NONE/000 - -:-`;
export const EGRESS_DENIED = '2026-11-22T13:05:12 172.30.226.4 TCP_DENIED/403 CONNECT denied.example.org:443';
export const EGRESS_MISTRAL = '2026-11-22T13:02:55 172.30.226.4 TCP_DENIED/403 CONNECT api.mistral.ai:443';
export const EGRESS_ADDRESS = '2026-11-22T13:02:55 172.30.226.4 TCP_DENIED/403 CONNECT 169.254.169.254:80';
export const EGRESS_NO_NAME = '2026-11-22T13:02:55 172.30.226.4 TCP_TUNNEL/503 CONNECT api.anthropic.com:443';

/** What Docker Engine 20.10.24 keeps of a start that failed. */
export const PORT_ERROR =
  'driver failed programming external connectivity on endpoint dev-diagnose-ingress-1 (2c23): Error starting userland proxy: listen tcp4 127.0.0.1:28945: bind: address already in use';
