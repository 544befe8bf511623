/** The Docker Engine API over HTTP: for what the docker program has no words for. */
export interface EngineApi {
  /** Cheap: nothing is opened before the first request. */
  connect(endpoint: EngineEndpoint): EngineConnection;
}

export interface EngineEndpoint {
  /** As the docker context has it: "unix:///var/run/docker.sock", "ssh://host", "tcp://host:2376". */
  url: string;
  /** The docker program. It makes the connection where the endpoint is no socket of this host. */
  program: string;
}

export interface EngineConnection {
  /**
   * One request in the newest version of the API that the engine speaks. Every status is an answer.
   * @throws AppError `engine-…` when no answer comes in time; the signal's reason when it was aborted
   */
  request(request: EngineRequest): Promise<EngineAnswer>;
  /** Ends what is open. Requests after it open anew. */
  close(): void;
}

export interface EngineRequest {
  /** Completes "could not …" in the error. */
  action: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the version: "/containers/create?name=…". */
  path: string;
  /** Bytes are sent as a tar archive, anything else as JSON. */
  body?: object | Uint8Array;
  /** 30 000 when absent; 0 = no limit. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Only so much of the answer is read, and the engine is told to stop: for the beginning of an archive. */
  firstBytes?: number;
}

export interface EngineAnswer {
  status: number;
  /** JSON, or empty. */
  body: string;
}
