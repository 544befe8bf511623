/** All versions of the gateway's protocol that are near, so that the image's own one is met. */
const PROTOCOL = { minProtocol: 1, maxProtocol: 9 };
const CONNECT_RETRY_MS = 500;

/** How a program is let in: the twin's own token or password, or nothing for a gateway that asks for none. */
export type Credential = { token: string } | { password: string } | undefined;

interface Frame {
  type?: string;
  id?: string;
  ok?: boolean;
  event?: string;
  payload?: Record<string, unknown>;
  error?: { code?: string; message?: string };
}

/** The gateway said no. */
export class GatewayRefusal extends Error {}

/** Speaks to the gateway over its WebSocket from 127.0.0.1, as programs beside it do. */
export class GatewayClient {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, { resolve(payload: unknown): void; reject(error: Error): void }>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Waits for a gateway that is still starting. */
  static async connect(port: number, credential: Credential, until: AbortSignal): Promise<GatewayClient> {
    for (;;) {
      try {
        return await GatewayClient.#open(port, credential);
      } catch (error) {
        if (error instanceof GatewayRefusal || until.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, CONNECT_RETRY_MS));
      }
    }
  }

  static #open(port: number, credential: Credential): Promise<GatewayClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    const client = new GatewayClient(socket);
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(error);
        for (const waiting of client.#waiting.values()) waiting.reject(error);
      };
      socket.addEventListener('error', () => fail(new Error('the gateway does not answer')));
      socket.addEventListener('close', ({ code, reason }) =>
        fail(new Error(`the gateway hung up: ${code} ${reason}`)),
      );
      socket.addEventListener('message', ({ data }) => {
        const frame = JSON.parse(String(data)) as Frame;
        if (frame.event === 'connect.challenge')
          client.request('connect', connection(credential)).then(() => resolve(client), reject);
        else client.#receive(frame);
      });
    });
  }

  /** @param isLast tells answers on the way from the one that counts */
  request(
    method: string,
    params: object,
    isLast: (payload: unknown) => boolean = () => true,
  ): Promise<unknown> {
    const id = `request-${(this.#last += 1)}`;
    return new Promise((resolve, reject) => {
      const done = (payload: unknown): void => {
        if (!isLast(payload)) return;
        this.#waiting.delete(id);
        resolve(payload);
      };
      this.#waiting.set(id, { resolve: done, reject });
      this.#socket.send(JSON.stringify({ type: 'req', id, method, params }));
    });
  }

  close(): void {
    this.#socket.close();
  }

  #receive({ type, id = '', ok, payload, error }: Frame): void {
    const waiting = this.#waiting.get(id);
    if (type !== 'res' || waiting === undefined) return;
    if (ok === true) return waiting.resolve(payload);
    const words = error?.message ?? 'refused without a word';
    this.#waiting.delete(id);
    waiting.reject(error?.code === 'UNAVAILABLE' ? new Error(words) : new GatewayRefusal(words));
  }
}

/** A program of the gateway's own kind, which needs no pairing from 127.0.0.1. */
function connection(credential: Credential): object {
  return {
    ...PROTOCOL,
    client: { id: 'gateway-client', version: '1.0.0', platform: 'linux', mode: 'backend' },
    role: 'operator',
    scopes: ['operator.admin', 'operator.approvals', 'operator.read', 'operator.write'],
    caps: [],
    ...(credential === undefined ? {} : { auth: credential }),
  };
}
