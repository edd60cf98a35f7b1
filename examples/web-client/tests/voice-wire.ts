interface VoiceFrame {
  method?: string;
  d: Record<string, unknown>;
}

export interface VoiceWire {
  sockets: WebSocket[];
  /** Does something else with the next request of a method. */
  nextRequest(method: string, take: (frame: VoiceFrame, send: (frame: VoiceFrame) => void) => void): void;
}

/** For a page before it loads: lets a test into what goes over its WebSockets. */
export function keepSockets(): void {
  const sockets: WebSocket[] = [];
  const nextRequest: VoiceWire['nextRequest'] = (method, take) => {
    const socket = sockets.at(-1)!;
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      const frame = JSON.parse(data as string) as VoiceFrame;
      if (frame.method !== method) return send(data);
      socket.send = send;
      take(frame, (changed) => send(JSON.stringify(changed)));
    };
  };
  Object.assign(globalThis, { sockets, nextRequest } satisfies VoiceWire);
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL) {
      super(url);
      sockets.push(this);
    }
  };
}
