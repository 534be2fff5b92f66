import { type NamedContent, SnapshotError } from "../js/index.ts";
import { type Deadline, overLimit, type RequestLimits } from "./request-limits.ts";

/** A file of the request. */
export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the parts of a multipart body may be called; a raw body is one `file`. */
export const PARTS = {
  file: "the snapshot; several files, when they belong together",
  tokens: "token database (CSV, binary, JSON or ELF)",
  artifact: "ELF file, static library or System.map; chosen by build id",
  rules: "triage rule file",
  btf: "BTF of the kernel that a failure dump is from",
} as const;

export type PartName = keyof typeof PARTS;
export type Uploads = Readonly<Record<PartName, readonly Upload[]>>;

/**
 * The files of a request: the raw body, or the parts of `multipart/form-data`. Reading stops at the limits, whatever the
 * headers say.
 * @throws SnapshotError `LimitExceeded`, `UsageError`
 */
export async function readUploads(request: Request, limits: RequestLimits, deadline: Deadline): Promise<Uploads> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limits.uploadBytes) throw tooLarge(limits, declared);
  const uploads: Record<PartName, Upload[]> = { file: [], tokens: [], artifact: [], rules: [], btf: [] };
  const type = request.headers.get("content-type") ?? "";
  const body = request.body;
  if (body === null) throw new SnapshotError("UsageError", "the request has no body; send the snapshot's bytes");
  const counted = countBytes(body, limits);
  const doing = "receiving the request's body";
  if (/^multipart\/form-data\s*;/i.test(type)) {
    await addParts(uploads, await deadline.within(readForm(counted, type), doing), limits);
  } else uploads.file.push({ name: "input", bytes: await deadline.within(readAll(counted), doing) });
  if (uploads.file.every(({ bytes }) => bytes.length === 0))
    throw new SnapshotError("UsageError", "the request holds no snapshot: its body or part `file` is empty");
  return uploads;
}

export function toSource(uploads: readonly Upload[]): readonly NamedContent[] {
  return uploads.map(({ name, bytes }) => ({ name, content: bytes }));
}

async function addParts(uploads: Record<PartName, Upload[]>, form: FormData, limits: RequestLimits): Promise<void> {
  let count = 0;
  for (const [key, value] of form) {
    if (++count > limits.parts) throw overLimit("parts", limits.parts, count, "reading the parts of the request");
    if (!Object.hasOwn(PARTS, key)) {
      throw new SnapshotError("UsageError", "the request has a part with an unknown name", {
        fields: { found: key },
        available: Object.keys(PARTS),
      });
    }
    const part = value as string | File;
    const name = typeof part === "string" ? key : fileNameOf(part.name) || key;
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : new Uint8Array(await part.arrayBuffer());
    uploads[key as PartName].push({ name, bytes });
  }
}

/** The last component: a path in an upload's name means nothing here. */
function fileNameOf(name: string): string {
  return name.replace(/^.*[/\\]/, "");
}

async function readForm({ stream, problem }: CountedBody, type: string): Promise<FormData> {
  try {
    return await new Response(stream, { headers: { "content-type": type } }).formData();
  } catch {
    throw problem() ?? new SnapshotError("UsageError", "the body is not well-formed multipart/form-data");
  }
}

async function readAll({ stream, problem }: CountedBody): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw problem() ?? new SnapshotError("Cancelled", "the request's body ended before its end");
  }
}

interface CountedBody {
  /** The same bytes, and an error after the limit. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Why the stream failed, if it was the limit: hosts put an error of their own in its place. */
  problem(): SnapshotError | undefined;
}

function countBytes(body: ReadableStream<Uint8Array<ArrayBuffer>>, limits: RequestLimits): CountedBody {
  let received = 0;
  let problem: SnapshotError | undefined;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      received += chunk.length;
      if (received <= limits.uploadBytes) return controller.enqueue(chunk);
      problem = tooLarge(limits, received);
      controller.error(problem);
    },
  });
  return { stream: body.pipeThrough(counter), problem: () => problem };
}

function tooLarge({ uploadBytes }: RequestLimits, actual: number): SnapshotError {
  return overLimit("uploadBytes", uploadBytes, actual, "receiving the request's body");
}
