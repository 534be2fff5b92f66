/** The part of `src/js/abi/rows.ts` that the reference offers: fields by their names in the .proto file. */
export interface Message {
  /** Offset of the message body in the input; of its last part where several were merged. */
  readonly offset: number;
  readonly byteLength: number;
  /** Whether the field was on the wire; for repeated fields, whether there is an element. */
  has(field: string): boolean;
  u32(field: string): number;
  i32(field: string): number;
  u64(field: string): bigint;
  i64(field: string): bigint;
  bool(field: string): boolean;
  f32(field: string): number;
  f64(field: string): number;
  bytes(field: string): Uint8Array;
  text(field: string): string;
  message(field: string): Message | undefined;
  messages(field: string): MessageList;
  u64s(field: string): bigint[];
  texts(field: string): string[];
}

export interface MessageList {
  readonly length: number;
  /** @param ix 0 ≤ ix < length */
  at(ix: number): Message;
}
