/**
 * What a goroutine waits for, told by the innermost functions of its stack. Newer Go prints it, older Go prints one word
 * for several causes, profiles print nothing (specification 4.2 and 6.3).
 */

const PARKED = new Set(["runtime.gopark", "runtime.goparkunlock", "runtime.park_m"]);

/** First match wins; names of the runtime's own functions as they stand in stacks of Go 1.19 to 1.27. */
const BLOCKED_IN: readonly (readonly [RegExp, string])[] = [
  [/^runtime\.chanrecv[12]?$/, "chan receive"],
  [/^runtime\.chansend1?$/, "chan send"],
  [/^runtime\.selectgo$/, "select"],
  [/^runtime\.block$/, "select (no cases)"],
  [/^(?:runtime\.netpollblock|internal\/poll\.runtime_pollWait)$/, "IO wait"],
  [/^(?:runtime\.timeSleep|time\.Sleep)$/, "sleep"],
  [/^sync\.runtime_notifyListWait$/, "sync.Cond.Wait"],
  [/^runtime\.bgsweep$/, "GC sweep wait"],
  [/^runtime\.bgscavenge$/, "GC scavenge wait"],
  [/^runtime\.forcegchelper$/, "force gc (idle)"],
  [/^runtime\.(?:runfinq|runFinalizers)$/, "finalizer wait"],
  [/^runtime\.gcBgMarkWorker$/, "GC worker (idle)"],
  [/^runtime\.(?:coroswitch|coroswitch_m|corostart)$/, "coroutine"],
];

/** The runtime's semaphore functions: newer ones name the lock, older ones only their caller tells it. */
const SEMAPHORE = /^(?:internal\/)?sync\.runtime_Semacquire(\w*)$/;
const BY_SEMAPHORE: Readonly<Record<string, string>> = {
  RWMutexR: "sync.RWMutex.RLock",
  RWMutex: "sync.RWMutex.Lock",
  WaitGroup: "sync.WaitGroup.Wait",
};
const BY_CALLER: readonly (readonly [RegExp, string])[] = [
  [/^sync\.\(\*RWMutex\)\.(?:RLock|rlockSlow)$/, "sync.RWMutex.RLock"],
  [/^sync\.\(\*RWMutex\)\.Lock$/, "sync.RWMutex.Lock"],
  [/^sync\.\(\*WaitGroup\)\.Wait$/, "sync.WaitGroup.Wait"],
  [/^(?:internal\/)?sync\.\(\*Mutex\)\.(?:Lock|lockSlow)$/, "sync.Mutex.Lock"],
];

const IN_SYSCALL =
  /^(?:syscall\.(?:Raw|raw)?[Ss]yscall(?:6|9|N)?(?:NoError)?|runtime\.entersyscall|internal\/runtime\/syscall\.Syscall6|runtime\.cgocall)$/;
const TAKING_PROFILE = /^runtime\.(?:goroutineProfile|pprof_goroutineProfile|goroutineLeakProfile|Stack$)/;

/** Frames looked at from the innermost one: enough for lock slow paths under `sync.Once` and the like. */
const LOOK_AT = 8;

/**
 * State of a goroutine of a format that has none.
 * @param functions names, innermost first @returns undefined for an empty stack
 */
export function inferState(functions: readonly string[]): string | undefined {
  const top = functions.slice(0, LOOK_AT);
  if (top.length === 0) return undefined;
  if (TAKING_PROFILE.test(top[0]!)) return "running";
  const blocked = lockState(top) ?? stateIn(top, BLOCKED_IN);
  if (blocked !== undefined) return blocked;
  if (IN_SYSCALL.test(top[0]!) || IN_SYSCALL.test(top[1] ?? "")) return "syscall";
  if (PARKED.has(top[0]!)) return top.some((name) => name === "runtime.semacquire1") ? "semacquire" : "waiting";
  return top[0]!.startsWith("runtime.") ? "runnable" : "running or runnable";
}

/** The newest Go's word for a state of an older one, or undefined when they are the same. */
export function normaliseState(state: string, functions: () => readonly string[]): string | undefined {
  if (state !== "semacquire") return undefined;
  return lockState(functions().slice(0, LOOK_AT));
}

function lockState(functions: readonly string[]): string | undefined {
  const at = functions.findIndex((name) => SEMAPHORE.test(name));
  if (at < 0) return undefined;
  const kind = SEMAPHORE.exec(functions[at]!)![1]!;
  const caller = functions[at + 1] ?? "";
  return BY_SEMAPHORE[kind] ?? BY_CALLER.find(([pattern]) => pattern.test(caller))?.[1];
}

function stateIn(functions: readonly string[], rules: readonly (readonly [RegExp, string])[]): string | undefined {
  for (const name of functions.slice(0, 4)) {
    const rule = rules.find(([pattern]) => pattern.test(name));
    if (rule !== undefined) return rule[1];
  }
  return undefined;
}
