import { expose } from "comlink";
import type { WorkerPort } from "../../src/worker/client.ts";
import type { Remote } from "../../src/worker/remote.ts";

/** A "worker" on the same thread behind a real message channel, with what the test needs to see and break. */
export interface RemotePair {
  readonly port: WorkerPort;
  readonly state: { terminated: boolean };
  crash(reason: string): void;
}

export function remotePair(remote: Remote): RemotePair {
  const { port1, port2 } = new MessageChannel();
  const state = { terminated: false };
  let fail: (reason: string) => void = () => {};
  expose(remote, port1);
  port1.start();
  port2.start();
  return {
    state,
    crash: (reason) => fail(reason),
    port: {
      endpoint: port2,
      terminate() {
        state.terminated = true;
        port1.close();
        port2.close();
      },
      onFailure(listener) {
        fail = listener;
      },
    },
  };
}
