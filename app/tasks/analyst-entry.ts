// Runs in the page's second worker, which analyses what the first has read.
import { expose } from "comlink";
import { createAnalyst } from "./analyst.ts";

expose(createAnalyst());
