import { fromHexString } from "../base/bytes.ts";
import type { Issue } from "../base/issue.ts";
import { artifactNotFound, compareBuildIds } from "../model/build-ids.ts";
import { findFact } from "../model/facts.ts";
import type { SnapshotParts } from "../model/snapshot.ts";
import { type Frame, framesOf, type StackContext, type StackTable, StackTableBuilder } from "../model/stacks.ts";
import { type AddressRole, symbolizeAddress } from "../model/symbolized-address.ts";
import { type CodeFrame, isSymbolImage, type Symbolizer, type SymbolOptions } from "../model/symbols.ts";

/**
 * The same snapshot with names for those frames that are bare addresses: corrected, inlined calls as frames of their
 * own. The image is the one given by hand, or that of the process's or the snapshot's build ID; a snapshot that names no
 * build takes the source's fallback.
 */
export function symbolizeStacks(parts: SnapshotParts, options: SymbolOptions): SnapshotParts {
  if (!parts.stacks.frames.some(isBare)) return parts;
  const chooser = new ImageChooser(parts, options);
  const stacks = isIndexed(parts.stacks) ? nameInPlace(parts.stacks, chooser) : rebuild(parts.stacks, chooser);
  return { ...parts, stacks, issues: [...parts.issues, ...chooser.issues] };
}

function isBare({ functionName, address }: Frame): boolean {
  return functionName === "" && address !== undefined;
}

/** Whether other tables point into this one, so that no frame may be added. */
function isIndexed({ calls, contexts }: StackTable): boolean {
  return calls !== undefined || contexts.some(({ creator, ancestors }) => (creator ?? ancestors) !== undefined);
}

/** Finds the image of a context and says once what is missing. */
class ImageChooser {
  readonly issues: Issue[] = [];
  private readonly options: SymbolOptions;
  private readonly buildId: string;
  private readonly processIds: ReadonlyMap<string, string>;
  private readonly chosen = new Map<string, Symbolizer | undefined>();
  private readonly named = new Map<Symbolizer, Map<string, readonly Frame[]>>();

  constructor({ facts, stacks }: SnapshotParts, options: SymbolOptions) {
    this.options = options;
    this.buildId = String(findFact(facts, "build-id") ?? "");
    this.processIds = new Map(
      (stacks.processes ?? []).flatMap(({ name, buildId }) => (buildId === undefined ? [] : [[name, buildId]])),
    );
  }

  /** What stands for a bare frame, innermost first; the frame itself if nothing is known. */
  framesFor(frame: Frame, role: AddressRole, process: string | undefined): readonly Frame[] {
    const symbols = isBare(frame) ? this.imageOf(process) : undefined;
    if (symbols === undefined) return [frame];
    let known = this.named.get(symbols);
    if (known === undefined) {
      known = new Map();
      this.named.set(symbols, known);
    }
    const key = `${role} ${frame.address}`;
    let frames = known.get(key);
    if (frames === undefined) {
      frames = nameFrame(symbols, frame, role);
      known.set(key, frames);
    }
    return frames;
  }

  private imageOf(process: string | undefined): Symbolizer | undefined {
    const wanted = (process === undefined ? undefined : this.processIds.get(process)) ?? this.buildId;
    if (!this.chosen.has(wanted)) this.chosen.set(wanted, this.choose(wanted));
    return this.chosen.get(wanted);
  }

  private choose(wanted: string): Symbolizer | undefined {
    const { symbolizer, symbols } = this.options;
    if (symbolizer !== undefined) {
      const mismatch = isSymbolImage(symbolizer) ? compareBuildIds(wanted, symbolizer) : undefined;
      if (mismatch !== undefined) this.issues.push(mismatch);
      return symbolizer;
    }
    if (symbols === undefined) return undefined;
    const found = wanted === "" ? symbols.fallback : symbols.forBuildId(fromHexString(wanted) ?? new Uint8Array(0));
    if (found === undefined) this.issues.push(artifactNotFound(wanted, symbols));
    return found;
  }
}

function nameFrame(symbols: Symbolizer, frame: Frame, role: AddressRole): readonly Frame[] {
  const address = frame.address!;
  if (!isSymbolImage(symbols)) {
    const found = symbols.lookup(address);
    return found === undefined ? [frame] : [toFrame({ ...found, inlined: false }, address)];
  }
  const { frames } = symbolizeAddress(symbols, address, role);
  return frames.length === 0 ? [frame] : frames.map((one) => toFrame(one, address));
}

function toFrame({ name, file, line, inlined }: CodeFrame, address: bigint): Frame {
  const module = /^\[(.+)\]$/.exec(file ?? "")?.[1];
  return {
    functionName: name,
    address,
    ...(module !== undefined && { module }),
    ...(module === undefined && file !== undefined && { file }),
    ...(line !== undefined && line > 0 && { line }),
    ...(inlined && { inlined }),
  };
}

function rebuild(table: StackTable, chooser: ImageChooser): StackTable {
  const builder = new StackTableBuilder();
  for (const context of table.contexts) {
    const frames = framesOf(table, context.stack).flatMap((frame, ix) =>
      chooser.framesFor(frame, roleAt(ix), context.process),
    );
    builder.addContext({ ...context, stack: builder.addStack(frames.map((frame) => builder.addFrame(frame))) });
  }
  return { ...builder.build(), ...(table.processes !== undefined && { processes: table.processes }) };
}

function roleAt(ix: number): AddressRole {
  return ix === 0 ? "instruction" : "return";
}

/** Without new frames: the function that holds the code. Frames of several processes are named by the first. */
function nameInPlace(table: StackTable, chooser: ImageChooser): StackTable {
  const owners = new Map<Frame, StackContext>();
  for (const context of table.contexts) {
    for (const frame of framesOf(table, context.stack)) if (!owners.has(frame)) owners.set(frame, context);
  }
  const frames = table.frames.map((frame) => {
    const named = chooser.framesFor(frame, "return", owners.get(frame)?.process).at(-1)!;
    return named === frame ? frame : { ...frame, ...named };
  });
  return { ...table, frames };
}
