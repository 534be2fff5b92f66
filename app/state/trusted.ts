const SCRIPTS: ReadonlySet<string> = new Set(["worker-entry.js", "analyst-entry.js", "service-worker.js"]);

interface Policy {
  createScriptURL(url: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

/** The only scripts that the page ever starts by name; the page's policy refuses every other. */
export function createScriptUrls(): (name: string) => URL {
  const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes;
  const createScriptURL = (name: string): string => {
    if (!SCRIPTS.has(name)) throw new TypeError(`${name} is not a script of this page`);
    return new URL(name, document.baseURI).href;
  };
  const policy = factory?.createPolicy("coldframe", { createScriptURL });
  // Workers take a URL; where Trusted Types are enforced only the policy's own object passes.
  return (name) => (policy ?? { createScriptURL }).createScriptURL(name) as URL;
}
