import { FORMATS } from "./formats/registry.ts";
import { createOpener, type Opener } from "./open.ts";
import { importedCore, importedModule } from "./platform/workerd.ts";

export * from "./lite.ts";
export { importedCore as embeddedCore, importedModule as embeddedModule } from "./platform/workerd.ts";

const opener: Opener = /* @__PURE__ */ createOpener({
  formats: FORMATS,
  coreSource: importedCore,
  moduleSource: importedModule,
});

export const open: Opener["open"] = opener.open;
export const openAll: Opener["openAll"] = opener.openAll;
export const decodeAll: Opener["decodeAll"] = opener.decodeAll;
export const attach: Opener["attach"] = opener.attach;
export const detect: Opener["detect"] = opener.detect;
export const groupFiles: Opener["groupFiles"] = opener.groupFiles;
