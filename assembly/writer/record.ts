import { Capture } from "./gen/coldframe/bpf/Capture";

/** A record under construction: one of the generated message classes, reached by field numbers. */
export class Record {
  get known(): bool {
    return false;
  }

  /** Each setter returns false if the message has no such field of that type. */
  setInteger(_field: u32, _value: u64): bool {
    return false;
  }

  setText(_field: u32, _text: string): bool {
    return false;
  }

  setBytes(_field: u32, _bytes: Uint8Array): bool {
    return false;
  }

  addTo(_capture: Capture): void {}
}
