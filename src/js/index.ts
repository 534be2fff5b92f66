import { FORMATS } from "./formats/registry.ts";
import { createOpener, type Opener } from "./open.ts";
import { embeddedCore, embeddedModule } from "./platform/embedded.ts";

export * from "./lite.ts";
export { embeddedCore, embeddedModule } from "./platform/embedded.ts";

const opener: Opener = /* @__PURE__ */ createOpener({
  formats: FORMATS,
  coreSource: embeddedCore,
  moduleSource: embeddedModule,
});

export const open: Opener["open"] = opener.open;
export const openAll: Opener["openAll"] = opener.openAll;
export const decodeAll: Opener["decodeAll"] = opener.decodeAll;
export const attach: Opener["attach"] = opener.attach;
export const detect: Opener["detect"] = opener.detect;
export const groupFiles: Opener["groupFiles"] = opener.groupFiles;
export const preload: Opener["preload"] = opener.preload;
