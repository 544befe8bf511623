import type {
  EngineAnswer,
  EngineApi,
  EngineConnection,
  EngineEndpoint,
  EngineRequest,
} from '../engine-api.ts';

/** What the engine answers: a status alone, or JSON with 200. */
type ApiReply =
  | Partial<EngineAnswer>
  | ((request: EngineRequest) => Partial<EngineAnswer> | Promise<Partial<EngineAnswer>>);

interface Script {
  method: string;
  path: string | RegExp;
  replies: ApiReply[];
}

/** A scripted engine: knows only the requests it was told of, records all of them, and fails loudly on any other. */
export class FakeEngineApi implements EngineApi {
  readonly requests: EngineRequest[] = [];
  readonly endpoints: EngineEndpoint[] = [];
  #scripts: Script[] = [];

  /** Scripts given later win over earlier ones. Several replies are given in turn; the last one stays. */
  on(method: EngineRequest['method'], path: string | RegExp, ...replies: ApiReply[]): this {
    this.#scripts.unshift({ method, path, replies: replies.length === 0 ? [{}] : replies });
    return this;
  }

  /** "POST /containers/create?name=…" of all requests so far. */
  get lines(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  connect(endpoint: EngineEndpoint): EngineConnection {
    this.endpoints.push(endpoint);
    return { request: (request) => this.#answer(request), close: () => undefined };
  }

  async #answer(request: EngineRequest): Promise<EngineAnswer> {
    request.signal?.throwIfAborted();
    this.requests.push(request);
    const script = this.#scripts.find(
      ({ method, path }) =>
        method === request.method &&
        (typeof path === 'string' ? path === request.path : path.test(request.path)),
    );
    if (script === undefined)
      throw new Error(`FakeEngineApi was not told of: ${request.method} ${request.path}`);
    const next = script.replies.length > 1 ? script.replies.shift() : script.replies[0];
    const reply = typeof next === 'function' ? await next(request) : next;
    return { status: 200, body: '', ...reply };
  }
}
