import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { errorReport } from "../tasks/error-report.ts";
import type { Task } from "../tasks/task.ts";
import { useApp } from "./context.ts";
import type { Opened } from "./types.ts";

export interface TaskState<Result> {
  /** Of the latest arguments; the one before stays until then. Undefined at first. */
  readonly value: Result | undefined;
  readonly busy: boolean;
  readonly problem: string | undefined;
}

/**
 * Runs a task whenever its subjects or arguments change, and gives up the one before. What is small is there at once,
 * in the same drawing. Arguments are compared as text.
 */
export function useTask<Args, Result>(
  task: Task<Args, Result>,
  subjects: readonly Opened[],
  args: Args,
): TaskState<Result> {
  const { analyses } = useApp();
  const about = subjects.map(({ reading, ix }) => `${reading.key}.${ix}`).join(" ");
  const later = useSignal<(TaskState<Result> & { readonly about: string }) | undefined>(undefined);
  const key = useMemo(() => args, [JSON.stringify(args, writeBigint)]);
  const now = useMemo(() => atOnce(() => analyses.runHere(task, subjects, key)), [task, about, key]);
  useEffect(() => {
    if (now.state !== undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    const before = later.value?.about === about ? later.value.value : undefined;
    const tell = (state: TaskState<Result>): void => {
      if (!signal.aborted) later.value = { ...state, about };
    };
    tell({ value: before, busy: true, problem: undefined });
    (now.result ?? analyses.run(task, subjects, key, signal)).then(
      (value) => tell({ value, busy: false, problem: undefined }),
      (error: unknown) => tell({ value: before, busy: false, problem: errorReport(error).message }),
    );
    return () => controller.abort();
  }, [now]);
  if (now.state !== undefined) return now.state;
  // A result of other subjects would be about rows that are not there.
  return later.value?.about === about ? later.value : { value: undefined, busy: true, problem: undefined };
}

interface AtOnce<Result> {
  readonly state?: TaskState<Result>;
  /** It began here, but ends later. */
  readonly result?: Promise<Result>;
}

function atOnce<Result>(start: () => Result | Promise<Result> | undefined): AtOnce<Result> {
  try {
    const result = start();
    if (result === undefined) return {};
    if (result instanceof Promise) return { result };
    return { state: { value: result, busy: false, problem: undefined } };
  } catch (error) {
    return { state: { value: undefined, busy: false, problem: errorReport(error).message } };
  }
}

function writeBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
