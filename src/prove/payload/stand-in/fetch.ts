import { readFileSync, writeFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { FetchCall } from './fetch-options.ts';
import { inputOf } from './told.ts';

const TIMEOUT_MS = 15_000;

/** Makes the requests of a call of curl or wget. @returns the exit code that they would have */
export async function fetchAll(call: FetchCall): Promise<number> {
  if (call.urls.length === 0) return 2;
  const body = await bodyOf(call);
  let code = 0;
  for (const url of call.urls) {
    try {
      const answer = await ask(urlOf(url, call, body), call, body);
      const path = outputOf(url, call);
      if (path === undefined) process.stdout.write(answer);
      else writeFileSync(path, answer);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      code = 6;
    }
  }
  return code;
}

interface Body {
  type?: string;
  content: Buffer;
}

async function bodyOf({ data, forms, upload }: FetchCall): Promise<Body | undefined> {
  if (upload !== undefined) return { content: await contentOf(upload) };
  if (forms.length > 0) return formBody(forms);
  if (data.length === 0) return undefined;
  const parts = await Promise.all(
    data.map(({ text, isRaw }) =>
      !isRaw && text.startsWith('@') ? contentOf(text.slice(1)) : Promise.resolve(Buffer.from(text)),
    ),
  );
  const joined = parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('&'), part]));
  return { type: 'application/x-www-form-urlencoded', content: Buffer.concat(joined) };
}

async function formBody(forms: readonly string[]): Promise<Body> {
  const boundary = '------------------------d74496d66958873e';
  const parts: Buffer[] = [];
  for (const form of forms) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(form) ?? [];
    const isFile = /^[@<]/.test(value);
    const path = value.slice(1).replace(/;.*$/s, '');
    const file = value.startsWith('@') ? `; filename="${path.split('/').at(-1) ?? ''}"` : '';
    parts.push(
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`),
      isFile ? await contentOf(path) : Buffer.from(value),
      Buffer.from('\r\n'),
    );
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { type: `multipart/form-data; boundary=${boundary}`, content: Buffer.concat(parts) };
}

async function contentOf(path: string): Promise<Buffer> {
  if (path === '-') return inputOf(TIMEOUT_MS);
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

function urlOf(text: string, { asQuery }: FetchCall, body: Body | undefined): URL {
  const url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (asQuery && body !== undefined)
    url.search += `${url.search === '' ? '?' : '&'}${body.content.toString('utf8')}`;
  return url;
}

function outputOf(url: string, { output, ownName }: FetchCall): string | undefined {
  if (output !== undefined) return output === '-' ? undefined : output;
  if (!ownName) return undefined;
  return (
    url
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) || 'index.html'
  );
}

function ask(url: URL, call: FetchCall, body: Body | undefined): Promise<Buffer> {
  const sends = body !== undefined && !call.asQuery;
  const usual = call.headOnly ? 'HEAD' : call.upload !== undefined ? 'PUT' : sends ? 'POST' : 'GET';
  const headers: Record<string, string> = { 'User-Agent': 'curl/8.14.1', Accept: '*/*' };
  if (sends && body.type !== undefined) headers['Content-Type'] = body.type;
  if (call.user !== undefined)
    headers['Authorization'] = `Basic ${Buffer.from(call.user).toString('base64')}`;
  for (const [name, value] of call.headers) headers[name] = value;
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: call.method ?? usual, headers, timeout: TIMEOUT_MS }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts)));
      response.on('error', reject);
    });
    asked.once('timeout', () => asked.destroy(new Error('Operation timed out')));
    asked.once('error', reject);
    asked.end(sends ? body.content : undefined);
  });
}
