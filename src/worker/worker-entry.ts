// Runs in the worker of a page.
import { expose } from "comlink";
import { createRemote } from "./remote.ts";

expose(createRemote());
