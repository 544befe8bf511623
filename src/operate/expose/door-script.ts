/**
 * Runs in a container with Node, once inside the edge's own network namespace and once in the host's. Reads the attempts as
 * JSON from stdin and prints what came of each by its id. Knows nothing of right and wrong.
 */
export const DOOR_SCRIPT = String.raw`
import net from 'node:net';
import tls from 'node:tls';
import http from 'node:http';
const TIMEOUT = 6000;
const short = (error) => String(error?.code ?? error?.message ?? error).slice(0, 200);
const tcp = ({ host, port, source }) => net.connect({ host, port, ...(source ? { localAddress: source } : {}) });
function secured(attempt) {
  const options = { socket: tcp(attempt), servername: attempt.servername, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] };
  if (attempt.ca) options.ca = attempt.ca;
  if (attempt.own) Object.assign(options, { cert: attempt.own.certificate, key: attempt.own.key });
  if (attempt.version) Object.assign(options, { minVersion: attempt.version, maxVersion: attempt.version, ciphers: 'ALL:@SECLEVEL=0' });
  options.socket.on('error', () => {});
  return tls.connect(options);
}
function within(work) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ error: 'timeout' }), TIMEOUT);
    work((value) => { clearTimeout(timer); resolve(value); });
  });
}
const kinds = {
  tls: (attempt) => within((done) => {
    const socket = secured(attempt);
    socket.on('error', (error) => done({ error: short(error) }));
    socket.on('close', () => done({ error: 'closed' }));
    socket.on('secureConnect', () => {
      const { subjectaltname = '', valid_from, valid_to } = socket.getPeerCertificate();
      done({ protocol: socket.getProtocol(), authorized: socket.authorized, why: socket.authorizationError ? short(socket.authorizationError) : '', names: subjectaltname, from: valid_from ?? '', to: valid_to ?? '' });
      socket.destroy();
    });
  }),
  http: (attempt) => within((done) => {
    const { method = 'GET', path = '/', headers = {}, body = '' } = attempt;
    const options = { method, path, headers: { connection: 'close', ...headers, ...(body ? { 'content-length': Buffer.byteLength(body) } : {}) } };
    options.createConnection = () => (attempt.servername ? secured(attempt) : tcp(attempt));
    const request = http.request({ ...options, host: attempt.host, port: attempt.port }, (response) => {
      let text = '';
      response.on('data', (part) => { if (text.length < 4000) text += part; });
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body: text }));
      response.on('error', (error) => done({ error: short(error) }));
    });
    request.on('upgrade', (response, socket, head) => {
      const answer = { status: response.statusCode, headers: response.headers, body: head.toString('latin1') };
      if (head.length > 0) { done(answer); socket.destroy(); return; }
      socket.once('data', (data) => { done({ ...answer, body: data.toString('latin1').slice(0, 400) }); socket.destroy(); });
      socket.once('close', () => done(answer));
      setTimeout(() => { done(answer); socket.destroy(); }, 3000);
    });
    request.on('error', (error) => done({ error: short(error) }));
    request.end(body);
  }),
  flood: async (attempt) => {
    const statuses = {};
    const one = async () => {
      const { status, error } = await kinds.http(attempt);
      const key = status === undefined ? error : String(status);
      statuses[key] = (statuses[key] ?? 0) + 1;
    };
    let left = attempt.count;
    const began = Date.now();
    await Promise.all(Array.from({ length: 8 }, async () => { while (left-- > 0) await one(); }));
    return { statuses, ms: Date.now() - began };
  },
  hold: async (attempt) => {
    const sockets = Array.from({ length: attempt.count }, () => {
      const socket = tcp(attempt);
      const seen = { socket, closed: false };
      socket.on('error', () => { seen.closed = true; });
      socket.on('end', () => { seen.closed = true; });
      socket.on('close', () => { seen.closed = true; });
      socket.resume();
      return seen;
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const open = sockets.filter(({ closed }) => !closed).length;
    const meanwhile = attempt.meanwhile ? await kinds[attempt.meanwhile.kind](attempt.meanwhile) : {};
    for (const { socket } of sockets) socket.destroy();
    return { open, meanwhile };
  },
};
let input = '';
for await (const part of process.stdin) input += part;
const seen = {};
for (const attempt of JSON.parse(input)) seen[attempt.id] = await kinds[attempt.kind](attempt).catch((error) => ({ error: short(error) }));
process.stdout.write(JSON.stringify(seen));
process.exit(0);
`;
