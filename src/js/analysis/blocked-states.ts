import type { StackContext } from "../model/stacks.ts";

/** What a context does, in the newest producer's words where they are known. */
export function stateOf({ normalState, state }: StackContext): string {
  return normalState ?? state ?? "";
}

/** Waiting for a lock that another context holds. */
const LOCKS: ReadonlySet<string> = new Set(["sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock"]);
const RUNS = /^(?:running|runnable|syscall|waiting for cgo callback|preempted|copystack|running or runnable)$/;
/** Ends by itself, or from outside the process. */
const ENDS =
  /^(?:sleep|IO wait|GC |finalizer wait|force gc|timer goroutine|trace reader|cleanup wait|GOMAXPROCS|wait for GC)/;
const FOR_EVER = /^(?:chan (?:receive|send) \(nil chan\)|select \(no cases\))$/;

export function isLockWait(context: StackContext): boolean {
  return LOCKS.has(stateOf(context));
}

/** Can go on without any other context of its process: it runs, sleeps or waits for input. */
export function canGoOn(context: StackContext): boolean {
  const state = stateOf(context);
  return state === "" || RUNS.test(state) || ENDS.test(state);
}

/** Can never go on, whatever happens. */
export function isStuckForEver(context: StackContext): boolean {
  return FOR_EVER.test(stateOf(context));
}

/** True for functions that carry a wait and say nothing about who waits: the runtime and the sync packages. */
export function isWaitFunction(name: string): boolean {
  return /^(?:runtime|(?:internal\/)?sync|internal\/runtime\/[\w/]+)\./.test(name);
}
