/** One request to the egress proxy. */
export interface ProxyRequest {
  method: 'CONNECT' | 'GET';
  /** "host:port" of a tunnel, or a whole URL. */
  target: string;
}

export interface ProxyAnswer {
  /** Status that the proxy answers with; 0 = none. */
  status: number;
  /** What came through a tunnel, or the body. */
  text: string;
  ms: number;
}

/** A Node script that makes the requests one after the other and prints the answers as JSON. */
export function proxyScript(proxyHost: string, requests: readonly ProxyRequest[]): string {
  return `
import { connect } from 'node:net';
const ask = ({ method, target }) => new Promise((resolve) => {
  const began = performance.now();
  const socket = connect(3128, ${JSON.stringify(proxyHost)});
  let text = '';
  const end = () => {
    socket.destroy();
    const [, status = '0'] = /^HTTP\\/1\\.[01] (\\d+)/.exec(text) ?? [];
    const body = text.slice(text.indexOf('\\r\\n\\r\\n') + 4);
    resolve({ status: Number(status), text: status === '200' ? body : '', ms: performance.now() - began });
  };
  const host = method === 'CONNECT' ? target : new URL(target).host;
  socket.setTimeout(40000, end);
  socket.on('error', end);
  socket.on('end', end);
  socket.on('data', (data) => { text += data.toString('latin1'); });
  socket.write(method + ' ' + target + ' HTTP/1.1\\r\\nHost: ' + host + '\\r\\nConnection: close\\r\\n\\r\\n');
});
const answers = [];
for (const request of ${JSON.stringify(requests)}) answers.push(await ask(request));
console.log(JSON.stringify(answers));
`;
}

/** "CONNECT host:port" or "GET url" as a request. */
export function proxyRequest(text: string): ProxyRequest {
  const [method, target = ''] = text.split(' ');
  return { method: method === 'GET' ? 'GET' : 'CONNECT', target };
}
