import type { MessagePort, Worker } from "node:worker_threads";
import type { Endpoint } from "comlink";

type Listener = EventListenerOrEventListenerObject;

/** A port of Node with the event interface that comlink expects. */
export function toEndpoint(port: MessagePort | Worker): Endpoint {
  const wrapped = new Map<Listener, (message: unknown) => void>();
  return {
    postMessage: (message, transferList) => port.postMessage(message, (transferList ?? []) as readonly ArrayBuffer[]),
    addEventListener(_type, listener) {
      const call = (message: unknown): void => {
        const event = { data: message } as MessageEvent;
        if (typeof listener === "function") listener(event);
        else listener.handleEvent(event);
      };
      wrapped.set(listener, call);
      port.on("message", call);
    },
    removeEventListener(_type, listener) {
      const call = wrapped.get(listener);
      if (call === undefined) return;
      port.off("message", call);
      wrapped.delete(listener);
    },
  };
}
